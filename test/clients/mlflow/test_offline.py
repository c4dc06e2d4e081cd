"""`slipway run --offline`: the unchanged client logs at full speed while the server is away, and all of it arrives later."""

import json
import os
import pathlib
import subprocess
import sys

SLIPWAY = pathlib.Path(__file__).parents[3] / "bin" / "slipway"
SCRIPT = """
import json, sys, time
import mlflow
from mlflow import MlflowClient

model = sys.argv[1]
with mlflow.start_run() as run:
    began = time.perf_counter()
    for step in range(200):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    seconds = time.perf_counter() - began
    mlflow.log_params({"depth": 3, "kernel": "rbf"})
    mlflow.log_metric("odd", float("nan"))
    mlflow.log_text("hello", "notes/a.txt")
    mlflow.log_table({"x": [1, 2]}, "table.json")
    logged = mlflow.initialize_logged_model(name="net", params={"depth": "3"})
    with mlflow.start_run(nested=True, run_name="inner"):
        mlflow.log_metric("fold", 0.5)
    client = MlflowClient()
    client.create_registered_model(model)
    client.create_model_version(model, f"runs:/{run.info.run_id}/notes", run.info.run_id)
    client.set_registered_model_alias(model, "champion", 1)

@mlflow.trace
def ask(question):
    return question.upper()

ask("why")
mlflow.flush_trace_async_logging()
print(json.dumps({"run": run.info.run_id, "logged": logged.model_id, "seconds": seconds}))
"""


def test_logging_does_not_wait_for_a_server_that_is_away(client, url, unique, tmp_path):
    experiment, model = unique("offline"), unique("offline-model")
    (tmp_path / "train.py").write_text(SCRIPT)
    kept = {key: os.environ[key] for key in ["PATH", "HOME", "LANG", "MLFLOW_DISABLE_TELEMETRY"] if key in os.environ}

    def slipway(*words, server):
        return subprocess.run(
            [SLIPWAY, *words], cwd=tmp_path, env={**kept, "SLIPWAY_URL": server}, capture_output=True, text=True, timeout=120
        )

    # Nobody listens there: a client of it alone would repeat each call for minutes.
    words = ["run", "--offline", "--experiment", experiment, "--", sys.executable, "train.py", model]
    done = slipway(*words, server="http://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert "slipway sync .slipway-spool --to http://127.0.0.1:9" in done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["seconds"] < 10, "200 calls of log_metric"

    assert "2 runs wait" in slipway("sync", "--status", server=url).stdout
    sent = slipway("sync", "--remove", "--json", server=url)
    assert sent.returncode == 0, sent.stderr
    [spool] = json.loads(sent.stdout)["items"]
    assert (spool["refusals"], spool["isRemoved"], spool["sent"]["versions"], spool["sent"]["traces"]) == ([], True, 1, 1)
    assert list((tmp_path / ".slipway-spool").iterdir()) == []

    experiment_id = client.get_experiment_by_name(experiment).experiment_id
    run = client.get_run(said["run"])
    assert (run.info.experiment_id, run.info.status) == (experiment_id, "FINISHED")
    assert run.data.params == {"depth": "3", "kernel": "rbf"}
    assert run.data.metrics["odd"] != run.data.metrics["odd"]
    history = client.get_metric_history(run.info.run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(step, 1 / (step + 1)) for step in range(200)]
    text = client.download_artifacts(run.info.run_id, "notes/a.txt", str(tmp_path))
    assert pathlib.Path(text).read_text() == "hello"
    [inner] = client.search_runs([experiment_id], "run_name = 'inner'")
    assert inner.data.tags["mlflow.parentRunId"] == run.info.run_id
    logged = client.get_logged_model(said["logged"])
    assert (logged.name, logged.source_run_id, logged.params) == ("net", run.info.run_id, {"depth": "3"})
    version = client.get_model_version_by_alias(model, "champion")
    assert (version.version, version.run_id) in [("1", run.info.run_id), (1, run.info.run_id)]
    [trace] = client.search_traces(locations=[experiment_id])
    assert [(span.name, span.inputs, span.outputs) for span in trace.data.spans] == [("ask", {"question": "why"}, "WHY")]
