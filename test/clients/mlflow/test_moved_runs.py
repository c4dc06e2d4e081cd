"""Runs that were moved to another experiment or forked, as the client sees them afterwards."""

import requests


def test_a_moved_run_is_found_there_with_its_files(client, url, experiment_id, unique, tmp_path):
    other = client.create_experiment(unique("other"))
    run = client.create_run(experiment_id)
    client.log_metric(run.info.run_id, "loss", 0.5)
    client.log_text(run.info.run_id, "hello", "notes/a.txt")
    target = client.get_experiment(other).name
    answer = requests.post(f"{url}/v1/runs/move", json={"runIds": [run.info.run_id], "experiment": target}, timeout=10)
    assert answer.json() == {"moved": [run.info.run_id]}
    moved = client.get_run(run.info.run_id)
    assert moved.info.experiment_id == other
    assert [one.info.run_id for one in client.search_runs([other], "metrics.loss < 1")] == [run.info.run_id]
    assert client.search_runs([experiment_id], "metrics.loss < 1") == []
    assert open(client.download_artifacts(run.info.run_id, "notes/a.txt", str(tmp_path))).read() == "hello"
    # Links that were written down before the move still lead to the file.
    import mlflow

    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/a.txt") == "hello"


def test_a_fork_goes_on_from_a_step(client, url, run):
    run_id = run.info.run_id
    client.log_param(run_id, "rate", "0.1")
    for step in range(5):
        client.log_metric(run_id, "loss", 1 / (step + 1), step=step)
    fork = requests.post(f"{url}/v1/runs/{run_id}/fork", json={"step": 2}, timeout=10).json()["id"]
    assert client.get_run(fork).data.params == {"rate": "0.1"}
    assert [point.step for point in client.get_metric_history(fork, "loss")] == [0, 1, 2]
    client.log_metric(fork, "loss", 9, step=3)
    assert [point.value for point in client.get_metric_history(fork, "loss")][-1] == 9
    assert len(client.get_metric_history(run_id, "loss")) == 5
