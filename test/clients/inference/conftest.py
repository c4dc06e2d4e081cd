"""Deploys real scikit-learn models, converted to ONNX, on a running Slipway (SLIPWAY_URL) for real inference clients."""

import os

import numpy as np
import pytest
import requests
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression


@pytest.fixture(scope="session")
def url():
    return os.environ["SLIPWAY_URL"].rstrip("/")


@pytest.fixture(scope="session")
def address(url):
    return url.removeprefix("http://")


@pytest.fixture(scope="session")
def rows():
    return load_iris().data.astype(np.float32)


@pytest.fixture(scope="session")
def deploy(url):
    """Registers ONNX bytes as a new version of a model and deploys it; answers the deployment."""

    def run(name, model, columns=()):
        blob = requests.put(f"{url}/v1/blobs", data=model, timeout=30).json()
        version = {
            "files": [{"path": "model.onnx", **blob}],
            "format": "onnx",
            "signature": {"inputs": [{"name": column, "type": "float"} for column in columns]},
        }
        made = requests.post(f"{url}/v1/models/{name}/versions", json=version, timeout=30)
        assert made.status_code == 201, made.text
        answer = requests.put(f"{url}/v1/deployments/{name}", json={"model": f"{name}/{made.json()['version']}"}, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return run


@pytest.fixture(scope="session")
def forest(deploy, rows):
    """A random forest over iris: the classifier itself, deployed as `iris` with outputs `label` and `probabilities`."""
    model = RandomForestClassifier(n_estimators=20, random_state=0).fit(rows, load_iris().target)
    onnx = to_onnx(model, rows[:1], options={"zipmap": False})
    deploy("iris", onnx.SerializeToString(), ["sepal_length", "sepal_width", "petal_length", "petal_width"])
    return model


@pytest.fixture(scope="session")
def line(deploy, rows):
    """A regression of the last column on the first three, deployed as `petal`: one output."""
    model = LinearRegression().fit(rows[:, :3], rows[:, 3])
    deploy("petal", to_onnx(model, rows[:1, :3]).SerializeToString())
    return model


@pytest.fixture(scope="session")
def slow(deploy):
    """An ONNX model that takes a good fraction of a second for one row: a long loop of matrix products."""
    size = 64
    step = helper.make_graph(
        [
            helper.make_node("MatMul", ["state", "weights"], ["product"]),
            helper.make_node("Tanh", ["product"], ["next"]),
            helper.make_node("Identity", ["going"], ["still"]),
        ],
        "step",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, [None, size]),
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [None, size]),
        ],
    )
    weights = numpy_helper.from_array(np.eye(size, dtype=np.float32) / 2, "weights")
    turns = numpy_helper.from_array(np.array(60_000, np.int64), "turns")
    graph = helper.make_graph(
        [helper.make_node("Loop", ["turns", "", "x"], ["y"], body=step)],
        "slow",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, size])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, size])],
        [weights, turns],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    deploy("slow", model.SerializeToString())


identity_types = {
    "BOOL": (TensorProto.BOOL, np.bool_),
    "UINT8": (TensorProto.UINT8, np.uint8),
    "UINT16": (TensorProto.UINT16, np.uint16),
    "UINT32": (TensorProto.UINT32, np.uint32),
    "UINT64": (TensorProto.UINT64, np.uint64),
    "INT8": (TensorProto.INT8, np.int8),
    "INT16": (TensorProto.INT16, np.int16),
    "INT32": (TensorProto.INT32, np.int32),
    "INT64": (TensorProto.INT64, np.int64),
    "FP16": (TensorProto.FLOAT16, np.float16),
    "FP32": (TensorProto.FLOAT, np.float32),
    "FP64": (TensorProto.DOUBLE, np.float64),
    "BYTES": (TensorProto.STRING, np.object_),
}


@pytest.fixture(scope="session")
def identity(deploy):
    """One input and output of every datatype: `in_INT8` comes back as `out_INT8`. Answers the model's bytes."""
    nodes, inputs, outputs = [], [], []
    for name, (kind, _) in identity_types.items():
        nodes.append(helper.make_node("Identity", [f"in_{name}"], [f"out_{name}"]))
        inputs.append(helper.make_tensor_value_info(f"in_{name}", kind, [None, 2]))
        outputs.append(helper.make_tensor_value_info(f"out_{name}", kind, [None, 2]))
    graph = helper.make_graph(nodes, "identity", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    deploy("identity", model)
    return model
