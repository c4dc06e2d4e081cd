"""What a team does with the client in a week, in a minute: every area of tracking and registry, and every kind of mistake.

Each step is a function of the client and of a `World`; its requests are recorded. A step may fail: its answer counts.
"""

import contextlib
import json
import os
import tempfile

import mlflow
import requests
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException


class World:
    """What the steps share, and the names that no run before has used."""

    def __init__(self, url, prefix, recording):
        self.url, self.prefix, self.recording = url, prefix, recording

    def name(self, text):
        return f"{self.prefix}-{text}"

    def raw(self, method, procedure, body=None, api="/api/2.0/mlflow/", **query):
        """A request that the client itself would refuse to send."""
        data = body if isinstance(body, (str, bytes)) or body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        requests.request(method, self.url + api + procedure, data=data, params=query, headers=headers, timeout=60)


STEPS = []


def step(function):
    STEPS.append(function)
    return function


@contextlib.contextmanager
def mistake():
    """The answer is an error; both servers must give the same."""
    with contextlib.suppress(MlflowException, requests.HTTPError):
        yield


def drive(client, world):
    for function in STEPS:
        world.recording.step = function.__name__
        function(client, world)


@step
def experiments(client, world):
    world.experiment = client.create_experiment(world.name("main"), tags={"team": "risk", "stage": "one"})
    other = client.create_experiment(world.name("other"))
    client.get_experiment(world.experiment)
    client.get_experiment_by_name(world.name("main"))
    client.get_experiment_by_name(world.name("none"))
    client.set_experiment_tag(world.experiment, "owner", "ann")
    client.set_experiment_tag(world.experiment, "stage", "two")
    client.delete_experiment_tag(world.experiment, "owner")
    client.rename_experiment(other, world.name("renamed"))
    client.delete_experiment(other)
    client.get_experiment(other)
    client.restore_experiment(other)
    client.get_experiment(other)
    world.other = other
    for wrong in [lambda: client.create_experiment(world.name("main")), lambda: client.get_experiment("987654321")]:
        with mistake():
            wrong()
    with mistake():
        client.delete_experiment_tag(world.experiment, "never")
    with mistake():
        client.rename_experiment(other, world.name("main"))
    world.raw("POST", "experiments/create", {})
    world.raw("POST", "experiments/create", {"name": ""})
    world.raw("POST", "experiments/create", {"name": 5})
    world.raw("POST", "experiments/create", {"name": world.name("long") + "x" * 600})
    world.raw("GET", "experiments/get")
    world.raw("GET", "experiments/get", experiment_id="abc")
    world.raw("POST", "experiments/delete", {"experiment_id": "987654321"})
    world.raw("POST", "experiments/restore", {"experiment_id": world.experiment})
    world.raw("POST", "experiments/set-experiment-tag", {"experiment_id": world.experiment, "key": "k" * 251, "value": "v"})
    world.raw("POST", "experiments/set-experiment-tag", {"experiment_id": world.experiment, "key": "k", "value": "v" * 5001})


@step
def experiment_search(client, world):
    mine = f"name LIKE '{world.prefix}-%'"
    for text in "abcd":
        client.create_experiment(world.name(f"s-{text}"), tags={"letter": text})
    queries = [
        {"filter_string": mine},
        {"filter_string": mine, "order_by": ["name ASC"]},
        {"filter_string": mine, "order_by": ["name DESC"]},
        {"filter_string": mine, "order_by": ["creation_time ASC", "experiment_id ASC"]},
        {"filter_string": f"{mine} AND tags.letter = 'a'"},
        {"filter_string": f"{mine} AND tags.letter != 'a'", "order_by": ["name"]},
        {"filter_string": f"{mine} AND tags.letter LIKE 'B'"},
        {"filter_string": f"{mine} AND tags.letter ILIKE 'B'"},
        {"filter_string": f"name ILIKE '{world.prefix.upper()}-S-%'", "order_by": ["name"]},
        {"filter_string": f"name = '{world.name('main')}'"},
        {"filter_string": f"{mine} AND creation_time > 0 AND last_update_time > 0", "order_by": ["name"]},
        {"filter_string": mine, "view_type": ViewType.DELETED_ONLY},
        {"filter_string": mine, "view_type": ViewType.ALL, "order_by": ["name"]},
    ]
    for query in queries:
        client.search_experiments(**query)
    page = client.search_experiments(filter_string=mine, order_by=["name"], max_results=2)
    client.search_experiments(filter_string=mine, order_by=["name"], max_results=2, page_token=page.token)
    for wrong in ["name > 'a'", "nothing = 'x'", "name = ", "name LIKE 5", "tags.x > 3", "creation_time = 'a'"]:
        with mistake():
            client.search_experiments(filter_string=wrong)
    with mistake():
        client.search_experiments(order_by=["color"])
    with mistake():
        client.search_experiments(max_results=50001)


