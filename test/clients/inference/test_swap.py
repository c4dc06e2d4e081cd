"""Versions change under calls that never stop, over HTTP and gRPC: nothing fails, and every answer is that of one whole version."""

import threading

import numpy as np
import pytest
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from onnx import TensorProto, helper


def scaled(factor):
    """y = factor * x, as ONNX bytes."""
    graph = helper.make_graph(
        [helper.make_node("Mul", ["x", "factor"], ["y"])],
        "scaled",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor("factor", TensorProto.FLOAT, [1], [factor])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


@pytest.mark.parametrize("library", [triton_http, triton_grpc], ids=["http", "grpc"])
def test_no_call_fails_while_versions_change(address, deploy, library):
    name = f"scaled-{library.__name__.rsplit('.', 1)[-1]}"
    deploy(name, scaled(1.0))
    done = threading.Event()
    seen, wrong = set(), []

    def call_on():
        values = np.array([[1, 2, 3]], np.float32)
        given = library.InferInput("x", [1, 3], "FP32")
        given.set_data_from_numpy(values)
        try:
            with library.InferenceServerClient(address) as client:
                while not done.is_set():
                    answer = client.infer(name, [given])
                    factor = float(answer.as_numpy("y")[0, 0])
                    response = answer.get_response()
                    version = response["model_version"] if isinstance(response, dict) else response.model_version
                    seen.add(version)
                    if float(version) != factor or not np.allclose(answer.as_numpy("y"), values * factor):
                        wrong.append((version, factor))
        except Exception as failure:
            wrong.append(failure)

    callers = [threading.Thread(target=call_on) for _ in range(4)]
    for caller in callers:
        caller.start()
    for factor in (2.0, 3.0, 4.0):
        deploy(name, scaled(factor))
    done.set()
    for caller in callers:
        caller.join()
    assert wrong == []
    assert {"1", "2", "3"} <= seen
