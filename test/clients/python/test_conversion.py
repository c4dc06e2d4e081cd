"""Conversion to ONNX: accepted where the answers are those of the library, refused with the reason where they are not."""

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import cloudpickle
import lightgbm
import mlflow
import numpy as np
import pandas as pd
import pytest
import requests
import xgboost
from mlflow.models import infer_signature
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

RANDOM = np.random.default_rng(11)
COUNT = 400
NUMBERS = pd.DataFrame(
    {"width": RANDOM.normal(size=COUNT), "height": RANDOM.normal(size=COUNT) * 100, "count": RANDOM.integers(0, 9, COUNT)}
)
MIXED = NUMBERS.assign(city=RANDOM.choice(["Oslo", "Bern", "Røros"], COUNT))[["width", "city", "height", "count"]]
TRUTH = NUMBERS.width * 2 - NUMBERS.height / 50 + NUMBERS["count"] + (MIXED.city == "Oslo")
LABELS = np.where(TRUTH > TRUTH.median(), "stays", "leaves")
CLASSES = np.digitize(TRUTH, [2, 6])


def encoded(last, **options):
    columns = [(StandardScaler(), ["width", "height"]), (OneHotEncoder(**{"handle_unknown": "ignore", **options}), ["city"])]
    return make_pipeline(make_column_transformer(*columns, remainder="passthrough"), last)


def sklearn_log(model, frame, predict="predict", **given):
    answer = getattr(model, predict)(frame)
    options = {"serialization_format": "cloudpickle", "pip_requirements": [], "pyfunc_predict_fn": predict, **given}
    return lambda name: mlflow.sklearn.log_model(model, name=name, signature=infer_signature(frame, answer), **options)


@pytest.fixture(scope="module")
def rows(url):
    """The rows as a dataset version, as a user would upload them."""
    requests.post(f"{url}/v1/datasets", json={"name": "visits"}, timeout=30)
    files = [{"path": "visits.csv", **upload(url, MIXED.to_csv(index=False).encode())}]
    answer = requests.post(f"{url}/v1/datasets/visits/versions", json={"files": files}, timeout=30)
    assert answer.status_code in (200, 201), answer.text
    return "visits@1"


def upload(url, data):
    return requests.put(f"{url}/v1/blobs", data=data, timeout=30).json()


def register(url, name, model, frame):
    """A plain pickle, without mlflow: what it takes and gives is said by the signature."""
    answer = np.asarray(model.predict(frame))
    names = {"f": "double", "i": "long", "O": "string", "U": "string", "T": "string"}
    columns = [{"name": each, "type": names[frame[each].to_numpy().dtype.kind]} for each in frame]
    signature = {"inputs": columns, "outputs": [{"name": "predictions", "type": names[answer.dtype.kind]}]}
    files = [{"path": "model.pkl", **upload(url, cloudpickle.dumps(model))}]
    body = {"files": files, "format": "python", "signature": signature}
    requests.post(f"{url}/v1/models", json={"name": name}, timeout=30)
    created = requests.post(f"{url}/v1/models/{name}/versions", json=body, timeout=30)
    assert created.status_code in (200, 201), created.text


def start(url, model, **given):
    answer = requests.post(f"{url}/v1/conversions", json={"model": model, **given}, timeout=30)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def ended(url, conversion):
    for _ in range(1200):
        found = requests.get(f"{url}/v1/conversions/{conversion}", timeout=30).json()
        if found["state"] != "running" and "progress" not in found:
            return found
        time.sleep(0.05)
    pytest.fail(f"still running: {found}")


PICKLES = {
    "forest": (RandomForestClassifier(20, random_state=0), NUMBERS),
    # Thresholds of 64 bits: the FP64 form that the converter makes is wrong, and the other one is found.
    "histogram": (HistGradientBoostingClassifier(max_iter=30), NUMBERS),
    "xgboost": (xgboost.XGBClassifier(n_estimators=20), NUMBERS),
    "lightgbm": (lightgbm.LGBMClassifier(n_estimators=20, verbose=-1), NUMBERS),
    "custom": (make_pipeline(FunctionTransformer(np.cbrt), LogisticRegression()), NUMBERS),
    # Scaled with 64 bits and cut to 32 by XGBoost: rows near a threshold go the other way in ONNX.
    "apart": (encoded(xgboost.XGBClassifier(n_estimators=60)), MIXED),
    "strict": (encoded(LogisticRegression(max_iter=2000), handle_unknown="error"), MIXED),
}


@pytest.fixture(scope="module")
def converted(url, rows):
    """Every pickle with its conversion: all begin at once, and each test waits for its own."""
    begun = {}
    for name, (model, frame) in PICKLES.items():
        register(url, f"convert-{name}", model.fit(frame, CLASSES), frame)
        begun[name] = start(url, f"convert-{name}/1", dataset=rows)
    return lambda name: ended(url, begun[name])


def records(frame):
    return {"dataframe_records": json.loads(frame.to_json(orient="records", double_precision=15))}


def put_live(url, name):
    answer = requests.put(f"{url}/v1/deployments/{name}", json={"model": f"{name}/1"}, timeout=120)
    assert answer.status_code == 200, answer.text


def platform_of(url, name):
    return requests.get(f"{url}/v2/models/{name}", timeout=30).json()["platform"]