@step
def runs(client, world):
    run = client.create_run(world.experiment, start_time=1700000000000, tags={"kind": "first"}, run_name="one")
    world.run = run.info.run_id
    client.get_run(world.run)
    client.update_run(world.run, name="uno")
    client.set_tag(world.run, "color", "blue")
    client.set_tag(world.run, "color", "green")
    client.delete_tag(world.run, "color")
    client.log_param(world.run, "depth", 6)
    client.log_param(world.run, "depth", 6)
    client.log_metric(world.run, "loss", 0.5, timestamp=1700000000001, step=1)
    client.log_metric(world.run, "loss", 0.25, timestamp=1700000000002, step=2)
    client.log_metric(world.run, "loss", 0.75, timestamp=1700000000000, step=-1)
    client.get_run(world.run)
    child = client.create_run(world.experiment, tags={"mlflow.parentRunId": world.run}, run_name="child", start_time=5)
    client.set_terminated(child.info.run_id, "FAILED", end_time=1700000009000)
    client.get_run(child.info.run_id)
    client.set_terminated(world.run, end_time=1700000005000)
    client.delete_run(child.info.run_id)
    client.get_run(child.info.run_id)
    for write in [
        lambda: client.log_metric(child.info.run_id, "x", 1, timestamp=1, step=0),
        lambda: client.log_param(child.info.run_id, "p", 1),
        lambda: client.set_tag(child.info.run_id, "t", 1),
        lambda: client.update_run(child.info.run_id, name="dead"),
    ]:
        with mistake():
            write()
    client.restore_run(child.info.run_id)
    with mistake():
        client.log_param(world.run, "depth", 7)
    with mistake():
        client.delete_tag(world.run, "never")
    with mistake():
        client.get_run("0" * 32)
    with mistake():
        client.create_run("987654321")
    world.raw("POST", "runs/create", {"experiment_id": world.experiment, "run_name": "a", "tags": [{"key": "mlflow.runName", "value": "b"}]})
    world.raw("POST", "runs/update", {"run_id": world.run, "status": "SLEEPING"})
    world.raw("POST", "runs/update", {})
    world.raw("POST", "runs/delete", {"run_id": "0" * 32})
    world.raw("GET", "runs/get")
    world.raw("POST", "runs/set-tag", {"run_id": world.run, "key": "a" * 251, "value": "x"})
    world.raw("POST", "runs/set-tag", {"run_id": world.run, "key": "long", "value": "x" * 8001})
    world.raw("POST", "runs/set-tag", {"run_id": world.run, "key": "../up", "value": "x"})
    world.raw("POST", "runs/log-parameter", {"run_id": world.run, "key": "long", "value": "x" * 6001})
    world.raw("POST", "runs/log-metric", {"run_id": world.run, "key": "m", "value": "high", "timestamp": 1})
    world.raw("POST", "runs/log-metric", {"run_id": world.run, "key": "m", "timestamp": 1})
    world.raw("POST", "runs/log-metric", {"run_id": world.run, "value": 1, "timestamp": 1})
    world.raw("POST", "runs/log-metric", {"run_id": world.run, "key": "m//n", "value": 1, "timestamp": 1})


