"""What goes wrong on purpose, in every dialect: its own form of an error, the right code, and the next request is answered."""

import gzip
import json
import socket
import time

import numpy as np
import pytest
import requests

row = [5.1, 3.5, 1.4, 0.2]
v2 = "/v2/models/iris/infer"
v1 = "/v1/models/iris:predict"
scoring = "/inference/iris/invocations"
seldon = "/seldon/any/iris/api/v1.0/predictions"


def tensor(**changes):
    return {"inputs": [{"name": "X", "datatype": "FP32", "shape": [1, 4], "data": row, **changes}]}


def message(answer):
    body = answer.json()
    if "status" in body and isinstance(body["status"], dict):
        return body["status"]["info"]
    return body.get("error") or body.get("message")


@pytest.mark.parametrize(
    "path, body, status, text",
    [
        (v2, tensor(name="Y"), 400, "missing"),
        (v2, tensor(shape=[1, 5]), 400, "unexpected number of values"),
        (v2, tensor(shape=[-1, 4]), 400, "0 or more"),
        (v2, tensor(shape=[2**31, 2**31]), 400, "exceed maximum size"),
        (v2, tensor(datatype="INT32", data=[1, 2, 3, 4]), 400, "data-type"),
        (v2, tensor(data=["a", 1, 2, 3]), 400, "position 0"),
        (v2, tensor(data=[[[[[[[[row]]]]]]]]), 200, None),
        (v2, tensor(parameters={"binary_data_size": 16}), 400, "0 bytes are left"),
        (v2, {"inputs": tensor()["inputs"] * 2}, 400, "given twice"),
        (v2, {**tensor(), "outputs": [{"name": "nope"}]}, 400, "nope"),
        ("/v2/models/nobody/infer", tensor(), 404, "unknown model"),
        ("/v2/models/iris/versions/99/infer", tensor(), 404, "unknown model version"),
        ("/v2/models/%ff/infer", tensor(), 400, "percent-encoding"),
        ("/v1/models/%ff:predict", {}, 400, "percent-encoding"),
        ("/inference/%ff/invocations", {}, 400, "percent-encoding"),
        (v1, {"instances": [[1, 2, 3]]}, 400, "3"),
        (v1, {"instances": "x"}, 400, "list of at least one row"),
        (v1, {"rows": []}, 400, "instances"),
        (v1, {"instances": [{"sepal_length": 1}]}, 400, "sepal_width"),
        ("/v1/models/nobody:predict", {"instances": [row]}, 404, "unknown model"),
        (scoring, {"dataframe_records": [{"sepal_length": 1}]}, 400, "sepal_width"),
        (scoring, {"inputs": [row], "instances": [row]}, 400, "exactly one"),
        (scoring, [row], 400, "object"),
        ("/inference/nobody/invocations", {"inputs": [row]}, 404, "unknown model"),
        (seldon, {"data": {"tensor": {"shape": [1, 9], "values": row}}}, 400, None),
        (seldon, {"strData": "x"}, 400, None),
    ],
)
def test_bad_bodies(url, forest, path, body, status, text):
    answer = requests.post(url + path, json=body, timeout=20)
    assert answer.status_code == status, answer.text
    if text is not None:
        assert text in message(answer)
    assert requests.post(url + v2, json=tensor(), timeout=20).status_code == 200


def test_lengths_that_lie(url, forest):
    body = json.dumps(tensor()).encode()
    for claimed in ("9999", "-1", "x"):
        answer = requests.post(url + v2, data=body, headers={"Inference-Header-Content-Length": claimed}, timeout=20)
        assert answer.status_code == 400 and "inference-header-content-length" in message(answer)
    more = requests.post(
        url + v2, data=body + b"more", headers={"Inference-Header-Content-Length": str(len(body))}, timeout=20
    )
    assert more.status_code == 400 and "belong to no input" in message(more)


def test_a_binary_tensor_on_an_odd_boundary(url, forest):
    values = np.array([row], np.float32).tobytes()
    for pad in range(8):
        head = json.dumps({"id": "x" * pad, **tensor(parameters={"binary_data_size": 16})}).replace(
            f'"data": {json.dumps(row)}, ', ""
        )
        answer = requests.post(
            url + v2,
            data=head.encode() + values,
            headers={"Inference-Header-Content-Length": str(len(head))},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["outputs"][0]["data"] == [0]


@pytest.mark.parametrize("path", [v2, v1, scoring, seldon])
def test_huge_bodies_are_refused_without_being_read(url, address, forest, path):
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {2**30}\r\n\r\n".encode()
        )
        client.sendall(b"x" * 1000)
        assert client.recv(4096).split()[1] == b"413"


def test_a_body_that_unpacks_to_more_than_the_limit(url, forest):
    bomb = gzip.compress(b" " * (80 * 1024 * 1024))
    answer = requests.post(url + v2, data=bomb, headers={"Content-Encoding": "gzip"}, timeout=30)
    assert answer.status_code == 413


def test_slow_clients_hold_nobody_up(url, address, forest):
    host, port = address.split(":")
    slow = [socket.create_connection((host, int(port)), timeout=20) for _ in range(50)]
    try:
        body = json.dumps(tensor()).encode()
        for client in slow:
            client.sendall(f"POST {v2} HTTP/1.1\r\nHost: x.localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:5])
        started = time.perf_counter()
        for _ in range(20):
            assert requests.post(url + v2, json=tensor(), timeout=20).status_code == 200
        assert time.perf_counter() - started < 5
        slow[0].sendall(body[5:])
        assert slow[0].recv(4096).split()[1] == b"200"
    finally:
        for client in slow:
            client.close()
