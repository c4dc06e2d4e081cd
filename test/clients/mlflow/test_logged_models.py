import mlflow
import pytest
from mlflow.entities import LoggedModelStatus, Metric

from failing import fails


@pytest.fixture
def model(client, experiment_id, unique):
    return client.create_logged_model(
        experiment_id, name=unique("model"), tags={"t": "1"}, params={"p": "2"}, model_type="classifier"
    )


def test_create_and_finalize(client, model, experiment_id):
    assert model.model_id.startswith("m-")
    assert model.status == LoggedModelStatus.PENDING
    assert model.params == {"p": "2"}
    assert model.tags == {"t": "1"}
    assert model.model_type == "classifier"
    assert model.artifact_location == f"mlflow-artifacts:/{experiment_id}/models/{model.model_id}/artifacts"
    assert client.finalize_logged_model(model.model_id, LoggedModelStatus.READY).status == LoggedModelStatus.READY
    assert client.get_logged_model(model.model_id).status == LoggedModelStatus.READY
    failed = client.finalize_logged_model(model.model_id, LoggedModelStatus.FAILED)
    assert failed.status == LoggedModelStatus.FAILED


def test_tags_and_params(client, model):
    client.set_logged_model_tags(model.model_id, {"t": "2", "u": "3"})
    client.delete_logged_model_tag(model.model_id, "t")
    assert client.get_logged_model(model.model_id).tags == {"u": "3"}
    client.log_model_params(model.model_id, {"more": "x"})
    assert client.get_logged_model(model.model_id).params == {"p": "2", "more": "x"}
    client.log_model_params(model.model_id, {"more": "x"})
    with fails("INVALID_PARAMETER_VALUE"):
        client.log_model_params(model.model_id, {"new": "1", "more": "y"})
    assert client.get_logged_model(model.model_id).params == {"p": "2", "more": "x"}


def test_many_params(client, experiment_id, unique):
    params = {f"p{i}": str(i) for i in range(250)}
    model = client.create_logged_model(experiment_id, name=unique(), params=params)
    assert client.get_logged_model(model.model_id).params == params


def test_metrics_of_a_run_reach_the_model(client, run, model):
    client.log_batch(run.info.run_id, metrics=[Metric("acc", 0.75, 5, 2, model_id=model.model_id)])
    client.log_metric(run.info.run_id, "f1", 0.5, model_id=model.model_id, dataset_name="val", dataset_digest="d1")
    metrics = {m.key: m for m in client.get_logged_model(model.model_id).metrics}
    assert (metrics["acc"].value, metrics["acc"].step, metrics["acc"].run_id) == (0.75, 2, run.info.run_id)
    assert (metrics["f1"].dataset_name, metrics["f1"].dataset_digest) == ("val", "d1")
    assert client.get_run(run.info.run_id).data.metrics == {"acc": 0.75, "f1": 0.5}


def test_search(client, experiment_id, run):
    models = {}
    for index, letter in enumerate("abc"):
        models[letter] = client.create_logged_model(
            experiment_id, name=f"search-{letter}", params={"depth": str(index)}, source_run_id=run.info.run_id
        )
        client.log_metric(run.info.run_id, "auc", index / 10, step=index, model_id=models[letter].model_id)
    client.finalize_logged_model(models["c"].model_id, LoggedModelStatus.READY)

    def names(**query):
        return "".join(m.name[-1] for m in client.search_logged_models([experiment_id], **query))

    assert sorted(names()) == ["a", "b", "c"]
    assert names(filter_string="name = 'search-b'") == "b"
    assert names(filter_string="metrics.auc >= 0.1", order_by=[{"field_name": "metrics.auc"}]) == "bc"
    assert names(order_by=[{"field_name": "metrics.auc", "ascending": False}]) == "cba"
    assert names(filter_string="params.depth = '0'") == "a"
    assert names(filter_string="status = 'READY'") == "c"
    client.set_logged_model_tags(models["a"].model_id, {"state": "FAILED"})
    assert names(filter_string="tags.state = 'FAILED' AND status IN ('PENDING')") == "a"
    by_run = f"source_run_id = '{run.info.run_id}' AND name LIKE 'search-%'"
    assert len(names(filter_string=by_run)) == 3
    page = client.search_logged_models([experiment_id], max_results=2, order_by=[{"field_name": "name"}])
    assert [m.name[-1] for m in page] == ["a", "b"]
    rest = client.search_logged_models(
        [experiment_id], max_results=2, order_by=[{"field_name": "name"}], page_token=page.token
    )
    assert [m.name[-1] for m in rest] == ["c"]


def test_search_by_dataset(client, experiment_id, run, unique):
    model = client.create_logged_model(experiment_id, name=unique())
    client.log_metric(run.info.run_id, "f1", 0.9, model_id=model.model_id, dataset_name="a", dataset_digest="1")
    client.log_metric(run.info.run_id, "f1", 0.2, model_id=model.model_id, dataset_name="b", dataset_digest="1")
    on = lambda name: [{"dataset_name": name, "dataset_digest": "1"}]  # noqa: E731
    search = lambda name: client.search_logged_models([experiment_id], "metrics.f1 > 0.5", datasets=on(name))  # noqa: E731
    assert [m.model_id for m in search("a")] == [model.model_id]
    assert search("b") == []
    unmeasured = client.create_logged_model(experiment_id, name=unique())
    both = {model.model_id, unmeasured.model_id}
    found = lambda **query: {m.model_id for m in client.search_logged_models([experiment_id], **query)}  # noqa: E731
    assert found(datasets=on("a")) == {model.model_id}
    assert found(order_by=[{"field_name": "metrics.f1", "dataset_name": "b"}]) == both


def test_delete(client, model):
    client.delete_logged_model(model.model_id)
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.get_logged_model(model.model_id)


def test_bad_names(client, experiment_id):
    for name in ["a/b", "a:b", "a.b", "a%b"]:
        with fails("INVALID_PARAMETER_VALUE"):
            client.create_logged_model(experiment_id, name=name)


def test_fluent_active_model(unique):
    mlflow.set_experiment(unique())
    model = mlflow.initialize_logged_model(name="external")
    mlflow.finalize_logged_model(model.model_id, "READY")
    assert mlflow.last_logged_model().model_id == model.model_id
