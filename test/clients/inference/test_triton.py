"""The real tritonclient over HTTP, JSON and binary, sync and async; answers are compared with scikit-learn's own."""

import asyncio

import numpy as np
import pytest
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from tritonclient.utils import InferenceServerException


@pytest.fixture
def client(address):
    with triton.InferenceServerClient(address) as made:
        yield made


def tensor(values, binary=True, name="X", datatype="FP32"):
    given = triton.InferInput(name, list(values.shape), datatype)
    given.set_data_from_numpy(values, binary_data=binary)
    return given


def test_health_and_metadata(client, forest):
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("iris")
    assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
    metadata = client.get_model_metadata("iris")
    assert metadata["inputs"] == [{"name": "X", "datatype": "FP32", "shape": [-1, 4]}]
    assert client.get_model_config("iris")["max_batch_size"] == 0
    assert {"iris"} <= {entry["name"] for entry in client.get_model_repository_index()}


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_equals_the_library(client, forest, rows, binary_in, binary_out):
    outputs = [triton.InferRequestedOutput(name, binary_data=binary_out) for name in ("probabilities", "label")]
    answer = client.infer("iris", [tensor(rows, binary_in)], outputs=outputs, request_id="mine")
    assert answer.get_response()["id"] == "mine"
    np.testing.assert_allclose(answer.as_numpy("probabilities"), forest.predict_proba(rows), atol=1e-5)
    np.testing.assert_array_equal(answer.as_numpy("label"), forest.predict(rows))


def test_raw_request_whose_body_is_the_tensor(address, forest, rows):
    import requests

    headers = {"Inference-Header-Content-Length": "0", "Content-Type": "application/octet-stream"}
    answer = requests.post(f"http://{address}/v2/models/iris/infer", data=rows[:5].tobytes(), headers=headers, timeout=20)
    length = int(answer.headers["Inference-Header-Content-Length"])
    result = triton.InferenceServerClient.parse_response_body(answer.content, header_length=length)
    np.testing.assert_array_equal(result.as_numpy("label"), forest.predict(rows[:5]))
    odd = requests.post(f"http://{address}/v2/models/iris/infer", data=b"xyz", headers=headers, timeout=20)
    assert odd.status_code == 400 and "byte size" in odd.json()["error"]


def test_all_outputs_when_none_is_named(client, forest, rows):
    answer = client.infer("iris", [tensor(rows[:3])])
    np.testing.assert_array_equal(answer.as_numpy("label"), forest.predict(rows[:3]))


def test_every_single_row_equals_the_batch(client, forest, rows):
    single = [client.infer("iris", [tensor(row[None])]).as_numpy("label")[0] for row in rows[::10]]
    np.testing.assert_array_equal(single, forest.predict(rows[::10]))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_requests(client, forest, rows, encoding):
    answer = client.infer("iris", [tensor(rows)], request_compression_algorithm=encoding)
    np.testing.assert_array_equal(answer.as_numpy("label"), forest.predict(rows))


def test_async_client(address, forest, rows):
    async def run():
        async with triton_aio.InferenceServerClient(address) as client:
            return await asyncio.gather(*[client.infer("iris", [tensor(row[None])]) for row in rows[:20]])

    labels = [answer.as_numpy("label")[0] for answer in asyncio.run(run())]
    np.testing.assert_array_equal(labels, forest.predict(rows[:20]))


def test_threads_of_the_client(address, forest, rows):
    with triton.InferenceServerClient(address, concurrency=8) as client:
        waiting = [client.async_infer("iris", [tensor(row[None])]) for row in rows[:40]]
        labels = [answer.get_result().as_numpy("label")[0] for answer in waiting]
    np.testing.assert_array_equal(labels, forest.predict(rows[:40]))


@pytest.mark.parametrize(
    "model, given, message",
    [
        ("nobody", tensor(np.zeros((1, 4), np.float32)), "unknown model"),
        ("iris", tensor(np.zeros((1, 5), np.float32)), "unexpected shape"),
        ("iris", tensor(np.zeros((1, 4), np.float64), datatype="FP64"), "data-type"),
        ("iris", tensor(np.zeros((1, 4), np.float32), name="Y"), "missing"),
    ],
)
def test_errors_are_the_clients_own(client, forest, model, given, message):
    with pytest.raises(InferenceServerException, match=message):
        client.infer(model, [given])


def test_prediction_is_found_by_its_id(client, forest, rows, url):
    import requests

    answer = client.infer("iris", [tensor(rows[:1])], headers={"slipway-prediction-id": "from-triton-1"})
    assert answer.get_response()["parameters"]["prediction_id"] == "from-triton-1"
    label = {"labels": [{"predictionId": "from-triton-1", "label": 0}]}
    assert requests.post(f"{url}/v1/labels", json=label, timeout=30).json()["unknownIds"] == []
    stored = requests.get(f"{url}/v1/predictions/from-triton-1", timeout=30).json()
    assert stored["inputs"]["sepal_length"] == pytest.approx(float(rows[0, 0]))
    assert stored["label"]["value"] == 0
