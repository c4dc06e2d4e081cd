"""A model server of the kserve package behind Slipway's own endpoint: what it answers there, it answers here."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def model_server():
    ports = {"http": free_port(), "grpc": free_port()}
    command = [sys.executable, str(Path(__file__).parent / "model_server.py"), str(ports["http"]), str(ports["grpc"])]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                if httpx.get(f"http://127.0.0.1:{ports['http']}/v2/models/iris-there/ready").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        yield ports
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def bare():
    data = load_iris()
    model = RandomForestClassifier(n_estimators=10, random_state=7)
    return model.fit(data.data.astype(np.float32), data.target), data.data.astype(np.float32)[::7]


def connect(url, name, place):
    connected = httpx.post(f"{url}/v1/models/{name}/connect", json={"remoteModel": "iris-there", **place}, timeout=30)
    assert connected.status_code == 201, connected.text
    deployed = httpx.put(f"{url}/v1/deployments/{name}", json={"model": name}, timeout=30)
    assert deployed.json()["state"] == "ready", deployed.text


def infer(url, name, rows):
    tensor = {"name": "X", "datatype": "FP32", "shape": list(rows.shape), "data": [None if np.isnan(value) else value for value in rows.ravel().tolist()]}
    return httpx.post(f"{url}/v2/models/{name}/infer", json={"inputs": [tensor]}, timeout=30)


@pytest.mark.parametrize("scheme", ["http", "grpc"])
def test_version_2_equals_the_library(url, model_server, bare, scheme):
    forest, rows = bare
    name = f"there-{scheme}"
    connect(url, name, {"server": f"{scheme}://127.0.0.1:{model_server[scheme]}"})
    answer = infer(url, name, rows)
    assert answer.status_code == 200, answer.text
    found = {output["name"]: np.array(output["data"]).reshape(output["shape"]) for output in answer.json()["outputs"]}
    np.testing.assert_array_equal(found["label"], forest.predict(rows))
    np.testing.assert_array_equal(found["probabilities"], forest.predict_proba(rows))


def test_rows_as_json_equal_the_library(url, model_server, bare):
    forest, rows = bare
    place = {
        "server": f"http://127.0.0.1:{model_server['http']}",
        "protocol": "v1",
        "inputs": [{"name": "X", "datatype": "FP32", "shape": [-1, 4]}],
        "outputs": [{"name": "probabilities", "datatype": "FP64", "shape": [-1, 3]}],
    }
    connect(url, "there-rows", place)
    answer = infer(url, "there-rows", rows)
    assert answer.status_code == 200, answer.text
    [output] = answer.json()["outputs"]
    np.testing.assert_array_equal(np.array(output["data"]).reshape(output["shape"]), forest.predict_proba(rows))


@pytest.mark.parametrize("scheme", ["http", "grpc"])
def test_what_fails_there_is_named_here(url, model_server, bare, scheme):
    answer = infer(url, f"there-{scheme}", np.full((1, 4), np.nan, np.float32))
    assert answer.status_code == 500
    # Over gRPC that server keeps the reason to itself.
    assert ("this model does not take what is missing" if scheme == "http" else "failed") in answer.json()["error"]
    assert infer(url, f"there-{scheme}", bare[1]).status_code == 200