@step
def batches(client, world):
    run = client.create_run(world.experiment, run_name="batch", start_time=1700000001000).info.run_id
    metrics = [Metric(f"m{key}", key + step / 10, 1700000000000 + step, step) for key in range(3) for step in range(20)]
    client.log_batch(run, metrics, [Param("a", "1"), Param("b", "x y")], [RunTag("t", "1")])
    client.log_batch(run, metrics, [Param("a", "1")], [RunTag("t", "2")])
    specials = [Metric("nan", float("nan"), 1, 0), Metric("same", 1, 5, 0), Metric("same", 2, 5, 0), Metric("big", 1e300, 1, 0)]
    client.log_batch(run, specials)
    client.get_run(run)
    client.get_metric_history(run, "m1")
    client.get_metric_history(run, "nan")
    client.get_metric_history(run, "same")
    client.get_metric_history(run, "none")
    world.batch = run
    page = client._tracking_client.store.get_metric_history(run, "m2", max_results=7)
    client._tracking_client.store.get_metric_history(run, "m2", max_results=7, page_token=page.token)
    wrongs = [
        {"run_id": run, "params": [{"key": "a", "value": "2"}]},
        {"run_id": run, "params": [{"key": "n", "value": "1"}, {"key": "n", "value": "2"}]},
        {"run_id": run, "params": [{"key": "n", "value": "1"}, {"key": "n", "value": "1"}]},
        {"run_id": run, "metrics": [{"key": "x", "value": 1, "timestamp": 1, "step": 0}] * 1001},
        {"run_id": run, "params": [{"key": f"p{i}", "value": "1"} for i in range(101)]},
        {"run_id": run, "tags": [{"key": f"t{i}", "value": "1"} for i in range(101)]},
        {"run_id": run, "metrics": [{"value": 1, "timestamp": 1}]},
        {"run_id": run, "metrics": [{"key": "x", "value": 1}]},
        {"run_id": run, "metrics": [{"key": "x", "timestamp": 1}]},
        {"run_id": run, "metrics": "many"},
        {"run_id": run, "tags": [{"value": "no key"}]},
        {"run_id": "0" * 32, "tags": [{"key": "a", "value": "b"}]},
        {"metrics": []},
        {"run_id": run},
    ]
    for wrong in wrongs:
        world.raw("POST", "runs/log-batch", wrong)
    client.get_run(run)


@step
def run_search(client, world):
    experiment = client.create_experiment(world.name("search"))
    values = [("a", 0.9, "rbf", "risk"), ("b", 0.1, "RBF", "growth"), ("c", None, "linear", None), ("d", 0.5, None, "risk")]
    for index, (name, loss, kernel, team) in enumerate(values):
        run = client.create_run(experiment, run_name=name, start_time=1700000000000 + index).info.run_id
        metrics = [] if loss is None else [Metric("loss", loss, 1, 0)]
        params = [] if kernel is None else [Param("kernel", kernel)]
        client.log_batch(run, metrics, params, [] if team is None else [RunTag("team.name", team)])
        if name != "d":
            client.set_terminated(run, "FINISHED" if name != "b" else "FAILED", end_time=1700000001000 + index)
    world.found = client.search_runs([experiment], order_by=["start_time ASC"])[0].info.run_id
    client.log_inputs(world.found, [dataset_input("flights", "d1", "train"), dataset_input("tides", "d2", None)])
    filters = [
        "metrics.loss > 0.2",
        "metrics.loss >= 0.5 AND params.kernel = 'rbf'",
        "metrics.loss != 0.5",
        "metric.loss < 0.6",
        "params.kernel LIKE 'rb%'",
        "params.kernel ILIKE 'rb%'",
        "param.kernel != 'rbf'",
        "params.kernel IS NULL",
        "params.kernel IS NOT NULL",
        "tags.`team.name` = 'risk'",
        "tags.team.name != 'risk'",
        "attributes.status = 'FAILED'",
        "status != 'FAILED'",
        "run_name = 'a'",
        "attributes.run_name LIKE '%b%'",
        "run_name != 'a'",
        "start_time > 1700000000001",
        "attributes.start_time <= 1700000000001",
        "end_time >= 1700000001001",
        f"run_id = '{world.found}'",
        f"attributes.run_id IN ('{world.found}')",
        f"run_id NOT IN ('{world.found}')",
        "dataset.name = 'flights'",
        "datasets.digest LIKE 'd%'",
        "dataset.context = 'train'",
        "dataset.name IN ('tides', 'none')",
        "tags.mlflow.runName = 'a'",
    ]
    for text in filters:
        client.search_runs([experiment], filter_string=text, order_by=["start_time ASC"])
    orders = [
        ["metrics.loss"],
        ["metrics.loss DESC"],
        ["params.kernel ASC"],
        ["params.kernel DESC", "start_time ASC"],
        ["tags.`team.name` DESC"],
        ["attributes.end_time DESC"],
        ["run_name"],
        ["status", "start_time"],
        None,
    ]
    for order in orders:
        client.search_runs([experiment], order_by=order)
    page = client.search_runs([experiment], max_results=3)
    client.search_runs([experiment], max_results=3, page_token=page.token)
    client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)
    client.search_runs(["987654321"])
    wrongs = [
        "metrics.loss > 'x'",
        "metrics.loss LIKE 'x'",
        "params.kernel > 'x'",
        "params.kernel = 5",
        "nothing.x = 'y'",
        "loss > 1",
        "metrics.loss >",
        "metrics.loss = 1 AND",
        "params.kernel = 'open",
        "start_time = 'x'",
        "run_id > 'x'",
        "params.kernel IN ('a', 'b')",
    ]
    for wrong in wrongs:
        with mistake():
            client.search_runs([experiment], filter_string=wrong)
    for wrong in [["metrics.loss SIDEWAYS"], ["nothing.x"], ["metrics.loss", "metrics.loss DESC"]]:
        with mistake():
            client.search_runs([experiment], order_by=wrong)
    with mistake():
        client.search_runs([experiment], max_results=50001)
    with mistake():
        client.search_runs([experiment], page_token="nonsense")


