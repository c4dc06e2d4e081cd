"""Python models logged with the real mlflow client, deployed on a running Slipway (SLIPWAY_URL) and asked in every dialect."""

import os

import mlflow
import numpy as np
import pytest
import requests
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http


@pytest.fixture(scope="session")
def url():
    return os.environ["SLIPWAY_URL"].rstrip("/")


@pytest.fixture(scope="session")
def deploy(url):
    """Registers what a function logs, deploys it under the same name and answers the deployment."""

    def run(name, log, expect=200):
        mlflow.set_tracking_uri(url)
        with mlflow.start_run():
            info = log(name=name)
        version = mlflow.register_model(info.model_uri, name).version
        answer = requests.put(f"{url}/v1/deployments/{name}", json={"model": f"{name}/{version}"}, timeout=180)
        assert answer.status_code == expect, answer.text
        return answer.json()

    return run


@pytest.fixture(scope="session")
def ask(url):
    """Posts to a path of a deployment; answers status and body."""

    def run(path, body):
        answer = requests.post(f"{url}{path}", json=body, timeout=60)
        return answer.status_code, answer.json()

    return run


DATATYPES = {"f8": "FP64", "f4": "FP32", "i8": "INT64", "i4": "INT32", "O": "BYTES", "U": "BYTES", "b1": "BOOL"}


def triton_inputs(library, columns):
    inputs = []
    for name, values in columns.items():
        values = np.asarray(values)
        if values.dtype.kind in "OU":
            values = np.array([value.encode() for value in values.ravel()], dtype=object).reshape(values.shape)
        datatype = DATATYPES.get(values.dtype.str[1:], "BYTES")
        tensor = library.InferInput(name, list(values.shape), datatype)
        tensor.set_data_from_numpy(values)
        inputs.append(tensor)
    return inputs


@pytest.fixture(scope="session")
def tritons(url):
    """The two Triton clients as functions from a model and its columns to the outputs by name."""
    address = url.removeprefix("http://")

    def over(library):
        client = library.InferenceServerClient(address)

        def infer(model, columns):
            answer = client.infer(model, triton_inputs(library, columns))
            outputs = answer.get_response()
            listed = outputs["outputs"] if isinstance(outputs, dict) else outputs.outputs
            names = [each["name"] if isinstance(each, dict) else each.name for each in listed]
            return {name: answer.as_numpy(name) for name in names}

        return infer

    return {"http": over(triton_http), "grpc": over(triton_grpc)}
