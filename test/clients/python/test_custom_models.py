"""Models of one's own code: several outputs, dates and nested values, and everything such code does wrong."""

import json
import time
from pathlib import Path
from concurrent.futures import ThreadPoolExecutor

import mlflow
import numpy as np
import pandas as pd
import psutil
import pytest
import requests
from mlflow.models import infer_signature


def logged(script, signature):
    """Logs a script of models/ as mlflow's models from code do."""
    path = Path(__file__).parent / "models" / f"{script}.py"
    return lambda name: mlflow.pyfunc.log_model(
        name=name, python_model=path, signature=signature, pip_requirements=["mlflow", "pandas"]
    )


@pytest.fixture(scope="module")
def shop(deploy):
    frame = pd.DataFrame({"price": [1.5, 2.0], "count": [2, 3]})
    result = pd.DataFrame({"total": [3.0, 6.0], "process": [1, 2]})
    deploy("shop", logged("shop", infer_signature(frame, result, params={"factor": 1.0})))
    return "/inference/shop/invocations"


def rows(*prices):
    return {"dataframe_split": {"columns": ["price", "count"], "data": [[price, 2] for price in prices]}}


def test_several_outputs_are_named(ask, tritons, shop):
    status, answer = ask(shop, rows(1.5, 4))
    assert [row["total"] for row in answer["predictions"]] == [3, 8]
    outputs = tritons["http"]("shop", {"price": np.array([1.5, 4.0]), "count": np.array([2, 2])})
    assert outputs["total"].tolist() == [3, 8] and outputs["process"].dtype == np.int64


def test_what_it_raises_is_the_answer(ask, shop):
    """400 where the error says that the input is at fault, by its class or as mlflow says it; else 500."""
    status, answer = ask(shop, rows(-1))
    assert status == 400 and "ValueError: a price may not be negative" in answer["message"]
    status, answer = ask(shop, rows(-6))
    assert status == 400 and "there is no such price" in answer["message"]
    status, answer = ask(shop, rows(-5))
    assert status == 500 and "RuntimeError: the till is broken" in answer["message"]
    status, answer = ask("/v2/models/shop/infer", {"inputs": [
        {"name": "price", "datatype": "FP64", "shape": [1], "data": [-1]},
        {"name": "count", "datatype": "INT64", "shape": [1], "data": [1]},
    ]})
    assert status == 400 and "a price may not be negative" in answer["error"]


def test_params_reach_the_model(ask, shop):
    body = rows(1.5, 4)
    assert [row["total"] for row in ask(shop, {**body, "params": {"factor": 10}})[1]["predictions"]] == [30, 80]
    # As with mlflow: what the signature does not name is left out, and its default is used where nothing is given.
    assert [row["total"] for row in ask(shop, {**body, "params": {"other": 10}})[1]["predictions"]] == [3, 8]
    status, answer = ask(shop, {**body, "params": {"factor": "many"}})
    assert status == 400 and 'param "factor" must be a number' in answer["message"]


def test_a_wrong_number_of_results_is_refused(ask, shop):
    status, answer = ask(shop, rows(-4, 1, 1))
    assert status == 500 and "the model gave 2 for 3 rows" in answer["message"]


def test_a_crash_reaches_only_its_own_request(ask, shop):
    prices = [-2 if index == 17 else index for index in range(40)]
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda price: ask(shop, rows(price)), prices))
    failed = [(index, status) for index, (status, _) in enumerate(answers) if status != 200]
    assert failed == [(17, 500)]
    assert "the process of the model ended: exit code 3" in answers[17][1]["message"]
    for index, (_, answer) in enumerate(answers):
        if index != 17:
            assert answer["predictions"][0]["total"] == index * 2


def process_of(ask, shop):
    return ask(shop, rows(1))[1]["predictions"][0]["process"]


def test_restarts_leave_no_process_behind(ask, shop):
    seen = []
    for _ in range(3):
        seen.append(process_of(ask, shop))
        assert ask(shop, rows(-2))[0] == 500
    last = process_of(ask, shop)
    assert len({*seen, last}) == 4
    assert [pid for pid in seen if psutil.pid_exists(pid)] == []


def test_a_hang_ends_after_its_time_and_other_models_go_on(ask, shop, deploy):
    frame = pd.DataFrame({"price": [1.5], "count": [2]})
    deploy("other", logged("shop", infer_signature(frame)))
    with ThreadPoolExecutor(1) as pool:
        hung = pool.submit(ask, shop, rows(-3))
        for price in range(20):
            assert ask("/inference/other/invocations", rows(price))[1]["predictions"][0]["total"] == price * 2
        status, answer = hung.result()
    assert status == 500 and "it gave no answer within" in answer["message"]
    assert ask(shop, rows(3))[1]["predictions"][0]["total"] == 6


def test_dates_and_nested_values(ask, deploy):
    frame = pd.DataFrame({"since": pd.to_datetime(["2025-12-30", "2025-01-01"]), "tags": [["a", "b"], ["c"]]})
    deploy("ages", logged("ages", infer_signature(frame)))
    records = [{"since": "2025-12-30", "tags": ["a", "b"]}, {"since": "2025-01-01T00:00:00", "tags": ["c"]}]
    status, answer = ask("/inference/ages/invocations", {"dataframe_records": records})
    assert (status, answer) == (200, {"predictions": [{"days": 2, "tags": 2}, {"days": 365, "tags": 1}]})


def test_another_version_ends_the_processes_of_the_one_before_the_last(url, ask, deploy, shop):
    """The version before stays loaded for a rollback; the one before that is gone."""
    first = process_of(ask, shop)
    frame = pd.DataFrame({"price": [1.5], "count": [2]})
    for _ in range(2):
        deploy("shop", logged("shop", infer_signature(frame)))
    assert process_of(ask, shop) != first
    deadline = time.monotonic() + 5
    while psutil.pid_exists(first) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(first)
    back = requests.post(f"{url}/v1/deployments/shop/rollback", timeout=60)
    assert back.status_code == 200, back.text
    assert ask(shop, rows(2))[1]["predictions"][0]["total"] == 4


def test_a_model_that_cannot_be_loaded_says_why(url, deploy):
    answer = deploy("broken", logged("broken", None), expect=400)
    assert "OSError: no weights here" in json.dumps(answer)
    deployment = requests.get(f"{url}/v1/deployments/broken", timeout=30).json()
    assert deployment["state"] == "failed" and "no weights here" in deployment["problem"]
