"""A pipeline step in Python that logs with the client as it would on a desk: it lands in the step's own run."""

import importlib.metadata
import json
import pathlib
import subprocess
import sys
import textwrap
import time

SLIPWAY = pathlib.Path(__file__).parents[3] / "bin" / "slipway"

STEP = """
import mlflow

with mlflow.start_run() as run:
    mlflow.log_param("depth", 4)
    mlflow.log_metric("loss", 0.25, step=1)
    mlflow.log_text("hello", "notes.txt")
print("logged to", run.info.run_id)
"""


def slipway(url, *words, cwd):
    done = subprocess.run([SLIPWAY, *words, "--url", url, "--json"], cwd=cwd, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def finished(url, run_id, cwd):
    for _ in range(300):
        run = slipway(url, "pipelines", "runs", "get", run_id, cwd=cwd)
        if run["state"] in ("succeeded", "failed", "canceled"):
            return run
        time.sleep(0.2)
    raise AssertionError(f"{run_id} did not finish")


def test_what_a_step_logs_is_in_its_run(url, client, unique, tmp_path):
    name = unique("steps")
    (tmp_path / "train.py").write_text(STEP)
    (tmp_path / "slipway.yaml").write_text(
        textwrap.dedent(f"""
            project: {name}
            pipelines:
              {name}:
                steps:
                  train:
                    run: [{json.dumps(sys.executable)}, train.py]
        """)
    )
    slipway(url, "apply", "slipway.yaml", cwd=tmp_path)
    started = slipway(url, "pipelines", "runs", "start", name, cwd=tmp_path)
    run = finished(url, started["id"], tmp_path)
    [step] = run["steps"]
    assert run["state"] == "succeeded", run
    logged = client.get_run(step["runId"])
    assert logged.info.status == "FINISHED"
    assert logged.data.params["depth"] == "4"
    assert logged.data.metrics["loss"] == 0.25
    assert [file.path for file in client.list_artifacts(step["runId"])] == ["notes.txt", "source"]
    kept = pathlib.Path(client.download_artifacts(step["runId"], "source/environment.json", tmp_path))
    packages = json.loads(kept.read_text())["interpreter"]["packages"]
    assert packages["mlflow"] == importlib.metadata.version("mlflow")
    assert client.get_experiment(logged.info.experiment_id).name == name
