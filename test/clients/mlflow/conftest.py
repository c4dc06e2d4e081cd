"""Drives the real `mlflow` client against a running Slipway; MLFLOW_TRACKING_URI says where it is."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import uuid

import mlflow
import pytest
import requests
from mlflow import MlflowClient


# Whole programs of a minute of training each say nothing of the database: they run once.
collect_ignore = ["test_desk.py", "test_offline.py"] if os.environ.get("SLIPWAY_TEST_AGAIN") else []
# Run by hand, where somebody has installed it: PyTorch weighs gigabytes.
if importlib.util.find_spec("lightning") is None:
    collect_ignore.append("test_desk_lightning.py")

DESK = pathlib.Path(__file__).parent / "desk"


@pytest.fixture(scope="session")
def url():
    return os.environ["MLFLOW_TRACKING_URI"].rstrip("/")


@pytest.fixture(scope="session", autouse=True)
def tracking(url):
    mlflow.set_tracking_uri(url)


@pytest.fixture
def client():
    return MlflowClient()


@pytest.fixture
def unique():
    """Makes names that no other test uses."""
    return lambda prefix="t": f"{prefix}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def experiment_id(client, unique):
    return client.create_experiment(unique("experiment"))


@pytest.fixture
def run(client, experiment_id):
    return client.create_run(experiment_id)


@pytest.fixture
def post(url):
    """POST to a procedure as raw JSON text or as an object; answers the response."""

    def send(path, body, prefix="api/2.0/mlflow"):
        data = body if isinstance(body, (str, bytes)) else None
        sent = {} if data is not None else {"json": body}
        headers = {"Content-Type": "application/json"}
        return requests.post(f"{url}/{prefix}/{path}", data=data, headers=headers, timeout=30, **sent)

    return send


@pytest.fixture
def get(url):
    def send(path, params=None, prefix="api/2.0/mlflow"):
        return requests.get(f"{url}/{prefix}/{path}", params=params, timeout=30)

    return send


@pytest.fixture
def desk(client, tmp_path):
    """Runs a script of the desk; answers the newest run with this name in its experiment."""

    def run(script, experiment, name):
        kept = {key: os.environ[key] for key in ["PATH", "HOME", "LANG"] if key in os.environ}
        settings = {"MLFLOW_TRACKING_URI": os.environ["MLFLOW_TRACKING_URI"], "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, DESK / script], cwd=tmp_path, env={**kept, **settings}, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert list(tmp_path.iterdir()) == [], "the script kept something of the tracking for itself"
        found = client.get_experiment_by_name(experiment)
        [newest] = client.search_runs([found.experiment_id], filter_string=f"run_name = '{name}'", max_results=1)
        assert newest.info.status == "FINISHED"
        return newest

    return run


@pytest.fixture(autouse=True)
def no_run_left():
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.autolog(disable=True)
