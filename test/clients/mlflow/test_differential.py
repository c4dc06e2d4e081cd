"""Recorded traffic of the real client, answered by the real `mlflow server` and by Slipway: the answers are the same."""

import os
import pathlib
import pickle
import signal
import socket
import subprocess
import sys
import time
import uuid

import mlflow
import pytest
import requests
from mlflow import MlflowClient

from differential import traffic
from differential.recorder import Recorder
from differential.replay import Replay


RECORDING = pathlib.Path(__file__).parents[3] / ".cache" / "clients" / "traffic.pickle"


@pytest.fixture
def reference(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db", "--artifacts-destination", str(tmp_path / "files")]
    environment = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    log = (tmp_path / "server.log").open("w")
    process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, env=environment, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, tmp_path / "server.log")
        yield url
    finally:
        # It has worker processes: the whole group goes.
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def wait_for(url, process, log):
    for _ in range(900):
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{url}/health", timeout=1).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise RuntimeError(f"mlflow server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def recorder(reference, monkeypatch):
    # Spans and traces in the order of the script.
    monkeypatch.setenv("MLFLOW_ENABLE_ASYNC_TRACE_LOGGING", "false")
    recorder = Recorder(reference)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(recorder.url)
    mlflow.tracing.reset()
    yield recorder
    mlflow.set_tracking_uri(before)
    mlflow.tracing.reset()
    recorder.close()


@pytest.fixture
def exchanges(request):
    """Recorded anew in every run of the suites; the second database replays what the first was compared with."""
    if os.environ.get("SLIPWAY_TEST_AGAIN") and RECORDING.exists():
        return pickle.loads(RECORDING.read_bytes())
    recorder = request.getfixturevalue("recorder")
    world = traffic.World(recorder.url, f"d{uuid.uuid4().hex[:8]}", recorder.recording)
    traffic.drive(MlflowClient(recorder.url), world)
    RECORDING.parent.mkdir(parents=True, exist_ok=True)
    RECORDING.write_bytes(pickle.dumps(recorder.recording.exchanges))
    return recorder.recording.exchanges


def test_answers_are_those_of_mlflow_server(exchanges, url):
    assert len(exchanges) > 450
    differences = Replay(url).run(exchanges)
    report = "\n".join(map(str, differences))
    assert not differences, f"{len(differences)} differences in {len(exchanges)} answers:\n{report}"