def dataset_input(name, digest, context):
    from mlflow.entities import Dataset, DatasetInput, InputTag

    tags = [] if context is None else [InputTag("mlflow.data.context", context)]
    source = json.dumps({"uri": "s3://b/x"})
    return DatasetInput(Dataset(name, digest, "s3", source, schema="{}", profile="{}"), tags)


@step
def inputs_and_outputs(client, world):
    client.get_run(world.found)
    client.log_inputs(world.found, [dataset_input("flights", "d1", "train")])
    client.get_run(world.found)
    world.raw("POST", "runs/log-inputs", {"run_id": world.found, "datasets": [{"dataset": {"name": "x"}}]})
    world.raw("POST", "runs/log-inputs", {"run_id": world.found, "datasets": [{}]})
    world.raw("POST", "runs/log-inputs", {"datasets": []})
    world.raw("POST", "runs/log-inputs", {"run_id": "0" * 32, "datasets": []})
    world.raw("POST", "experiments/search-datasets", {"experiment_ids": [world.experiment]}, api="/ajax-api/2.0/mlflow/")


@step
def artifacts(client, world):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "notes ü.txt")
        with open(path, "w") as file:
            file.write("hello\n")
        client.log_artifact(world.run, path)
        client.log_artifact(world.run, path, "deep/er")
        client.log_text(world.run, "table,1\n", "t.csv")
        client.log_dict(world.run, {"a": [1]}, "d.json")
        client.list_artifacts(world.run)
        client.list_artifacts(world.run, "deep")
        client.list_artifacts(world.run, "d.json")
        client.list_artifacts(world.run, "none")
        client.download_artifacts(world.run, "deep/er/notes ü.txt", folder)
        client.download_artifacts(world.run, "deep", folder)
    with mistake():
        client.download_artifacts(world.run, "none.txt")
    world.raw("GET", "artifacts/list", run_id=world.run)
    world.raw("GET", "artifacts/list", run_id=world.run, path="deep")
    world.raw("GET", "artifacts/list", run_id="0" * 32)
    for path in ["../secret", "/etc/passwd", "deep/../../x"]:
        world.raw("GET", "artifacts/list", run_id=world.run, path=path)
        world.raw("GET", "artifacts", api="/api/2.0/mlflow-artifacts/", path=path)


