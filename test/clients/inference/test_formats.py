"""KServe V1, TensorFlow Serving, MLflow scoring and Seldon as their clients write them, on the same models."""

import numpy as np
import pandas as pd
import pytest
import requests

columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


def post(url, body, **more):
    answer = requests.post(url, json=body, timeout=30, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_kserve_v1(url, forest, rows):
    predictions = post(f"{url}/v1/models/iris:predict", {"instances": rows.tolist()})["predictions"]
    assert [row["label"] for row in predictions] == forest.predict(rows).tolist()
    np.testing.assert_allclose([row["probabilities"] for row in predictions], forest.predict_proba(rows), atol=1e-5)
    assert requests.get(f"{url}/inference/v1/models/iris", timeout=30).json()["ready"] is True


def test_tensorflow_serving_with_one_output(url, line, rows):
    given = rows[:, :3].tolist()
    wanted = line.predict(rows[:, :3])
    by_row = post(f"{url}/v1/models/petal:predict", {"instances": given})["predictions"]
    by_column = post(f"{url}/v1/models/petal:predict", {"inputs": given})["outputs"]
    np.testing.assert_allclose(np.ravel(by_row), wanted, rtol=1e-4)
    np.testing.assert_allclose(np.ravel(by_column), wanted, rtol=1e-4)


@pytest.mark.parametrize("orient", ["split", "records"])
def test_mlflow_data_frames(url, forest, rows, orient):
    frame = pd.DataFrame(rows, columns=columns)[columns[::-1]]
    body = {f"dataframe_{orient}": frame.to_dict(orient=orient)}
    predictions = post(f"{url}/inference/iris/invocations", body)["predictions"]
    assert [row["label"] for row in predictions] == forest.predict(rows).tolist()


def test_mlflow_csv(url, forest, rows):
    text = pd.DataFrame(rows, columns=columns).to_csv(index=False)
    answer = requests.post(
        f"{url}/inference/iris/invocations", data=text, headers={"Content-Type": "text/csv; charset=utf-8"}, timeout=30
    )
    assert [row["label"] for row in answer.json()["predictions"]] == forest.predict(rows).tolist()


def test_seldon(url, forest, rows):
    body = {"data": {"tensor": {"shape": list(rows.shape), "values": rows.ravel().tolist()}}}
    data = post(f"{url}/seldon/any/iris/api/v1.0/predictions", body)["data"]
    np.testing.assert_allclose(
        np.reshape(data["tensor"]["values"], data["tensor"]["shape"]), forest.predict_proba(rows), atol=1e-5
    )
