"""Every datatype, its extremes and NaN, through both real tritonclients; answers are compared with onnxruntime's own."""

import numpy as np
import onnxruntime
import pytest
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from conftest import identity_types


def extremes(dtype):
    if dtype == np.object_:
        return np.array([["plain", ""], ["zwölf €", "line\nbreak"]], dtype=np.object_)
    if dtype == np.bool_:
        return np.array([[True, False], [False, True]])
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        return np.array([[info.min, info.max], [0, 1]], dtype=dtype)
    info = np.finfo(dtype)
    return np.array([[info.min, info.max], [np.nan, -np.inf]], dtype=dtype)


@pytest.fixture
def given():
    return {name: extremes(dtype) for name, (_, dtype) in identity_types.items()}


def bare(model, given):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [f"out_{name}" for name in given]
    return dict(zip(given, session.run(names, {f"in_{name}": values for name, values in given.items()})))


def as_text(values):
    return np.array([[v.decode() if isinstance(v, bytes) else v for v in row] for row in values], dtype=np.object_)


@pytest.mark.parametrize("library", [triton_http, triton_grpc], ids=["http", "grpc"])
def test_every_datatype_comes_back_as_from_the_library(address, identity, given, library):
    inputs = []
    for name, values in given.items():
        tensor = library.InferInput(f"in_{name}", list(values.shape), name)
        tensor.set_data_from_numpy(values)
        inputs.append(tensor)
    with library.InferenceServerClient(address) as client:
        answer = client.infer("identity", inputs)
    for name, wanted in bare(identity, given).items():
        found = answer.as_numpy(f"out_{name}")
        if name == "BYTES":
            np.testing.assert_array_equal(as_text(found), as_text(wanted))
        else:
            assert found.dtype == wanted.dtype, name
            np.testing.assert_array_equal(found, wanted, err_msg=name)


def test_a_raw_request_needs_a_model_of_one_input(address, identity):
    import requests

    headers = {"Inference-Header-Content-Length": "0"}
    answer = requests.post(f"http://{address}/v2/models/identity/infer", data=b"1234", headers=headers, timeout=20)
    assert answer.status_code == 400
    assert "Raw request must only have 1 input (found 1) to be deduced but got 13 inputs in" in answer.json()["error"]


def test_integers_beyond_two_to_53_as_json(address, identity, given):
    import requests

    url = f"http://{address}/v2/models/identity/infer"

    def infer(value):
        inputs = []
        for name, values in given.items():
            flat = values.ravel().tolist()
            parameters = {}
            if name == "INT64":
                flat = [value, 0, 0, 1]
            elif name == "FP16":
                flat = None
            elif name in ("FP32", "FP64"):
                flat = [None if np.isnan(v) or np.isinf(v) else v for v in flat]
            elif name == "UINT64":
                flat = [str(v) for v in flat]
            inputs.append({"name": f"in_{name}", "datatype": name, "shape": [2, 2], "data": flat, "parameters": parameters})
        half = next(each for each in inputs if each["name"] == "in_FP16")
        del half["data"]
        half["parameters"] = {"binary_data_size": 8}
        import json

        head = json.dumps({"inputs": inputs, "outputs": [{"name": "out_INT64"}, {"name": "out_UINT64"}]}).encode()
        headers = {"Inference-Header-Content-Length": str(len(head))}
        return requests.post(url, data=head + bytes(8), headers=headers, timeout=20)

    exact = infer("-9223372036854775808")
    assert exact.status_code == 200, exact.text
    outputs = {output["name"]: output["data"] for output in exact.json()["outputs"]}
    assert int(outputs["out_INT64"][0]) == -(2**63) and int(outputs["out_UINT64"][1]) == 2**64 - 1
    lost = infer(2**53 + 2)
    assert lost.status_code == 400 and "beyond 2^53" in lost.json()["error"]
