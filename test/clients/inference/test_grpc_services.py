"""Health and reflection by the libraries behind grpcurl and Kubernetes' probes, deadlines, limits and bad input over gRPC."""

import struct
import time

import grpc
import numpy as np
import pytest
import tritonclient.grpc as triton
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from tritonclient.grpc import service_pb2
from tritonclient.utils import InferenceServerException


@pytest.fixture
def channel(address):
    with grpc.insecure_channel(address) as made:
        yield made


@pytest.fixture
def client(address):
    with triton.InferenceServerClient(address) as made:
        yield made


def call(channel, method, request, response=service_pb2.ModelInferResponse, **more):
    stub = channel.unary_unary(
        f"/inference.GRPCInferenceService/{method}",
        request_serializer=lambda message: message if isinstance(message, bytes) else message.SerializeToString(),
        response_deserializer=response.FromString,
    )
    return stub(request, timeout=more.pop("timeout", 20), **more)


def infer_request(rows, model="iris", name="X", datatype="FP32", raw=True):
    request = service_pb2.ModelInferRequest(model_name=model)
    request.inputs.add(name=name, datatype=datatype, shape=rows.shape)
    if raw:
        request.raw_input_contents.append(rows.tobytes())
    else:
        request.inputs[0].contents.fp32_contents.extend(rows.ravel().tolist())
    return request


def test_health(channel, forest):
    stub = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    for service in ("", "inference.GRPCInferenceService", "iris"):
        assert stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10).status == serving
    with pytest.raises(grpc.RpcError) as failure:
        stub.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=10)
    assert failure.value.code() == grpc.StatusCode.NOT_FOUND
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="iris"))
    assert next(watch).status == serving
    watch.cancel()


def test_reflection_describes_what_the_client_was_compiled_from(channel, forest, rows):
    database = ProtoReflectionDescriptorDatabase(channel)
    assert "inference.GRPCInferenceService" in database.get_services()
    assert {"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"} <= set(database.get_services())
    pool = DescriptorPool(database)
    service = pool.FindServiceByName("inference.GRPCInferenceService")
    compiled = service_pb2.DESCRIPTOR.services_by_name["GRPCInferenceService"]
    for method in service.methods:
        ours, theirs = method, compiled.methods_by_name[method.name]
        assert (ours.input_type.full_name, ours.output_type.full_name) == (
            theirs.input_type.full_name,
            theirs.output_type.full_name,
        )
        for mine, other in ((ours.input_type, theirs.input_type), (ours.output_type, theirs.output_type)):
            for field in mine.fields:
                same = other.fields_by_name[field.name]
                assert (field.number, field.type, field.is_repeated) == (same.number, same.type, same.is_repeated), field.full_name
    request = GetMessageClass(pool.FindMessageTypeByName("inference.ModelInferRequest"))()
    response = GetMessageClass(pool.FindMessageTypeByName("inference.ModelInferResponse"))
    request.ParseFromString(infer_request(rows[:2], raw=False).SerializeToString())
    answer = call(channel, "ModelInfer", request, response)
    assert answer.parameters["variant"].string_param
    np.testing.assert_array_equal(np.frombuffer(answer.raw_output_contents[0], np.int64), forest.predict(rows[:2]))


def test_reflection_of_the_newer_version_is_the_same(channel):
    stub = channel.stream_stream(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    requests = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="inference.ModelInferRequest"),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="nobody.Knows"),
    ]
    services, file, unknown = list(stub(iter(requests), timeout=10))
    assert "inference.GRPCInferenceService" in {service.name for service in services.list_services_response.service}
    assert len(file.file_descriptor_response.file_descriptor_proto) == 1
    assert unknown.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


def test_typed_contents_equal_raw_ones(channel, forest, rows):
    typed, raw = (call(channel, "ModelInfer", infer_request(rows, raw=raw)).raw_output_contents for raw in (False, True))
    assert list(typed) == list(raw)


def test_id_of_the_prediction_in_initial_metadata_and_parameter(channel, forest, rows):
    stub = channel.unary_unary(
        "/inference.GRPCInferenceService/ModelInfer",
        request_serializer=service_pb2.ModelInferRequest.SerializeToString,
        response_deserializer=service_pb2.ModelInferResponse.FromString,
    )
    metadata = [("slipway-prediction-id", "from-grpc-1")]
    answer, done = stub.with_call(infer_request(rows[:1]), metadata=metadata, timeout=10)
    assert answer.parameters["prediction_id"].string_param == "from-grpc-1"
    assert dict(done.initial_metadata())["slipway-prediction-id"] == "from-grpc-1"


def test_it_is_the_same_prediction_log(channel, url, forest, rows):
    import requests

    call(channel, "ModelInfer", infer_request(rows[:1]), metadata=[("slipway-prediction-id", "from-grpc-2")])
    label = {"labels": [{"predictionId": "from-grpc-2", "label": 0}]}
    assert requests.post(f"{url}/v1/labels", json=label, timeout=30).json()["unknownIds"] == []
    stored = requests.get(f"{url}/v1/predictions/from-grpc-2", timeout=30).json()
    assert stored["inputs"]["sepal_length"] == pytest.approx(float(rows[0, 0]))


