"""Spans over OTLP: from the mlflow client, and from the OpenTelemetry SDK with nothing of mlflow in between."""

import json

import mlflow
import pytest
import requests
from mlflow.entities import SpanType
from mlflow.tracing.constant import SpansLocation, TraceTagKey
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult
from opentelemetry.trace import Status, StatusCode

from failing import fails


def test_version_is_what_the_client_needs(url):
    from mlflow.tracking.request_header.default_request_header_provider import DefaultRequestHeaderProvider
    from packaging.version import Version

    answer = requests.get(f"{url}/version", headers=DefaultRequestHeaderProvider().request_headers(), timeout=10)
    assert answer.headers["content-type"].startswith("text/plain")
    assert Version(answer.text) >= Version("3.4")
    assert requests.get(f"{url}/version", timeout=10).json()["name"] == "slipway"


@pytest.fixture
def traced(unique):
    experiment = mlflow.set_experiment(unique())
    with mlflow.start_span("outer", span_type=SpanType.CHAIN) as outer:
        outer.set_inputs({"question": "how late?", "limit": 3, "ratio": 2.0})
        outer.set_attribute("deep", {"list": [1, 2.5, None, {"x": True}], "text": "ü\n\"q\""})
        with mlflow.start_span("inner", span_type=SpanType.TOOL) as inner:
            inner.set_attribute("tool.name", "lookup")
            inner.add_event(mlflow.entities.SpanEvent("looked", attributes={"rows": 2}))
        outer.set_outputs(["late", 15])
    mlflow.flush_trace_async_logging()
    return experiment.experiment_id, outer.trace_id


def test_spans_are_stored_with_the_trace(client, traced):
    _, trace_id = traced
    trace = client.get_trace(trace_id)
    assert trace.info.tags[TraceTagKey.SPANS_LOCATION] == SpansLocation.TRACKING_STORE
    outer, inner = trace.data.spans
    assert (outer.name, outer.span_type, outer.parent_id) == ("outer", "CHAIN", None)
    assert (inner.name, inner.span_type, inner.parent_id) == ("inner", "TOOL", outer.span_id)
    assert outer.inputs == {"question": "how late?", "limit": 3, "ratio": 2.0}
    assert isinstance(outer.inputs["limit"], int) and isinstance(outer.inputs["ratio"], float)
    assert outer.outputs == ["late", 15]
    assert outer.get_attribute("deep") == {"list": [1, 2.5, None, {"x": True}], "text": "ü\n\"q\""}
    assert [(event.name, event.attributes["rows"]) for event in inner.events] == [("looked", 2)]
    assert outer.start_time_ns <= inner.start_time_ns <= inner.end_time_ns <= outer.end_time_ns


def test_no_artifact_is_uploaded_when_spans_come_first(monkeypatch, unique, client, url):
    monkeypatch.setenv("MLFLOW_ENABLE_ASYNC_TRACE_LOGGING", "false")
    mlflow.tracing.reset()
    mlflow.set_experiment(unique())
    with mlflow.start_span("alone") as span:
        pass
    root = client.get_trace(span.trace_id).info.tags["mlflow.artifactLocation"].removeprefix("mlflow-artifacts:/")
    files = requests.get(f"{url}/api/2.0/mlflow-artifacts/artifacts", params={"path": root}, timeout=10).json()
    assert files == {}
    mlflow.tracing.reset()


def test_search_with_spans(client, traced):
    experiment_id, trace_id = traced

    def found(filter_string):
        page = client.search_traces(locations=[experiment_id], filter_string=filter_string)
        return [trace.info.trace_id for trace in page]

    page = client.search_traces(locations=[experiment_id])
    assert [span.name for span in page[0].data.spans] == ["outer", "inner"]
    for yes in [
        "span.name = 'inner'",
        "span.name LIKE 'inn%'",
        "span.type = 'TOOL'",
        "span.status = 'OK'",
        "span.attributes.tool.name = 'lookup'",
        "span.content LIKE '%how late?%'",
        "trace.text LIKE '%lookup%'",
        "end_time_ms > 0",
    ]:
        assert found(yes) == [trace_id], yes
    for no in ["span.name = 'other'", "span.type = 'AGENT'", "span.attributes.tool.name = 'x'", "end_time_ms < 5"]:
        assert found(no) == [], no


def test_search_by_feedback(client, traced):
    experiment_id, trace_id = traced
    mlflow.log_feedback(trace_id=trace_id, name="correct", value=True)
    mlflow.log_feedback(trace_id=trace_id, name="tone", value="kind")
    assert len(client.search_traces(locations=[experiment_id], filter_string="feedback.correct = 'true'")) == 1
    assert len(client.search_traces(locations=[experiment_id], filter_string="feedback.tone = 'rude'")) == 0
    assert len(client.search_traces(locations=[experiment_id], filter_string="feedback.tone LIKE 'k%'")) == 1


def test_search_by_feedback_in_numbers(client, traced):
    experiment_id, trace_id = traced
    mlflow.log_feedback(trace_id=trace_id, name="score", value=10)
    mlflow.log_feedback(trace_id=trace_id, name="ratio", value=-2.5e-7)
    mlflow.log_feedback(trace_id=trace_id, name="grade", value="A")

    def count(filter_string):
        return len(client.search_traces(locations=[experiment_id], filter_string=filter_string))

    for yes in ["feedback.score > 9", "feedback.score = 10", "feedback.ratio < 0 AND feedback.ratio > -1", "feedback.score != 3"]:
        assert count(yes) == 1, yes
    for no in ["feedback.score < 9", "feedback.grade > 0", "feedback.grade != 5", "feedback.none >= 0"]:
        assert count(no) == 0, no


