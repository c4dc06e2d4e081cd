import csv
import json

import pytest
from click.testing import CliRunner
from mlflow.cli import cli


@pytest.fixture
def command():
    def run(*arguments):
        done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_experiments(command, client, unique, tmp_path):
    name = unique("cli")
    created = command("experiments", "create", "-n", name)
    experiment_id = client.get_experiment_by_name(name).experiment_id
    assert experiment_id in created
    assert name in command("experiments", "search")
    command("experiments", "rename", "-x", experiment_id, "--new-name", f"{name}-2")
    command("experiments", "delete", "-x", experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    command("experiments", "restore", "-x", experiment_id)
    assert client.get_experiment(experiment_id).name == f"{name}-2"
    run = client.create_run(experiment_id, run_name="one")
    client.log_metric(run.info.run_id, "m", 2)
    command("experiments", "csv", "-x", experiment_id, "-o", str(tmp_path / "runs.csv"))
    with open(tmp_path / "runs.csv") as handle:
        [row] = csv.DictReader(handle)
    assert (row["run_id"], row["metrics.m"]) == (run.info.run_id, "2.0")


def test_runs(command, client, run):
    run_id = run.info.run_id
    client.log_param(run_id, "p", "1")
    described = json.loads(command("runs", "describe", "--run-id", run_id))
    assert described["info"]["run_id"] == run_id
    assert described["data"]["params"] == {"p": "1"}
    assert run_id in command("runs", "list", "--experiment-id", run.info.experiment_id)
    command("runs", "delete", "--run-id", run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    command("runs", "restore", "--run-id", run_id)


def test_artifacts(command, run, tmp_path):
    run_id = run.info.run_id
    (tmp_path / "note.txt").write_text("hi")
    command("artifacts", "log-artifact", "-l", str(tmp_path / "note.txt"), "-r", run_id)
    assert "note.txt" in command("artifacts", "list", "-r", run_id)
    (tmp_path / "down").mkdir()
    command("artifacts", "download", "-r", run_id, "-a", "note.txt", "-d", str(tmp_path / "down"))
    assert (tmp_path / "down" / "note.txt").read_text() == "hi"
