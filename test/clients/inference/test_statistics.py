"""Triton's statistics by the real tritonclient over HTTP and gRPC, and the metrics as Prometheus' own parser reads them."""

import time

import numpy as np
import pytest
import requests
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton
from prometheus_client.parser import text_string_to_metric_families
from tritonclient.utils import InferenceServerException


@pytest.fixture
def client(address):
    with triton.InferenceServerClient(address) as made:
        yield made


def infer(client, rows):
    given = triton.InferInput("X", list(rows.shape), "FP32")
    given.set_data_from_numpy(rows)
    return client.infer("iris", [given])


def statistics(client):
    (found,) = client.get_inference_statistics("iris")["model_stats"]
    return found


def test_counts_are_what_was_asked(client, forest, rows):
    before = statistics(client)
    for _ in range(5):
        infer(client, rows[:3])
    infer(client, rows[:100])
    with pytest.raises(InferenceServerException):
        infer(client, rows[:, :2])
    after = statistics(client)

    def grown(read):
        return read(after) - read(before)

    assert grown(lambda s: s["inference_stats"]["success"]["count"]) == 6
    assert grown(lambda s: s["inference_count"]) == 5 * 3 + 100
    assert grown(lambda s: s["execution_count"]) == 6
    assert grown(lambda s: s["inference_stats"]["fail"]["count"]) == 0
    sizes = {batch["batch_size"]: batch["compute_infer"]["count"] for batch in after["batch_stats"]}
    assert sizes[3] >= 5 and sizes[128] >= 1
    assert sum(sizes.values()) == after["execution_count"]
    parts = after["inference_stats"]
    spent = sum(parts[name]["ns"] for name in ("queue", "compute_input", "compute_infer", "compute_output"))
    assert 0 < parts["compute_infer"]["ns"] <= spent <= parts["success"]["ns"]
    assert abs(after["last_inference"] / 1000 - time.time()) < 60


def test_http_and_grpc_tell_the_same(client, address, forest, rows):
    infer(client, rows[:1])
    over_http = statistics(client)
    with triton_grpc.InferenceServerClient(address) as grpc_client:
        (over_grpc,) = grpc_client.get_inference_statistics("iris", over_http["version"]).model_stats
        assert {model.name for model in grpc_client.get_inference_statistics().model_stats} >= {"iris"}
        with pytest.raises(InferenceServerException, match="unknown model"):
            grpc_client.get_inference_statistics("nobody")
    assert over_grpc.inference_count == over_http["inference_count"]
    assert over_grpc.inference_stats.success.ns == over_http["inference_stats"]["success"]["ns"]
    assert [batch.batch_size for batch in over_grpc.batch_stats] == [b["batch_size"] for b in over_http["batch_stats"]]


def test_metrics_are_read_by_the_parser_of_prometheus(client, url, forest, rows):
    infer(client, rows[:2])
    counted = statistics(client)
    answer = requests.get(f"{url}/metrics", timeout=10)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}

    def value(family, sample, **labels):
        wanted = {"model": "iris", "version": counted["version"], **labels}
        (found,) = [s.value for s in families[family].samples if s.name == sample and s.labels == wanted]
        return found

    success = counted["inference_stats"]["success"]
    assert value("nv_inference_request_success", "nv_inference_request_success_total") == success["count"]
    assert value("nv_inference_count", "nv_inference_count_total") == counted["inference_count"]
    histogram = "slipway_inference_request_duration_seconds"
    assert value(histogram, f"{histogram}_bucket", le="+Inf") == success["count"]
    assert value(histogram, f"{histogram}_sum") == pytest.approx(success["ns"] / 1e9)