@step
def registered_models(client, world):
    model = world.model = world.name("model")
    client.create_registered_model(model, tags={"task": "delay"}, description="Late flights")
    client.get_registered_model(model)
    client.update_registered_model(model, description="Later flights")
    client.set_registered_model_tag(model, "task", "risk")
    client.delete_registered_model_tag(model, "task")
    client.delete_registered_model_tag(model, "never")
    client.create_registered_model(world.name("second"))
    client.rename_registered_model(world.name("second"), world.name("third"))
    for wrong in [
        lambda: client.create_registered_model(model),
        lambda: client.create_registered_model(""),
        lambda: client.get_registered_model(world.name("none")),
        lambda: client.rename_registered_model(world.name("third"), model),
        lambda: client.update_registered_model(world.name("none"), description="x"),
        lambda: client.set_registered_model_tag(world.name("none"), "a", "b"),
        lambda: client.delete_registered_model(world.name("none")),
    ]:
        with mistake():
            wrong()
    world.raw("POST", "registered-models/create", {"name": "a/b"})
    world.raw("POST", "registered-models/create", {"name": "a:b"})
    world.raw("POST", "registered-models/create", {})
    world.raw("GET", "registered-models/get")


@step
def model_versions(client, world):
    model = world.model
    source = client.get_run(world.run).info.artifact_uri + "/deep"
    first = client.create_model_version(model, source, world.run, tags={"v": "1"}, description="first")
    second = client.create_model_version(model, source, world.run)
    client.get_model_version(model, first.version)
    client.update_model_version(model, "1", "the first")
    client.set_model_version_tag(model, "1", "v", "2")
    client.delete_model_version_tag(model, "1", "v")
    client.get_model_version_download_uri(model, "2")
    client.set_registered_model_alias(model, "champion", "1")
    client.get_model_version_by_alias(model, "champion")
    client.set_registered_model_alias(model, "champion", "2")
    client.get_model_version(model, "2")
    client.get_registered_model(model)
    client.delete_registered_model_alias(model, "champion")
    client.delete_registered_model_alias(model, "champion")
    client.transition_model_version_stage(model, "1", "Production")
    client.transition_model_version_stage(model, "2", "production", archive_existing_versions=True)
    client.get_latest_versions(model)
    client.get_latest_versions(model, ["Production", "Archived"])
    client.get_registered_model(model)
    for wrong in [
        lambda: client.get_model_version(model, "9"),
        lambda: client.get_model_version(world.name("none"), "1"),
        lambda: client.create_model_version(world.name("none"), source, world.run),
        lambda: client.get_model_version_by_alias(model, "nobody"),
        lambda: client.get_model_version_by_alias(world.name("none"), "nobody"),
        lambda: client.set_registered_model_alias(model, "latest", "1"),
        lambda: client.set_registered_model_alias(model, "v1", "1"),
        lambda: client.set_registered_model_alias(model, "a b", "1"),
        lambda: client.set_registered_model_alias(model, "ghost", "9"),
        lambda: client.transition_model_version_stage(model, "1", "Limbo"),
        lambda: client.transition_model_version_stage(model, "9", "Staging"),
        lambda: client.get_latest_versions(world.name("none")),
        lambda: client.delete_model_version(model, "9"),
    ]:
        with mistake():
            wrong()
    world.raw("GET", "model-versions/get", name=model, version="x")
    world.raw("GET", "model-versions/get", name=model)
    world.raw("POST", "model-versions/create", {"name": model})
    world.raw("GET", "registered-models/alias", name=model, alias="latest")
    del second


