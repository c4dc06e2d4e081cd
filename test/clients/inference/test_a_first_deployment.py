"""Runs first, on a server without a deployment: a client that is connected then must find the first deployment by itself."""

import numpy as np
import pytest
import tritonclient.grpc as triton
import tritonclient.http as triton_http
from tritonclient.utils import InferenceServerException


def test_a_channel_opened_before_the_first_deployment(address, request, rows):
    with triton.InferenceServerClient(address) as client, triton_http.InferenceServerClient(address) as web:
        assert client.is_server_live() and web.is_server_live()
        assert len(client.get_model_repository_index().models) == 0
        given = triton.InferInput("X", [1, 4], "FP32")
        given.set_data_from_numpy(rows[:1])
        with pytest.raises(InferenceServerException, match="Request for unknown model") as failure:
            client.infer("iris", [given])
        assert failure.value.status() == "StatusCode.NOT_FOUND"

        forest = request.getfixturevalue("forest")
        np.testing.assert_array_equal(client.infer("iris", [given]).as_numpy("label"), forest.predict(rows[:1]))
        assert web.is_model_ready("iris")
