"""What other clients of the protocol send, and what the answers look like byte by byte."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
import requests


@pytest.fixture
def run_id(run):
    return run.info.run_id


def test_integers_as_strings(post, get, run_id):
    body = {"run_id": run_id, "key": "m", "value": "1.5", "timestamp": "1700000000000", "step": "3"}
    assert post("runs/log-metric", body).json() == {}
    [metric] = get("metrics/get-history", {"run_id": run_id, "metric_key": "m"}).json()["metrics"]
    assert metric == {"key": "m", "value": 1.5, "timestamp": 1700000000000, "step": 3}


def test_bare_nan_and_double_encoding(post, get, run_id):
    bare = f'{{"run_id": "{run_id}", "key": "nan", "value": NaN, "timestamp": 1, "step": 0}}'
    assert post("runs/log-metric", bare).status_code == 200
    twice = json.dumps(json.dumps({"run_id": run_id, "key": "t", "value": "NaN is kept in text: NaN"}))
    assert post("runs/set-tag", twice).status_code == 200
    run = get("runs/get", {"run_id": run_id}).json()["run"]
    assert {"key": "nan", "value": "NaN", "timestamp": 1, "step": 0} in run["data"]["metrics"]
    assert {"key": "t", "value": "NaN is kept in text: NaN"} in run["data"]["tags"]


def test_run_uuid_of_old_clients(post, get, run_id):
    assert post("runs/log-parameter", {"run_uuid": run_id, "key": "p", "value": "1"}).status_code == 200
    info = get("runs/get", {"run_uuid": run_id}).json()["run"]["info"]
    assert info["run_uuid"] == info["run_id"] == run_id


def test_enums_by_number(post, run_id):
    assert post("runs/update", {"run_id": run_id, "status": 4}).json()["run_info"]["status"] == "FAILED"
    assert post("runs/update", {"run_id": run_id, "status": "FINISHED"}).json()["run_info"]["status"] == "FINISHED"
    assert post("runs/update", {"run_id": run_id, "status": "SLEEPING"}).status_code == 400


def test_empty_fields_are_left_out(post, experiment_id):
    answer = post("runs/search", {"experiment_ids": [experiment_id]}).json()
    assert answer == {}
    created = post("runs/create", {"experiment_id": experiment_id}).json()["run"]
    assert "metrics" not in created["data"]
    assert "end_time" not in created["info"]


def test_unknown_fields_are_ignored(post, experiment_id):
    answer = post("runs/create", {"experiment_id": experiment_id, "from_the_future": {"x": 1}})
    assert answer.status_code == 200


def test_both_prefixes(get, post, experiment_id):
    for prefix in ["api/2.0/mlflow", "ajax-api/2.0/mlflow"]:
        assert get("experiments/get", {"experiment_id": experiment_id}, prefix).status_code == 200
        assert post("runs/search", {"experiment_ids": [experiment_id]}, prefix).status_code == 200


def test_search_experiments_by_get(get):
    answer = get("experiments/search", {"max_results": 1, "order_by": ["name ASC", "experiment_id DESC"]})
    assert answer.status_code == 200
    assert len(answer.json()["experiments"]) == 1


def test_unknown_procedures_look_like_an_older_server(url):
    for path in ["api/2.0/mlflow/nothing/here", "api/3.0/mlflow/nothing", "ajax-api/2.0/x"]:
        response = requests.post(f"{url}/{path}", json={}, timeout=10)
        assert response.status_code == 404
        with pytest.raises(json.JSONDecodeError):
            response.json()


def test_a_body_that_is_too_large_is_told_in_the_words_of_the_protocol(url):
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.putrequest("POST", "/api/2.0/mlflow/runs/log-batch")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "100000000")
    connection.endheaders()
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    assert response.status == 413
    assert answer["error_code"] == "BAD_REQUEST"
    assert "larger than the limit of 67108864 bytes" in answer["message"]


def test_bad_bodies(post, run_id):
    for body in ["{", "[1]", '"text"', "5"]:
        response = post("runs/log-batch", body)
        assert response.status_code == 400
        assert response.json()["error_code"] in ("BAD_REQUEST", "INVALID_PARAMETER_VALUE")
    for body in [
        {"run_id": run_id, "metrics": "x"},
        {"run_id": run_id, "metrics": [5]},
        {"run_id": run_id, "metrics": [{"key": "m", "value": "high", "timestamp": 1}]},
        {"run_id": run_id, "metrics": [{"key": "m", "value": 1, "timestamp": "soon"}]},
        {"run_id": run_id, "metrics": [{"key": "m", "value": 1, "timestamp": 2**60}]},
        {"run_id": run_id, "params": [{"value": "x"}]},
        {"run_id": {"a": 1}},
        {},
    ]:
        response = post("runs/log-batch", body)
        assert response.status_code == 400, body
        assert response.json()["error_code"] == "INVALID_PARAMETER_VALUE"


def test_server_info(get):
    info = get("server-info", prefix="api/3.0/mlflow").json()
    assert info["store_type"] == "SqlStore"
    assert info["workspaces_enabled"] is False


def test_bulk_history(get, post, experiment_id):
    ids = []
    for value in [1, 2]:
        run_id = post("runs/create", {"experiment_id": experiment_id}).json()["run"]["info"]["run_id"]
        metrics = [{"key": "m", "value": value * step, "timestamp": step, "step": step} for step in range(1000)]
        post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
        ids.append(run_id)
    bulk = get("metrics/get-history-bulk", {"run_id": ids, "metric_key": "m"}, "ajax-api/2.0/mlflow").json()["metrics"]
    assert len(bulk) == 2000
    assert {m["run_id"] for m in bulk} == set(ids)
    query = {"run_ids": ids, "metric_key": "m", "max_results": 100}
    interval = get("metrics/get-history-bulk-interval", query).json()["metrics"]
    for run_id, value in zip(ids, [1, 2]):
        steps = [m["step"] for m in interval if m["run_id"] == run_id]
        assert 50 <= len(steps) <= 100
        assert (steps[0], steps[-1]) == (0, 999)
        assert all(m["value"] == value * m["step"] for m in interval if m["run_id"] == run_id)
    some = get("metrics/get-history-bulk-interval", {**query, "start_step": 10, "end_step": 19}).json()["metrics"]
    assert sorted({m["step"] for m in some}) == list(range(10, 20))
    assert get("metrics/get-history-bulk-interval", {**query, "start_step": 10}).status_code == 400
    assert get("metrics/get-history-bulk-interval", {**query, "max_results": 9999}).status_code == 400


def test_a_spike_survives_the_interval(get, post, experiment_id):
    run_id = post("runs/create", {"experiment_id": experiment_id}).json()["run"]["info"]["run_id"]
    for start in range(0, 5000, 1000):
        steps = range(start, start + 1000)
        metrics = [{"key": "m", "value": 1e6 if s == 3333 else 1, "timestamp": s, "step": s} for s in steps]
        post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
    query = {"run_ids": [run_id], "metric_key": "m", "max_results": 50}
    interval = get("metrics/get-history-bulk-interval", query).json()["metrics"]
    assert 3333 in [m["step"] for m in interval]
    assert len(interval) <= 50