@step
def registry_search(client, world):
    mine = f"name LIKE '{world.prefix}%'"
    for query in [
        {"filter_string": mine},
        {"filter_string": mine, "order_by": ["name DESC"]},
        {"filter_string": mine, "order_by": ["last_updated_timestamp ASC", "name"]},
        {"filter_string": f"name = '{world.model}'"},
        {"filter_string": f"name ILIKE '{world.prefix.upper()}%'"},
        {"filter_string": f"{mine} AND tags.task = 'delay'"},
        {"filter_string": mine, "max_results": 1},
    ]:
        client.search_registered_models(**query)
    for query in [
        {"filter_string": f"name = '{world.model}'"},
        {"filter_string": f"name = '{world.model}'", "order_by": ["version_number ASC"]},
        {"filter_string": f"name = '{world.model}' AND version_number > 1"},
        {"filter_string": f"run_id = '{world.run}' AND {mine}", "order_by": ["version_number DESC"]},
        {"filter_string": f"{mine} AND tags.v = '1'"},
    ]:
        client.search_model_versions(**query)
    for wrong in ["nothing = 'x'", "name > 'x'", "version_number = 'x'", "name ="]:
        with mistake():
            client.search_registered_models(filter_string=wrong)
        with mistake():
            client.search_model_versions(filter_string=wrong)
    with mistake():
        client.search_registered_models(max_results=1001)
    with mistake():
        client.search_registered_models(order_by=["color"])
    client.delete_model_version(world.model, "1")
    with mistake():
        client.get_model_version(world.model, "1")
    client.search_model_versions(f"name = '{world.model}'")
    client.delete_registered_model(world.name("third"))


@step
def logged_models(client, world):
    model = client.create_logged_model(
        world.experiment, name="flight-delay", source_run_id=world.run, params={"depth": "6"}, tags={"t": "1"}, model_type="tree"
    )
    client.get_logged_model(model.model_id)
    client.log_model_params(model.model_id, {"rate": "0.1"})
    client.set_logged_model_tags(model.model_id, {"t": "2", "u": "3"})
    client.delete_logged_model_tag(model.model_id, "u")
    client.log_metric(world.run, "acc", 0.9, timestamp=7, step=0, model_id=model.model_id, dataset_name="test", dataset_digest="d")
    client.finalize_logged_model(model.model_id, "READY")
    client.get_logged_model(model.model_id)
    for text in ["name = 'flight-delay'", "params.depth = '6'", "tags.t = '2'", "metrics.acc > 0.5", "name LIKE 'f%'", "model_type = 'none'"]:
        client.search_logged_models([world.experiment], filter_string=text)
    client.search_logged_models([world.experiment], order_by=[{"field_name": "metrics.acc", "ascending": False}])
    for wrong in [
        lambda: client.get_logged_model("m-" + "0" * 32),
        lambda: client.create_logged_model(world.experiment, name="a/b"),
        lambda: client.search_logged_models([world.experiment], filter_string="nothing.x = 'y'"),
        lambda: client.delete_logged_model_tag(model.model_id, "never"),
    ]:
        with mistake():
            wrong()
    client.delete_logged_model(model.model_id)
    with mistake():
        client.get_logged_model(model.model_id)


@step
def traces(client, world):
    mlflow.set_experiment(experiment_id=world.experiment)
    with mlflow.start_span("answer", span_type="CHAIN") as outer:
        outer.set_inputs({"question": "late?", "limit": 3, "ratio": 2.0})
        with mlflow.start_span("retrieve", span_type="RETRIEVER") as inner:
            inner.set_attributes({"k": 5, "deep": {"list": [1, None, "x"]}})
            inner.add_event(mlflow.entities.SpanEvent("looked", attributes={"rows": 2}))
        outer.set_outputs(["yes"])
    trace = outer.trace_id
    client.get_trace(trace)
    client.set_trace_tag(trace, "seen", "yes")
    client.delete_trace_tag(trace, "seen")
    for text in [None, "status = 'OK'", "name = 'answer'", "span.name = 'retrieve'", "span.type = 'CHAIN'", "execution_time_ms < 0", "tags.mlflow.traceName = 'answer'"]:
        client.search_traces(locations=[world.experiment], filter_string=text)
    for wrong in ["nothing = 'x'", "status > 'OK'", "timestamp_ms = 'x'"]:
        with mistake():
            client.search_traces(locations=[world.experiment], filter_string=wrong)
    feedback = mlflow.log_feedback(trace_id=trace, name="correct", value=True, rationale="checked")
    mlflow.get_assessment(trace, feedback.assessment_id)
    mlflow.update_assessment(trace, feedback.assessment_id, mlflow.entities.Feedback(name="correct", value=False))
    mlflow.delete_assessment(trace_id=trace, assessment_id=feedback.assessment_id)
    client.link_traces_to_run([trace], world.run)
    client.search_traces(locations=[world.experiment], run_id=world.run)
    with mistake():
        client.get_trace("tr-" + "0" * 32)
    with mistake():
        client.set_trace_tag("tr-" + "0" * 32, "a", "b")
    client.delete_traces(world.experiment, trace_ids=[trace])
    client.delete_traces(world.experiment, trace_ids=[trace])


