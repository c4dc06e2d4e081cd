"""`slipway run`: a script that logs with mlflow, started as a run, logs into that run without being told."""

import json
import os
import pathlib
import subprocess
import sys

import mlflow

SLIPWAY = pathlib.Path(__file__).parents[3] / "bin" / "slipway"
SCRIPT = """
import mlflow
with mlflow.start_run():
    mlflow.log_metric("loss", 0.5, step=3)
print("trained")
"""


def test_a_script_logs_into_the_run_it_was_started_as(client, url, unique, tmp_path):
    experiment = unique("recorded")
    (tmp_path / "train.py").write_text(SCRIPT)
    kept = {key: os.environ[key] for key in ["PATH", "HOME", "LANG"] if key in os.environ}
    command = [SLIPWAY, "run", "--experiment", experiment, "--name", "recorded", "--", sys.executable, "train.py"]
    done = subprocess.run(command, cwd=tmp_path, env={**kept, "SLIPWAY_URL": url}, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr.count("Run run_")) == (0, 1), done.stderr
    [run] = client.search_runs([client.get_experiment_by_name(experiment).experiment_id])
    assert run.info.run_name == "recorded" and run.info.status == "FINISHED"
    assert [(point.step, point.value) for point in client.get_metric_history(run.info.run_id, "loss")] == [(3, 0.5)]
    environment = json.loads(pathlib.Path(client.download_artifacts(run.info.run_id, "source/environment.json", str(tmp_path))).read_text())
    assert environment["interpreter"]["packages"]["mlflow"] == mlflow.__version__
    assert "trained" in pathlib.Path(client.download_artifacts(run.info.run_id, "logs/output.txt", str(tmp_path))).read_text()
