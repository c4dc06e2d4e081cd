"""log_model and load_model by every kind of address, as a user's script does."""

import json

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

from failing import fails


@pytest.fixture(scope="module")
def data():
    generator = np.random.default_rng(0)
    features = pd.DataFrame(generator.normal(size=(60, 3)), columns=["a", "b", "c"])
    return features, (features["a"] + features["b"] > 0).astype(int)


@pytest.fixture(scope="module")
def trained(data):
    return LogisticRegression().fit(*data)


def log(model, data, **options):
    # Fixed requirements: finding them out would start another Python and take seconds.
    signature = infer_signature(data[0], model.predict(data[0]))
    return mlflow.sklearn.log_model(
        model, name="model", signature=signature, pip_requirements=["scikit-learn"], **options
    )


def test_load_by_every_address(client, unique, trained, data):
    mlflow.set_experiment(unique())
    name = unique("classifier")
    with mlflow.start_run() as run:
        info = log(trained, data, registered_model_name=name)
    client.set_registered_model_alias(name, "champion", "1")
    client.transition_model_version_stage(name, "1", "Production")
    expected = trained.predict(data[0])
    for address in [
        f"runs:/{run.info.run_id}/model",
        info.model_uri,
        f"models:/{name}/1",
        f"models:/{name}@champion",
        f"models:/{name}/latest",
        f"models:/{name}/Production",
    ]:
        assert (mlflow.pyfunc.load_model(address).predict(data[0]) == expected).all()
    native = mlflow.sklearn.load_model(f"models:/{name}@champion")
    assert (native.coef_ == trained.coef_).all()


def test_version_knows_where_it_comes_from(client, get, unique, trained, data):
    mlflow.set_experiment(unique())
    name = unique("classifier")
    with mlflow.start_run() as run:
        info = log(trained, data, registered_model_name=name)
    version = client.get_model_version(name, "1")
    assert version.run_id == run.info.run_id
    # The client leaves this field of the answer out of its entity.
    wire = get("model-versions/get", {"name": name, "version": "1"}).json()["model_version"]
    assert wire["model_id"] == info.model_id
    assert version.source == f"models:/{info.model_id}"
    assert version.status == "READY"
    logged = mlflow.get_logged_model(info.model_id)
    [registered] = json.loads(logged.tags["mlflow.modelVersions"])
    assert (registered["name"], str(registered["version"])) == (name, "1")
    assert logged.source_run_id == run.info.run_id
    assert [o.model_id for o in client.get_run(run.info.run_id).outputs.model_outputs] == [info.model_id]


def test_signature_is_enforced_after_loading(unique, trained, data):
    mlflow.set_experiment(unique())
    with mlflow.start_run():
        info = log(trained, data, input_example=data[0].head(2))
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    assert loaded.metadata.get_input_schema().input_names() == ["a", "b", "c"]
    with pytest.raises(Exception, match="missing|Model is missing inputs"):
        loaded.predict(data[0][["a"]])


def test_slipway_reads_the_signature(url, unique, trained, data):
    import requests

    mlflow.set_experiment(unique())
    name = unique("classifier")
    with mlflow.start_run():
        log(trained, data, registered_model_name=name)
    version = requests.get(f"{url}/v1/models/{name}/versions/1", timeout=10).json()
    assert [column["name"] for column in version["signature"]["inputs"]] == ["a", "b", "c"]
    assert version["format"] == "python"
    assert "MLmodel" in [file["path"] for file in version["files"]]
    assert version["metadata"]["flavors"] == ["python_function", "sklearn"]


def test_model_outlives_its_run(client, unique, trained, data):
    mlflow.set_experiment(unique())
    name = unique("classifier")
    with mlflow.start_run() as run:
        info = log(trained, data, registered_model_name=name)
    client.delete_run(run.info.run_id)
    client.delete_logged_model(info.model_id)
    assert len(mlflow.pyfunc.load_model(f"models:/{name}/1").predict(data[0])) == 60


def test_register_afterwards(client, unique, trained, data):
    mlflow.set_experiment(unique())
    name = unique("classifier")
    with mlflow.start_run() as run:
        log(trained, data)
    first = mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
    second = mlflow.register_model(f"runs:/{run.info.run_id}/model", name, tags={"try": "two"})
    assert (first.version, second.version) == (1, 2) or (first.version, second.version) == ("1", "2")
    assert client.get_model_version(name, "2").tags == {"try": "two"}


def test_a_version_made_from_another_is_as_whole(client, get, url, unique, trained, data):
    import requests

    mlflow.set_experiment(unique())
    staging, production, third = unique("staging"), unique("production"), unique("third")
    with mlflow.start_run() as run:
        info = log(trained, data, registered_model_name=staging)
    client.copy_model_version(f"models:/{staging}/1", production)
    mlflow.register_model(f"models:/{production}/1", third)
    original = requests.get(f"{url}/v1/models/{staging}/versions/1", timeout=10).json()
    for name in [production, third]:
        copy = requests.get(f"{url}/v1/models/{name}/versions/1", timeout=10).json()
        same = ["files", "format", "signature", "metadata", "runId", "loggedModelId"]
        assert {key: copy[key] for key in same} == {key: original[key] for key in same}
        assert client.get_model_version(name, "1").run_id == run.info.run_id
        assert get("model-versions/get", {"name": name, "version": "1"}).json()["model_version"]["model_id"] == info.model_id
    client.delete_registered_model(staging)
    client.delete_registered_model(production)
    assert len(mlflow.pyfunc.load_model(f"models:/{third}/1").predict(data[0])) == 60


def test_a_version_is_not_made_from_nothing(client, unique):
    name = unique()
    client.create_registered_model(name)
    for nowhere in [f"models:/m-{'0' * 32}", f"models:/{name}/7", f"models:/{name}@champion"]:
        with fails("RESOURCE_DOES_NOT_EXIST"):
            client.create_model_version(name, nowhere)
    assert client.search_model_versions(f"name = '{name}'") == []


def test_python_function_model(unique):
    class Doubler(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input: list[float], params=None) -> list[float]:
            return [value * 2 for value in model_input]

    mlflow.set_experiment(unique())
    with mlflow.start_run():
        info = mlflow.pyfunc.log_model(name="doubler", python_model=Doubler(), pip_requirements=["numpy"])
    assert mlflow.pyfunc.load_model(info.model_uri).predict([1.0, 2.5]) == [2.0, 5.0]


def test_missing_models(unique):
    with fails("RESOURCE_DOES_NOT_EXIST"):
        mlflow.pyfunc.load_model(f"models:/{unique('nobody')}/1")
    with fails("RESOURCE_DOES_NOT_EXIST"):
        mlflow.pyfunc.load_model("models:/m-00000000000000000000000000000000")