def test_a_pipeline_over_texts_is_served_as_onnx_with_the_same_answers(url, rows, ask, deploy, tritons):
    model = encoded(LogisticRegression(max_iter=2000)).fit(MIXED, LABELS)
    deploy("convert-pipeline", sklearn_log(model, MIXED))
    before = requests.get(f"{url}/v2/models/convert-pipeline", timeout=30).json()
    done = ended(url, start(url, "convert-pipeline/1", dataset=rows))
    assert (done["state"], done["isUsed"]) == ("converted", True), done
    report = done["report"]
    outputs = {each["name"]: each for each in report["outputs"]}
    assert (report["rowCount"], outputs["predictions"]["disagreementCount"]) == (COUNT, 0)
    assert outputs["slipway.probabilities"]["maxAbsolute"] < 1e-12
    assert report["strictColumns"] == ["width", "height"] and report["versions"]["skl2onnx"]
    after = requests.get(f"{url}/v2/models/convert-pipeline", timeout=30).json()
    assert (before["inputs"], before["outputs"]) == (after["inputs"], after["outputs"])
    assert before["platform"] != after["platform"]
    expected = model.predict(MIXED).tolist()
    assert ask("/inference/convert-pipeline/invocations", records(MIXED)) == (200, {"predictions": expected})
    for protocol in ("http", "grpc"):
        answer = tritons[protocol]("convert-pipeline", {name: MIXED[name].to_numpy() for name in MIXED})["predictions"]
        assert [value.decode() for value in answer.ravel()] == expected
    missing = {"dataframe_records": [{"width": None, "city": "Oslo", "height": 1, "count": 1}]}
    status, answer = ask("/inference/convert-pipeline/invocations", missing)
    assert status == 400 and 'no value for "width"' in answer["message"]
    back = requests.post(f"{url}/v1/conversions/{done['id']}/use", json={"runtime": "python"}, timeout=60).json()
    assert back["isUsed"] is False and platform_of(url, "convert-pipeline") == before["platform"]
    assert ask("/inference/convert-pipeline/invocations", records(MIXED)) == (200, {"predictions": expected})


def test_probabilities_are_compared_on_the_input_example_and_served_without_python(url, ask):
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(NUMBERS, CLASSES)
    with mlflow.start_run():
        info = sklearn_log(model, NUMBERS, "predict_proba", input_example=NUMBERS.head(4))("convert-example")
    mlflow.register_model(info.model_uri, "convert-example")
    done = ended(url, start(url, "convert-example/1"))
    assert done["state"] == "converted", done
    assert (done["report"]["rows"]["kind"], done["report"]["rowCount"]) == ("example", 4)
    put_live(url, "convert-example")
    assert platform_of(url, "convert-example") == "onnx_onnxv1"
    status, answer = ask("/inference/convert-example/invocations", records(NUMBERS))
    np.testing.assert_allclose(answer["predictions"], model.predict_proba(NUMBERS), atol=1e-12)


def test_what_was_converted_can_be_exported_and_served_alone(url, tmp_path):
    """In the same way: probabilities of the same rows, and no answer where the model takes no missing number."""
    slipway = Path(__file__).parents[3] / "bin" / "slipway"
    target, environment = tmp_path / "package", {**os.environ, "SLIPWAY_URL": url}
    subprocess.run([slipway, "deployments", "export", "convert-example", "--to", target], env=environment, check=True, timeout=60)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen([slipway, "serve-package", target, "--port", str(port)])
    try:
        alone = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                requests.get(f"{alone}/ready", timeout=5).raise_for_status()
                break
            except requests.RequestException:
                time.sleep(0.1)
        body = records(NUMBERS.head(20))
        answers = [requests.post(f"{base}/inference/convert-example/invocations", json=body, timeout=30).json() for base in (url, alone)]
        assert answers[0] == answers[1] and len(answers[0]["predictions"]) == 20
        body["dataframe_records"][0]["width"] = None
        refused = requests.post(f"{alone}/inference/convert-example/invocations", json=body, timeout=30)
        assert refused.status_code == 400 and 'no value for "width"' in refused.json()["message"]
    finally:
        served.terminate()
        served.wait(10)


@pytest.mark.parametrize("name", ["forest", "histogram", "xgboost", "lightgbm"])
def test_trees_answer_as_the_library_does(url, ask, converted, name):
    done = converted(name)
    assert done["state"] == "converted", done
    assert max(each.get("maxRelative", 0) for each in done["report"]["outputs"]) < 1e-5
    put_live(url, f"convert-{name}")
    expected = PICKLES[name][0].predict(NUMBERS).tolist()
    assert ask(f"/inference/convert-{name}/invocations", records(NUMBERS)) == (200, {"predictions": expected})


def test_what_has_no_converter_is_refused_and_served_in_python(url, ask, converted):
    done = converted("custom")
    assert (done["state"], done["isUsed"]) == ("refused", False)
    assert "FunctionTransformer" in done["problem"], done
    put_live(url, "convert-custom")
    expected = PICKLES["custom"][0].predict(NUMBERS).tolist()
    assert ask("/inference/convert-custom/invocations", records(NUMBERS)) == (200, {"predictions": expected})


def test_answers_that_differ_are_refused_with_the_numbers(converted):
    done = converted("apart")
    assert done["state"] == "refused" and f"is not good enough on {COUNT} rows" in done["problem"], done
    assert any(each.get("maxAbsolute", 0) > 1e-3 for each in done["report"]["outputs"])


def test_a_model_that_refuses_unknown_texts_does_so_as_onnx(url, ask, converted):
    done = converted("strict")
    assert done["state"] == "converted", done
    put_live(url, "convert-strict")
    unknown = {"dataframe_records": [{"width": 0.5, "city": "Paris", "height": 1, "count": 1}]}
    assert ask("/inference/convert-strict/invocations", unknown)[0] >= 400
    assert ask("/inference/convert-strict/invocations", records(MIXED.head(3)))[0] == 200
