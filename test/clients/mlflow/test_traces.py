import time

import mlflow
import pytest
from mlflow.entities import SpanType

from failing import fails


@pytest.fixture
def traced(unique):
    """An experiment in which two requests were traced."""
    experiment = mlflow.set_experiment(unique())

    @mlflow.trace(name="retrieve", span_type=SpanType.RETRIEVER)
    def retrieve(question):
        return ["a", "b"]

    @mlflow.trace(name="answer")
    def answer(question):
        if question == "bad":
            raise ValueError("no answer")
        return f"{len(retrieve(question))} documents"

    assert answer("good") == "2 documents"
    good = mlflow.get_last_active_trace_id()
    # Traces are ordered by their milliseconds; within one, by their random ids.
    time.sleep(0.002)
    with pytest.raises(ValueError, match="no answer"):
        answer("bad")
    bad = mlflow.get_last_active_trace_id()
    mlflow.flush_trace_async_logging()
    return experiment.experiment_id, good, bad


def test_get(traced):
    _, good, _ = traced
    trace = mlflow.get_trace(good)
    assert trace.info.trace_id == good
    assert trace.info.state == "OK"
    assert [span.name for span in trace.data.spans] == ["answer", "retrieve"]
    assert trace.data.spans[1].outputs == ["a", "b"]
    assert trace.info.tags["mlflow.traceName"] == "answer"
    assert trace.info.execution_duration >= 0
    assert abs(trace.info.request_time - time.time() * 1000) < 300_000
    assert "good" in trace.info.request_preview
    assert "2 documents" in trace.info.response_preview


def test_search(client, traced):
    experiment_id, good, bad = traced

    def found(filter_string=None, **query):
        page = client.search_traces(locations=[experiment_id], filter_string=filter_string, **query)
        return [trace.info.trace_id for trace in page]

    assert found() == [bad, good]
    assert found("status = 'ERROR'") == [bad]
    assert found("attributes.name = 'answer'", order_by=["timestamp_ms ASC"]) == [good, bad]
    assert found("timestamp_ms > 0 AND tags.mlflow.traceName LIKE 'ans%'") == [bad, good]
    assert found(f"request_id = '{good}'") == [good]
    assert found("execution_time_ms < 0") == []
    page = client.search_traces(locations=[experiment_id], max_results=1)
    rest = client.search_traces(locations=[experiment_id], max_results=1, page_token=page.token)
    assert [t.info.trace_id for t in list(page) + list(rest)] == [bad, good]
    with fails("INVALID_PARAMETER_VALUE"):
        found("nothing = 'x'")


def test_tags(client, traced):
    _, good, _ = traced
    client.set_trace_tag(good, "reviewed", "yes")
    assert mlflow.get_trace(good).info.tags["reviewed"] == "yes"
    client.delete_trace_tag(good, "reviewed")
    assert "reviewed" not in mlflow.get_trace(good).info.tags


def test_feedback(traced):
    _, good, _ = traced
    feedback = mlflow.log_feedback(trace_id=good, name="correct", value=True, rationale="it is")
    mlflow.log_expectation(trace_id=good, name="expected", value={"answer": 2})
    assessments = {a.name: a for a in mlflow.get_trace(good).info.assessments}
    assert assessments["correct"].feedback.value is True
    assert assessments["correct"].rationale == "it is"
    assert assessments["expected"].expectation.value == {"answer": 2}
    kept = mlflow.get_assessment(good, feedback.assessment_id)
    assert kept.name == "correct"
    mlflow.delete_assessment(trace_id=good, assessment_id=feedback.assessment_id)
    assert [a.name for a in mlflow.get_trace(good).info.assessments] == ["expected"]
    with fails("RESOURCE_DOES_NOT_EXIST"):
        mlflow.get_assessment(good, feedback.assessment_id)
    with fails("RESOURCE_DOES_NOT_EXIST"):
        mlflow.override_feedback(trace_id=good, assessment_id=feedback.assessment_id, value=False)


def test_trace_of_a_run(client, unique):
    experiment = mlflow.set_experiment(unique())
    with mlflow.start_run() as run:
        with mlflow.start_span("work") as span:
            span.set_inputs({"x": 1})
    mlflow.flush_trace_async_logging()
    found = client.search_traces(locations=[experiment.experiment_id], run_id=run.info.run_id)
    assert len(found) == 1
    assert found[0].data.spans[0].inputs == {"x": 1}


def test_delete(client, traced):
    experiment_id, good, bad = traced
    assert client.delete_traces("0", trace_ids=[good]) == 0, "it belongs to another experiment"
    assert client.delete_traces(experiment_id, trace_ids=[good]) == 1
    assert [t.info.trace_id for t in client.search_traces(locations=[experiment_id])] == [bad]
    assert client.delete_traces(experiment_id, max_timestamp_millis=int(time.time() * 1000) + 60_000) == 1
    assert client.search_traces(locations=[experiment_id]) == []
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.delete_trace_tag(good, "x")
