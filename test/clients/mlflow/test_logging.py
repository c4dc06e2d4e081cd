import math
import threading

import mlflow
from mlflow.entities import Metric, Param, RunTag

from failing import fails


def test_metric_latest_and_history(client, run):
    run_id = run.info.run_id
    for step, (timestamp, value) in enumerate([(100, 1.5), (200, -2.0), (300, 1e-300)]):
        client.log_metric(run_id, "m", value, timestamp=timestamp, step=step)
    assert client.get_run(run_id).data.metrics == {"m": 1e-300}
    history = client.get_metric_history(run_id, "m")
    assert [(m.timestamp, m.step, m.value) for m in history] == [(100, 0, 1.5), (200, 1, -2.0), (300, 2, 1e-300)]
    assert all(m.key == "m" for m in history)
    assert client.get_metric_history(run_id, "none") == []


def test_latest_is_by_step_then_time_then_value(client, run):
    run_id = run.info.run_id
    client.log_metric(run_id, "m", 10, timestamp=5, step=9)
    client.log_metric(run_id, "m", 20, timestamp=900, step=1)
    assert client.get_run(run_id).data.metrics["m"] == 10
    client.log_metric(run_id, "m", 7, timestamp=5, step=9)
    assert client.get_run(run_id).data.metrics["m"] == 10
    client.log_metric(run_id, "m", 1, timestamp=6, step=9)
    assert client.get_run(run_id).data.metrics["m"] == 1


def test_history_is_by_time(client, run):
    run_id = run.info.run_id
    for timestamp, step in [(30, 1), (10, 3), (20, 2)]:
        client.log_metric(run_id, "m", step, timestamp=timestamp, step=step)
    assert [m.timestamp for m in client.get_metric_history(run_id, "m")] == [10, 20, 30]


def test_nan_and_infinities(client, run):
    run_id = run.info.run_id
    client.log_metric(run_id, "nan", math.nan)
    client.log_metric(run_id, "up", math.inf)
    client.log_metric(run_id, "down", -math.inf)
    metrics = client.get_run(run_id).data.metrics
    assert math.isnan(metrics["nan"])
    assert metrics["up"] >= 1.7976931348623157e308
    assert metrics["down"] <= -1.7976931348623157e308
    assert math.isnan(client.get_metric_history(run_id, "nan")[0].value)
    [found] = client.search_runs([run.info.experiment_id])
    assert math.isnan(found.data.metrics["nan"])


def test_negative_steps_and_times(client, run):
    client.log_metric(run.info.run_id, "m", 1, timestamp=-5, step=-3)
    [point] = client.get_metric_history(run.info.run_id, "m")
    assert (point.timestamp, point.step) == (-5, -3)


def test_same_point_twice_is_one(client, run):
    for _ in range(3):
        client.log_metric(run.info.run_id, "m", 1.25, timestamp=7, step=1)
    assert len(client.get_metric_history(run.info.run_id, "m")) == 1


def test_metric_names(client, run):
    run_id = run.info.run_id
    for key in ["a/b", "a.b", "a b", "a-b", "a:b", "val_loss/epoch 1", "Genauigkeit für 東京", "x" * 250]:
        client.log_metric(run_id, key, 1)
        assert client.get_run(run_id).data.metrics[key] == 1
    for key in ["/a", "a/", "a//b", "../a", "a/../b", "a?", "x" * 251]:
        with fails("INVALID_PARAMETER_VALUE"):
            client.log_metric(run_id, key, 1)


def test_server_checks_names_itself(post, run):
    for key in ["/a", "../a", "a?", "x" * 251]:
        body = {"run_id": run.info.run_id, "key": key, "value": 1, "timestamp": 1}
        response = post("runs/log-metric", body)
        assert response.status_code == 400
        assert response.json()["error_code"] == "INVALID_PARAMETER_VALUE"


def test_params_are_written_once(client, run):
    run_id = run.info.run_id
    client.log_param(run_id, "depth", 3)
    client.log_param(run_id, "depth", 3)
    client.log_param(run_id, "empty", "")
    with fails("INVALID_PARAMETER_VALUE", "Changing param values is not allowed") as caught:
        client.log_param(run_id, "depth", 4)
    assert "'3'" in str(caught.value)
    assert "'4'" in str(caught.value)
    assert client.get_run(run_id).data.params == {"depth": "3", "empty": ""}


def test_long_values(client, post, run):
    run_id = run.info.run_id
    client.log_param(run_id, "long", "x" * 6000)
    assert len(client.get_run(run_id).data.params["long"]) == 6000
    response = post("runs/log-parameter", {"run_id": run_id, "key": "longer", "value": "x" * 6001})
    assert response.status_code == 200
    response = post("runs/set-tag", {"run_id": run_id, "key": "longer", "value": "x" * 8001})
    assert response.status_code == 200
    data = client.get_run(run_id).data
    # As mlflow's own server does: what is too long is cut, so that a log call does not end a training.
    assert (data.params["longer"], data.tags["longer"]) == ("x" * 6000, "x" * 8000)
    client.set_tag(run_id, "long", "y" * 8000)
    assert len(client.get_run(run_id).data.tags["long"]) == 8000


