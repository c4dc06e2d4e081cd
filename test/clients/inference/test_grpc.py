"""The real tritonclient over gRPC, sync, async and streaming, on the port that also speaks HTTP; answers are compared with the libraries' own."""

import asyncio
import queue

import grpc
import numpy as np
import onnxruntime
import pytest
import tritonclient.grpc as triton
import tritonclient.grpc.aio as triton_aio
from tritonclient.utils import InferenceServerException


@pytest.fixture
def client(address):
    with triton.InferenceServerClient(address) as made:
        yield made


def tensor(values, name="X", datatype="FP32"):
    given = triton.InferInput(name, list(values.shape), datatype)
    given.set_data_from_numpy(values)
    return given


def test_health_and_metadata(client, forest):
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("iris")
    assert client.get_server_metadata().name == "slipway"
    metadata = client.get_model_metadata("iris", as_json=True)
    assert metadata["inputs"] == [{"name": "X", "datatype": "FP32", "shape": ["-1", "4"]}]
    config = client.get_model_config("iris", as_json=True)["config"]
    assert config["input"] == [{"name": "X", "data_type": "TYPE_FP32", "dims": ["-1", "4"]}]
    assert [output["data_type"] for output in config["output"]] == ["TYPE_INT64", "TYPE_FP32"]
    assert "iris" in {model.name for model in client.get_model_repository_index().models}


def test_equals_the_library(client, forest, rows):
    outputs = [triton.InferRequestedOutput(name) for name in ("probabilities", "label")]
    answer = client.infer("iris", [tensor(rows)], outputs=outputs, request_id="mine")
    response = answer.get_response()
    assert response.id == "mine" and response.model_name == "iris"
    assert [output.name for output in response.outputs] == ["probabilities", "label"]
    np.testing.assert_allclose(answer.as_numpy("probabilities"), forest.predict_proba(rows), atol=1e-5)
    np.testing.assert_array_equal(answer.as_numpy("label"), forest.predict(rows))


def test_every_single_row_equals_the_batch(client, forest, rows):
    single = [client.infer("iris", [tensor(row[None])]).as_numpy("label")[0] for row in rows[::10]]
    np.testing.assert_array_equal(single, forest.predict(rows[::10]))


@pytest.mark.parametrize("compression", ["gzip", "deflate"])
def test_compressed_messages(client, forest, rows, compression):
    answer = client.infer("iris", [tensor(np.tile(rows, (20, 1)))], compression_algorithm=compression)
    np.testing.assert_array_equal(answer.as_numpy("label"), np.tile(forest.predict(rows), 20))


def test_async_client(address, forest, rows):
    async def run():
        async with triton_aio.InferenceServerClient(address) as client:
            return await asyncio.gather(*[client.infer("iris", [tensor(row[None])]) for row in rows[:40]])

    labels = [answer.as_numpy("label")[0] for answer in asyncio.run(run())]
    np.testing.assert_array_equal(labels, forest.predict(rows[:40]))


def test_stream_answers_in_order_and_outlives_errors(client, forest, rows):
    answers = queue.Queue()
    client.start_stream(callback=lambda result, error: answers.put((result, error)))
    for index, row in enumerate(rows[:50]):
        client.async_stream_infer("iris", [tensor(row[None] if index != 7 else row[None, :2])], request_id=str(index))
    got = [answers.get(timeout=20) for _ in range(50)]
    client.stop_stream()
    assert "unexpected shape" in got[7][1].message()
    for index, (result, error) in enumerate(got):
        if index == 7:
            continue
        assert error is None and result.get_response().id == str(index)
        assert result.as_numpy("label")[0] == forest.predict(rows[index][None])[0]


def test_async_stream(address, forest, rows):
    async def requests():
        for row in rows[:20]:
            yield {"model_name": "iris", "inputs": [tensor(row[None])]}

    async def run():
        async with triton_aio.InferenceServerClient(address) as client:
            return [result.as_numpy("label")[0] async for result, error in client.stream_infer(requests())]

    np.testing.assert_array_equal(asyncio.run(run()), forest.predict(rows[:20]))
