import math

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunTag

from failing import fails

RUNS = {
    "a": {"metrics": {"loss": 0.9, "acc": 0.5}, "params": {"kernel": "rbf", "depth": "3"}, "tags": {"team": "risk"}},
    "b": {"metrics": {"loss": 0.1}, "params": {"kernel": "RBF"}, "tags": {"team": "growth"}},
    "c": {"metrics": {"loss": math.nan}, "params": {"kernel": "linear"}, "tags": {}},
    "d": {"metrics": {}, "params": {"my key": "x y"}, "tags": {"team": "risk", "a.b/c": "1"}},
    "e": {"metrics": {"loss": 0.5, "val/loss": 2}, "params": {}, "tags": {"team": "50%"}},
}


@pytest.fixture(scope="module")
def filled():
    client = mlflow.MlflowClient()
    experiment_id = client.create_experiment(f"search-runs-{id(client)}-{mlflow.utils.time.get_current_time_millis()}")
    ids = {}
    for index, (name, logged) in enumerate(RUNS.items()):
        run = client.create_run(experiment_id, run_name=name, start_time=1000 + index)
        client.log_batch(
            run.info.run_id,
            metrics=[Metric(k, v, 1, 0) for k, v in logged["metrics"].items()],
            params=[Param(k, v) for k, v in logged["params"].items()],
            tags=[RunTag(k, v) for k, v in logged["tags"].items()],
        )
        ids[name] = run.info.run_id
    client.set_terminated(ids["b"], "FAILED", end_time=5000)
    return experiment_id, ids


def found(experiment_id, filter_string="", **query):
    client = mlflow.MlflowClient()
    return "".join(r.info.run_name for r in client.search_runs([experiment_id], filter_string, **query))


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("", "edcba"),
        ("metrics.loss < 0.5", "b"),
        ("metrics.loss <= 0.5", "eb"),
        ("metric.loss >= .5 and metrics.acc = 0.5", "a"),
        ("metrics.loss != 0.5", "ba"),
        ("metrics.`val/loss` > 1", "e"),
        ('metrics."val/loss" > 1', "e"),
        ("params.kernel = 'rbf'", "a"),
        ('param.kernel = "rbf"', "a"),
        ("parameters.kernel != 'rbf'", "cb"),
        ("params.kernel LIKE 'r%'", "a"),
        ("params.kernel ILIKE 'r%'", "ba"),
        ("params.`my key` = 'x y'", "d"),
        ("params.kernel IS NULL", "ed"),
        ("params.kernel IS NOT NULL", "cba"),
        ("tags.team = 'risk'", "da"),
        ("tag.team = '50%'", "e"),
        ("tags.`a.b/c` = '1'", "d"),
        ("tags.team IS NULL", "c"),
        ("attributes.status = 'FAILED'", "b"),
        ("status != 'FAILED'", "edca"),
        ("attribute.start_time > 1002", "ed"),
        ("attributes.created <= 1000", "a"),
        ("end_time = 5000", "b"),
        ("run_name LIKE 'a%'", "a"),
        ("attributes.`run name` = 'b'", "b"),
        ("tags.mlflow.runName = 'c'", "c"),
        ("attr.user_id = 'nobody'", ""),
    ],
)
def test_filter(filled, filter_string, expected):
    assert found(filled[0], filter_string) == expected


def test_run_ids_in_a_list(filled):
    experiment_id, ids = filled
    assert found(experiment_id, f"run_id IN ('{ids['a']}', '{ids['c']}')") == "ca"
    assert found(experiment_id, f"attributes.run_id NOT IN ('{ids['a']}','{ids['c']}')") == "edb"
    assert found(experiment_id, f"run_id = '{ids['d']}'") == "d"


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("metrics.loss < 0.2 OR tags.team = 'risk'", "dba"),
        ("(metrics.loss < 0.2 OR tags.team = 'risk') AND NOT run_name = 'a'", "db"),
        ("params.kernel IN ('rbf', 'linear')", "ca"),
        ("min(metrics.loss) < 0.2", "b"),
    ],
)
def test_more_than_the_protocol_has(filled, filter_string, expected):
    assert found(filled[0], filter_string) == expected


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        (["metrics.loss"], "beacd"),
        (["metrics.loss DESC"], "aebcd"),
        (["params.kernel ASC"], "bcaed"),
        (["tags.team DESC", "start_time ASC"], "adbec"),
        (["attributes.start_time"], "abcde"),
        (["end_time DESC", "run_name"], "bacde"),
    ],
)
def test_order(filled, order_by, expected):
    assert found(filled[0], order_by=order_by) == expected


@pytest.mark.parametrize(
    "filter_string",
    [
        "metrics.loss <",
        "metrics.loss = 'high'",
        "params.kernel = 5",
        "params.kernel = rbf",
        "params.kernel > 'a' AND",
        "thing.loss = 1",
        "attributes.nothing = 'x'",
        "metrics.loss LIKE 'a'",
        "(metrics.loss = 1",
        "metrics.loss = 1; DROP TABLE runs",
    ],
)
def test_bad_filters(filled, filter_string):
    with fails("INVALID_PARAMETER_VALUE"):
        found(filled[0], filter_string)


def test_bad_filter_points_at_the_character(filled):
    with fails("INVALID_PARAMETER_VALUE", "character 18"):
        found(filled[0], "params.kernel  = rbf")


def test_bad_orders(filled):
    for order_by in [["metrics.a", "metrics.a DESC"], ["nothing.a"], ["attributes.nope"]]:
        with fails("INVALID_PARAMETER_VALUE"):
            found(filled[0], order_by=order_by)


def test_pages(filled):
    client = mlflow.MlflowClient()
    for order_by in [[], ["metrics.loss DESC"], ["tags.team"]]:
        page = client.search_runs([filled[0]], max_results=2, order_by=order_by)
        names = [r.info.run_name for r in page]
        while page.token:
            page = client.search_runs([filled[0]], max_results=2, order_by=order_by, page_token=page.token)
            names.extend(r.info.run_name for r in page)
        assert "".join(names) == found(filled[0], order_by=order_by)


def test_limits(filled):
    client = mlflow.MlflowClient()
    with fails("INVALID_PARAMETER_VALUE", "50000"):
        client.search_runs([filled[0]], max_results=50_001)
    assert client.search_runs(["999999"]) == []
    assert client.search_runs([]) == []


def test_pandas(filled):
    frame = mlflow.search_runs([filled[0]], filter_string="metrics.loss < 1", order_by=["metrics.loss"])
    assert list(frame["tags.mlflow.runName"]) == ["b", "e", "a"]
    assert list(frame["metrics.loss"]) == [0.1, 0.5, 0.9]
    assert frame["params.kernel"][0] == "RBF"


def test_values_are_bound_and_not_pasted(filled):
    assert found(filled[0], "tags.team = \"x' OR '1'='1\"") == ""
    assert found(filled[0], 'params.`x" OR 1=1 --` = "y"') == ""
