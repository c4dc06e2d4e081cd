"""The real kserve package: its REST client in both protocol versions and its gRPC client; answers are compared with scikit-learn's own."""

import asyncio

import httpx
import numpy as np
import pytest
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferOutput, InferRequest, RESTConfig


def request(values, binary=False, outputs=()):
    given = InferInput("X", list(values.shape), "FP32")
    given.set_data_from_numpy(values, binary_data=binary)
    wanted = [InferOutput(name, [], "") for name in outputs]
    return InferRequest(model_name="iris", infer_inputs=[given], request_outputs=wanted or None)


def with_rest(url, act, protocol="v2"):
    async def run():
        async with InferenceRESTClient(RESTConfig(protocol=protocol, retries=0, timeout=20)) as client:
            return await act(client)

    return asyncio.run(run())


def with_grpc(address, act):
    async def run():
        async with InferenceGRPCClient(address, retries=0, timeout=20) as client:
            return await act(client)

    return asyncio.run(run())


def by_name(response):
    return {output.name: output.as_numpy() for output in response.outputs}


def test_health_over_rest(url, forest):
    assert with_rest(url, lambda client: client.is_server_live(url)) is True
    assert with_rest(url, lambda client: client.is_server_ready(url)) is True
    assert with_rest(url, lambda client: client.is_model_ready(url, "iris")) is True
    assert with_rest(url, lambda client: client.is_model_ready(url, "nobody")) is False


def test_health_over_grpc(address, forest):
    assert with_grpc(address, lambda client: client.is_server_live()) is True
    assert with_grpc(address, lambda client: client.is_server_ready()) is True
    assert with_grpc(address, lambda client: client.is_model_ready("iris")) is True


@pytest.mark.parametrize("binary", [False, True])
def test_version_2_over_rest_equals_the_library(url, forest, rows, binary):
    answer = with_rest(url, lambda client: client.infer(url, request(rows, binary), model_name="iris"))
    assert answer.model_name == "iris"
    found = by_name(answer)
    np.testing.assert_array_equal(found["label"], forest.predict(rows))
    np.testing.assert_allclose(found["probabilities"], forest.predict_proba(rows), atol=1e-5)


@pytest.mark.parametrize("binary", [False, True])
def test_version_2_over_grpc_equals_the_library(address, forest, rows, binary):
    answer = with_grpc(address, lambda client: client.infer(request(rows, binary)))
    found = by_name(answer)
    np.testing.assert_array_equal(found["label"], forest.predict(rows))
    np.testing.assert_allclose(found["probabilities"], forest.predict_proba(rows), atol=1e-5)


def test_version_1_equals_the_library(url, forest, rows):
    answer = with_rest(
        url, lambda client: client.infer(url, {"instances": rows.tolist()}, model_name="iris"), protocol="v1"
    )
    assert [row["label"] for row in answer["predictions"]] == forest.predict(rows).tolist()


def test_version_1_health(url, forest):
    base = f"{url}/inference"
    assert with_rest(base, lambda client: client.is_server_live(base + "/"), protocol="v1") is True
    assert with_rest(base, lambda client: client.is_model_ready(base, "iris"), protocol="v1") is True


def test_errors_are_the_clients_own(url, address, forest, rows):
    with pytest.raises(httpx.HTTPStatusError, match="unexpected shape"):
        with_rest(url, lambda client: client.infer(url, request(rows[:, :2]), model_name="iris"))
    with pytest.raises(Exception, match="unexpected shape"):
        with_grpc(address, lambda client: client.infer(request(rows[:, :2])))
