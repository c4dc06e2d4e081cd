"""A scikit-learn pipeline over texts and numbers with missing values: every dialect answers what the pipeline predicts."""

import json

import numpy as np
import pandas as pd
import pytest
import requests
from mlflow.models import convert_input_example_to_serving_input, infer_signature
from mlflow.sklearn import log_model
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

CITIES = ["Oslo", "Røros", None, "Bern"]


@pytest.fixture(scope="module")
def frame():
    random = np.random.default_rng(3)
    city = random.choice(CITIES, 200)
    age = np.where(random.random(200) < 0.2, np.nan, random.normal(40, 12, 200))
    return pd.DataFrame({"age": age, "city": city, "visits": random.integers(0, 9, 200)})


@pytest.fixture(scope="module")
def churn(deploy, frame):
    encode = make_column_transformer(
        (SimpleImputer(), ["age"]), (OneHotEncoder(handle_unknown="ignore"), ["city"]), ("passthrough", ["visits"])
    )
    truth = np.where(frame.visits + (frame.city == "Oslo") * 3 > 5, "stays", "leaves")
    model = make_pipeline(encode, LogisticRegression(max_iter=1000)).fit(frame, truth)
    signature = infer_signature(frame, model.predict(frame))
    deploy("churn", lambda name: log_model(model, name=name, signature=signature, serialization_format="cloudpickle", pip_requirements=[]))
    return model


@pytest.fixture(scope="module")
def expected(churn, frame):
    return churn.predict(frame.head(20)).tolist()


def test_mlflow_scoring_formats(url, ask, churn, frame, expected):
    head = frame.head(20)
    records = json.loads(head.to_json(orient="records"))
    bodies = {
        "split": {"dataframe_split": json.loads(head.to_json(orient="split", index=False))},
        "records": {"dataframe_records": records},
        "instances by name": {"instances": records},
        "instances by position": {"instances": json.loads(head.to_json(orient="values"))},
        "inputs": {"inputs": {name: json.loads(head[name].to_json(orient="values")) for name in head}},
    }
    # What mlflow writes has bare NaN, as Python's JSON does.
    text = convert_input_example_to_serving_input(head)
    answer = requests.post(f"{url}/inference/churn/invocations", text, headers={"Content-Type": "application/json"}, timeout=30)
    assert "NaN" in text and answer.json() == {"predictions": expected}
    for kind, body in bodies.items():
        assert ask("/inference/churn/invocations", body) == (200, {"predictions": expected}), kind


def test_csv(url, churn, frame, expected):
    text = frame.head(20).to_csv(index=False)
    answer = requests.post(f"{url}/inference/churn/invocations", text.encode(), headers={"Content-Type": "text/csv"}, timeout=30)
    assert answer.json() == {"predictions": expected}


def test_kserve_v1_and_seldon(ask, churn, frame, expected):
    rows = json.loads(frame.head(20).to_json(orient="values"))
    assert ask("/v1/models/churn:predict", {"instances": rows})[1]["predictions"] == expected
    body = {"data": {"names": list(frame.columns), "ndarray": rows}}
    status, answer = ask("/seldon/default/churn/api/v1.0/predictions", body)
    assert (status, np.ravel(answer["data"]["ndarray"]).tolist()) == (200, expected)


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_triton_clients(tritons, churn, frame, protocol):
    known = frame.dropna().head(30)
    for shape in [(-1,), (-1, 1)]:
        columns = {name: known[name].to_numpy().reshape(shape) for name in known}
        answer = tritons[protocol]("churn", columns)["predictions"]
        assert [value.decode() for value in answer.ravel()] == churn.predict(known).tolist()


def test_metadata_follows_the_signature(url, churn):
    model = requests.get(f"{url}/v2/models/churn", timeout=30).json()
    assert model["inputs"] == [
        {"name": "age", "datatype": "FP64", "shape": [-1]},
        {"name": "city", "datatype": "BYTES", "shape": [-1]},
        {"name": "visits", "datatype": "INT64", "shape": [-1]},
    ]
    assert model["outputs"] == [{"name": "predictions", "datatype": "BYTES", "shape": [-1]}]


def test_wrong_columns_are_named(ask, churn):
    status, answer = ask("/inference/churn/invocations", {"dataframe_records": [{"age": 3, "city": "Oslo"}]})
    assert status == 400 and 'missing: "visits"' in answer["message"]
    wrong = {"dataframe_records": [{"age": "old", "city": "Oslo", "visits": 1}]}
    status, answer = ask("/inference/churn/invocations", wrong)
    assert status == 400 and '"old" does not fit the datatype FP64 at position 0 of input "age"' in answer["message"]
    uneven = {"inputs": {"age": [1, 2], "city": ["Oslo"], "visits": [1]}}
    status, answer = ask("/inference/churn/invocations", uneven)
    assert status == 400 and '"age" has 2, "city" has 1, "visits" has 1' in answer["message"]
    fraction = {"dataframe_records": [{"age": 1, "city": "Oslo", "visits": 1.5}]}
    status, answer = ask("/inference/churn/invocations", fraction)
    assert status == 400 and 'input "visits"' in answer["message"]


def test_a_column_that_may_be_missing_can_be_left_out(ask, churn):
    row = {"city": "Oslo", "visits": 2}
    expected = churn.predict(pd.DataFrame([{"age": np.nan, **row}])).tolist()
    assert ask("/inference/churn/invocations", {"dataframe_records": [row]}) == (200, {"predictions": expected})


def test_predictions_are_recorded_by_column(url, ask, churn):
    ask("/inference/churn/invocations", {"dataframe_records": [{"age": 33.5, "city": None, "visits": 7}]})
    for _ in range(50):
        listed = requests.get(f"{url}/v1/predictions", params={"deployment": "churn", "limit": 1}, timeout=30).json()["items"]
        if listed and listed[0]["inputs"] == {"age": 33.5, "city": None, "visits": 7}:
            break
    else:
        pytest.fail(f"not recorded: {listed}")


def test_a_matrix_without_signature(ask, tritons, deploy):
    """Without a signature a model takes one matrix of numbers, as wide as the model says."""
    iris = load_iris()
    model = RandomForestClassifier(n_estimators=10, random_state=0).fit(iris.data, iris.target)
    deploy("iris-forest", lambda name: log_model(model, name=name, serialization_format="cloudpickle", pip_requirements=[]))
    rows, expected = iris.data[::9], model.predict(iris.data[::9]).tolist()
    assert ask("/inference/iris-forest/invocations", {"instances": rows.tolist()}) == (200, {"predictions": expected})
    assert tritons["http"]("iris-forest", {"input": rows})["predictions"].tolist() == expected
    status, answer = ask("/inference/iris-forest/invocations", {"instances": [[1, 2, 3]]})
    assert status == 400 and "Expected [-1, 4], got [1, 3]" in answer["message"]
