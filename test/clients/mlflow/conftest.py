"""Drives the real `mlflow` client against a running Slipway; MLFLOW_TRACKING_URI says where it is."""

import os
import uuid

import mlflow
import pytest
import requests
from mlflow import MlflowClient


# Whole programs of a minute of training each say nothing of the database: they run once.
collect_ignore = ["test_desk.py"] if os.environ.get("SLIPWAY_TEST_AGAIN") else []


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


@pytest.fixture(autouse=True)
def no_run_left():
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.autolog(disable=True)