@step
def evaluation_datasets(client, world):
    name = world.name("cases")
    dataset = client.create_dataset(name, [world.experiment], tags={"team": "risk"})
    records = [
        {"inputs": {"question": "late?", "limit": 3}, "expectations": {"answer": "yes"}, "tags": {"hard": "no"}},
        {"inputs": {"question": "early?", "ratio": 0.5}, "outputs": {"text": "no"}, "source": {"source_type": "HUMAN", "source_data": {"user": "ann"}}},
    ]
    for record in records:
        dataset.merge_records([record])
    dataset.merge_records([{"inputs": {"limit": 3, "question": "late?"}, "expectations": {"why": "wind"}, "outputs": ["a"]}])
    client.get_dataset(dataset.dataset_id)
    client.get_dataset(dataset.dataset_id).to_df()
    client.set_dataset_tags(dataset.dataset_id, {"team": "growth", "stage": "one"})
    client.delete_dataset_tag(dataset.dataset_id, "stage")
    client.add_dataset_to_experiments(dataset.dataset_id, [world.other])
    client.remove_dataset_from_experiments(dataset.dataset_id, [world.other])
    for query in [
        {"filter_string": f"name = '{name}'"},
        {"filter_string": f"name LIKE '{world.prefix}%' AND tags.team = 'growth'"},
        {"experiment_ids": [world.experiment], "order_by": ["name ASC"]},
        {"experiment_ids": [world.other]},
    ]:
        client.search_datasets(**query)
    for wrong in ["nothing = 'x'", "created_time = 'x'"]:
        with mistake():
            client.search_datasets(filter_string=wrong)
    world.raw("POST", "datasets/create", {}, api="/api/3.0/mlflow/")
    world.raw("POST", f"datasets/{dataset.dataset_id}/records", {}, api="/api/3.0/mlflow/")
    with mistake():
        client.get_dataset("d-" + "0" * 32)
    client.delete_dataset(dataset.dataset_id)
    with mistake():
        client.get_dataset(dataset.dataset_id)


@step
def prompts(client, world):
    name = world.name("prompt")
    client.register_prompt(name, "Hello {{who}}", tags={"tone": "kind"})
    client.register_prompt(name, "Good day {{who}}", commit_message="politer")
    client.load_prompt(name, version=1)
    client.set_prompt_alias(name, "live", 2)
    client.load_prompt(f"prompts:/{name}@live")
    client.search_prompts(filter_string=f"name = '{name}'")
    client.search_registered_models(filter_string=f"name = '{name}'")
    with mistake():
        client.load_prompt(world.name("no-prompt"), version=1)


@step
def rough_edges(client, world):
    for body in ["{", "[1]", "5"]:
        world.raw("POST", "runs/search", body)
    world.raw("POST", "runs/search", {"experiment_ids": "x", "max_results": "many"})
    world.raw("POST", "runs/search", {"experiment_ids": [world.experiment], "max_results": -1})
    world.raw("POST", "no/such/procedure", {})
    world.raw("GET", "metrics/get-history", run_id=world.batch)
    world.raw("GET", "metrics/get-history", metric_key="m1")
    world.raw("GET", "metrics/get-history", run_id="0" * 32, metric_key="m1")
    bulk = "metrics/get-history-bulk-interval"
    world.raw("GET", bulk, run_ids=world.batch, metric_key="m1", max_results=5)
    world.raw("GET", bulk, run_ids=world.batch, metric_key="m1", start_step=3, end_step=8)
    world.raw("GET", bulk, run_ids=world.batch, metric_key="m1", start_step=3)
    world.raw("GET", bulk, metric_key="m1")
    world.raw("GET", bulk, run_ids=world.batch, metric_key="m1", max_results=5000)
    client.delete_experiment(world.other)
    with mistake():
        client.create_run(world.other)
    with mistake():
        client.delete_experiment("987654321")