def test_tags(client, run):
    run_id = run.info.run_id
    client.set_tag(run_id, "a", "1")
    client.set_tag(run_id, "a", 2)
    client.set_tag(run_id, "ünï key".replace("ü", "u").replace("ï", "i"), "välue ✓")
    tags = client.get_run(run_id).data.tags
    assert (tags["a"], tags["uni key"]) == ("2", "välue ✓")
    client.delete_tag(run_id, "a")
    assert "a" not in client.get_run(run_id).data.tags
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.delete_tag(run_id, "a")


def test_batch(client, run):
    run_id = run.info.run_id
    metrics = [Metric(f"m{i % 10}", i, timestamp=i, step=i) for i in range(800)]
    params = [Param(f"p{i}", str(i)) for i in range(100)]
    tags = [RunTag(f"t{i}", str(i)) for i in range(100)]
    client.log_batch(run_id, metrics=metrics, params=params, tags=tags)
    data = client.get_run(run_id).data
    assert data.metrics == {f"m{i}": 790 + i for i in range(10)}
    assert len(data.params) == 100
    assert {k: v for k, v in data.tags.items() if k.startswith("t")} == {f"t{i}": str(i) for i in range(100)}
    assert len(client.get_metric_history(run_id, "m3")) == 80
    # A retry after a lost answer.
    client.log_batch(run_id, metrics=metrics, params=params, tags=tags)
    assert len(client.get_metric_history(run_id, "m3")) == 80


def test_batch_is_all_or_nothing(client, post, run):
    run_id = run.info.run_id
    client.log_param(run_id, "fixed", "1")
    body = {
        "run_id": run_id,
        "metrics": [{"key": "m", "value": 1, "timestamp": 1, "step": 0}],
        "params": [{"key": "new", "value": "1"}, {"key": "fixed", "value": "2"}],
        "tags": [{"key": "t", "value": "1"}],
    }
    response = post("runs/log-batch", body)
    assert response.status_code == 400
    data = client.get_run(run_id).data
    assert (data.metrics, data.params, "t" in data.tags) == ({}, {"fixed": "1"}, False)


def test_batch_limits(post, run):
    run_id = run.info.run_id

    def status(**body):
        return post("runs/log-batch", {"run_id": run_id, **body})

    metrics = [{"key": "m", "value": i, "timestamp": i, "step": i} for i in range(1001)]
    params = [{"key": f"p{i}", "value": "1"} for i in range(101)]
    assert "at most 1000 metrics" in status(metrics=metrics).json()["message"]
    assert "at most 100 params" in status(params=params).json()["message"]
    assert "at most 100 tags" in status(tags=params).json()["message"]
    assert "in total" in status(metrics=metrics[:950], params=params[:60]).json()["message"]
    duplicate = status(params=[{"key": "p", "value": "1"}, {"key": "p", "value": "1"}])
    assert duplicate.status_code == 400
    assert "Duplicate parameter keys" in duplicate.json()["message"]
    missing = status(metrics=[{"key": "m", "value": 1}])
    assert "metrics[0].timestamp" in missing.json()["message"]


def test_fluent_dictionaries(client, unique):
    mlflow.set_experiment(unique())
    with mlflow.start_run() as run:
        mlflow.log_params({"a": 1, "b": None, "c": [1, 2]})
        mlflow.log_metrics({"x": 1, "y": 2.5}, step=4)
        mlflow.set_tags({"s": "t", "n": 5})
    data = client.get_run(run.info.run_id).data
    assert data.params == {"a": "1", "b": "None", "c": "[1, 2]"}
    assert data.metrics == {"x": 1, "y": 2.5}
    assert (data.tags["s"], data.tags["n"]) == ("t", "5")


def test_concurrent_writers_lose_nothing(client, run):
    run_id = run.info.run_id
    errors = []

    def write(writer):
        try:
            for step in range(20):
                client.log_batch(run_id, metrics=[Metric(f"m{k}", writer, step * 100 + writer, step) for k in range(5)])
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write, args=(w,)) for w in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    for key in range(5):
        assert len(client.get_metric_history(run_id, f"m{key}")) == 120


def test_history_pages(client, run):
    for start in range(0, 3000, 1000):
        batch = [Metric("m", i, timestamp=i, step=i) for i in range(start, start + 1000)]
        client.log_batch(run.info.run_id, metrics=batch)
    store = client._tracking_client.store
    page = store.get_metric_history(run.info.run_id, "m", max_results=1300)
    seen = list(page)
    while page.token:
        page = store.get_metric_history(run.info.run_id, "m", max_results=1300, page_token=page.token)
        seen.extend(page)
    assert [m.step for m in seen] == list(range(3000))
    assert len(client.get_metric_history(run.info.run_id, "m")) == 3000