def test_feedback_that_takes_the_place_of_another(client, traced):
    _, trace_id = traced
    first = mlflow.log_feedback(trace_id=trace_id, name="correct", value=True)
    second = mlflow.override_feedback(trace_id=trace_id, assessment_id=first.assessment_id, value=False)
    kept = {a.assessment_id: a for a in client.get_trace(trace_id).info.assessments}
    assert kept[first.assessment_id].valid is False
    assert kept[second.assessment_id].valid is True and kept[second.assessment_id].feedback.value is False
    mlflow.delete_assessment(trace_id=trace_id, assessment_id=second.assessment_id)
    [first_again] = client.get_trace(trace_id).info.assessments
    assert first_again.valid is True and first_again.feedback.value is True


def test_link_to_a_run(client, traced):
    experiment_id, trace_id = traced
    run = client.create_run(experiment_id)
    client.link_traces_to_run([trace_id], run.info.run_id)
    found = client.search_traces(locations=[experiment_id], run_id=run.info.run_id)
    assert [trace.info.trace_id for trace in found] == [trace_id]
    with fails("INVALID_PARAMETER_VALUE"):
        client.link_traces_to_run([trace_id] * 101, run.info.run_id)


def test_batches_keep_the_order_asked_for(get, post, traced):
    _, trace_id = traced
    ids = [trace_id, "tr-none"]
    whole = get("traces/batchGet", {"trace_ids": ids}, "api/3.0/mlflow").json()["traces"]
    assert [trace["trace_info"]["trace_id"] for trace in whole] == [trace_id]
    infos = post("traces/batchGetInfos", {"trace_ids": ids}, "api/3.0/mlflow").json()["trace_infos"]
    assert [info["trace_id"] for info in infos] == [trace_id]
    assert get("traces/get", {"trace_id": "tr-none"}, "api/3.0/mlflow").status_code == 404


@pytest.fixture
def exporter(url, experiment_id):
    headers = {"x-mlflow-experiment-id": experiment_id}
    return OTLPSpanExporter(endpoint=f"{url}/v1/traces", headers=headers, compression=Compression.Gzip)


def tracer_over(exporter):
    provider = TracerProvider(resource=Resource.create({"service.name": "shop"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("instrumented", "1.0")


def test_open_telemetry_alone(client, url, experiment_id, exporter):
    tracer = tracer_over(exporter)
    with tracer.start_as_current_span("checkout", attributes={"items": 3, "input.value": "cart 7"}):
        with pytest.raises(ValueError), tracer.start_as_current_span("pay") as pay:
            pay.set_status(Status(StatusCode.ERROR, "declined"))
            raise ValueError("no money")
    [trace] = client.search_traces(locations=[experiment_id])
    checkout, pay = trace.data.spans
    assert trace.info.state == "OK"
    assert trace.info.request_preview == "cart 7"
    assert (checkout.name, checkout.get_attribute("items")) == ("checkout", 3)
    assert pay.parent_id == checkout.span_id
    assert pay.status.status_code == "ERROR"
    assert pay.events[0].attributes["exception.message"] == "no money"
    seen = requests.get(f"{url}/v1/traces/{trace.info.trace_id}", timeout=10).json()
    assert seen["spans"][0]["resource"]["service.name"] == "shop"


def test_without_a_header_spans_go_to_the_default_experiment(client, url):
    exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces")
    with tracer_over(exporter).start_as_current_span("homeless") as span:
        trace_id = f"tr-{span.get_span_context().trace_id:032x}"
    assert client.get_trace(trace_id).info.experiment_id == "0"


def test_an_exporter_learns_that_the_experiment_is_unknown(url):
    exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", headers={"x-mlflow-experiment-id": "999999999"})
    provider = TracerProvider()
    with provider.get_tracer("t").start_as_current_span("lost") as span:
        pass
    assert exporter.export([span]) == SpanExportResult.FAILURE


def test_errors_are_google_rpc_status(url):
    from google.rpc.status_pb2 import Status as RpcStatus

    binary = {"Content-Type": "application/x-protobuf"}
    answer = requests.post(f"{url}/v1/traces", data=b"\x0a\xff", headers=binary, timeout=10)
    assert answer.status_code == 400
    status = RpcStatus.FromString(answer.content)
    assert status.code == 3 and "not a valid ExportTraceServiceRequest" in status.message
    answer = requests.post(f"{url}/v1/traces", data="{", headers={"Content-Type": "application/json"}, timeout=10)
    assert answer.status_code == 400 and json.loads(answer.text)["code"] == 3
    assert requests.post(f"{url}/v1/traces", data=b"", headers={"Content-Type": "text/plain"}).status_code == 415


def test_partial_success(url):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
        ExportTraceServiceRequest,
        ExportTraceServiceResponse,
    )

    request = ExportTraceServiceRequest()
    spans = request.resource_spans.add().scope_spans.add().spans
    spans.add(trace_id=b"\x01" * 16, span_id=b"\x02" * 8, name="good", start_time_unix_nano=1, end_time_unix_nano=2)
    spans.add(trace_id=b"", span_id=b"\x03" * 8, name="bad", start_time_unix_nano=1)
    headers = {"Content-Type": "application/x-protobuf"}
    answer = requests.post(f"{url}/v1/traces", data=request.SerializeToString(), headers=headers, timeout=10)
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, partial.rejected_spans) == (200, 1)
    assert "trace_id" in partial.error_message