@pytest.mark.parametrize(
    "change, code, message",
    [
        (lambda r: setattr(r, "model_name", "nobody"), "NOT_FOUND", "Request for unknown model"),
        (lambda r: setattr(r, "model_version", "99"), "NOT_FOUND", "unknown model version"),
        (lambda r: setattr(r.inputs[0], "name", "Y"), "INVALID_ARGUMENT", "missing"),
        (lambda r: setattr(r.inputs[0], "datatype", "FP64"), "INVALID_ARGUMENT", "unexpected total byte size 16"),
        (lambda r: setattr(r.inputs[0], "datatype", "BF16"), "INVALID_ARGUMENT", "BF16"),
        (lambda r: r.inputs[0].shape.__setitem__(1, 5), "INVALID_ARGUMENT", "unexpected total byte size"),
        (lambda r: r.inputs[0].shape.__setitem__(0, -1), "INVALID_ARGUMENT", "0 or more"),
        (lambda r: r.inputs[0].shape.__setitem__(0, 2**40), "INVALID_ARGUMENT", "exceed maximum size"),
        (lambda r: r.raw_input_contents.append(b"more"), "INVALID_ARGUMENT", "raw_input_contents has 2 entries"),
        (lambda r: r.inputs[0].contents.fp32_contents.append(1), "INVALID_ARGUMENT", "must not be specified"),
        (lambda r: r.inputs.add().CopyFrom(r.inputs[0]), "INVALID_ARGUMENT", "1 entries for the 2 inputs"),
        (lambda r: r.outputs.add(name="nope"), "INVALID_ARGUMENT", "unexpected inference output"),
        (
            lambda r: r.inputs[0].parameters["shared_memory_region"].__setattr__("string_param", "x"),
            "UNIMPLEMENTED",
            "Shared memory",
        ),
    ],
)
def test_bad_input_is_refused_and_the_next_call_is_answered(channel, forest, rows, change, code, message):
    request = infer_request(rows[:1])
    change(request)
    with pytest.raises(grpc.RpcError, match=message) as failure:
        call(channel, "ModelInfer", request)
    assert failure.value.code() == grpc.StatusCode[code]
    np.testing.assert_array_equal(
        np.frombuffer(call(channel, "ModelInfer", infer_request(rows[:1])).raw_output_contents[0], np.int64),
        forest.predict(rows[:1]),
    )


def test_bytes_that_are_no_message(channel, forest):
    with pytest.raises(grpc.RpcError, match="not valid protocol buffers") as failure:
        call(channel, "ModelInfer", b"\x0a\xff\xff\xff\xff\x0fx")
    assert failure.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_message_beyond_the_limit(channel, forest):
    rows = np.zeros((5 * 1024 * 1024, 4), np.float32)
    with pytest.raises(grpc.RpcError, match="larger than the limit") as failure:
        call(channel, "ModelInfer", infer_request(rows))
    assert failure.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_large_messages_below_the_limit(channel, forest, rows):
    many = np.tile(rows, (1000, 1))
    answer = call(channel, "ModelInfer", infer_request(many))
    np.testing.assert_array_equal(np.frombuffer(answer.raw_output_contents[0], np.int64)[-150:], forest.predict(rows))


def test_unknown_methods_and_those_not_offered(channel, client, forest):
    with pytest.raises(grpc.RpcError) as failure:
        call(channel, "NoSuchMethod", b"")
    assert failure.value.code() == grpc.StatusCode.UNIMPLEMENTED
    with pytest.raises(InferenceServerException, match="shared memory") as refused:
        client.get_system_shared_memory_status()
    assert refused.value.status() == "StatusCode.UNIMPLEMENTED"


def test_load_and_unload_tell_who_decides(client, forest):
    client.load_model("iris")
    with pytest.raises(InferenceServerException, match="failed to load"):
        client.load_model("nobody")
    with pytest.raises(InferenceServerException, match="explicit model load / unload is not allowed"):
        client.unload_model("iris")
    assert client.is_model_ready("iris")


def test_deadline_and_cancellation(channel, client, slow):
    request = infer_request(np.ones((1, 64), np.float32), model="slow", name="x")
    started = time.perf_counter()
    with pytest.raises(grpc.RpcError) as failure:
        call(channel, "ModelInfer", request, timeout=0.05)
    assert failure.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert time.perf_counter() - started < 2
    stub = channel.unary_unary(
        "/inference.GRPCInferenceService/ModelInfer",
        request_serializer=service_pb2.ModelInferRequest.SerializeToString,
        response_deserializer=service_pb2.ModelInferResponse.FromString,
    )
    waiting = [stub.future(request) for _ in range(20)]
    for each in waiting:
        each.cancel()
    answer = call(channel, "ModelInfer", request, timeout=30)
    assert len(answer.raw_output_contents) == 1


def test_a_connection_that_never_finishes_its_request_harms_nobody(address, channel, forest, rows):
    import socket

    host, port = address.split(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(b"PRI * HT")
        with socket.create_connection((host, int(port))) as silent:
            answer = call(channel, "ModelInfer", infer_request(rows[:1]))
            assert len(answer.raw_output_contents) == 2
            silent.sendall(struct.pack(">I", 0))
