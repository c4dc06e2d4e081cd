
import mlflow
from mlflow.entities import RunStatus, ViewType

from failing import fails


def test_create(client, experiment_id):
    run = client.create_run(experiment_id, start_time=1234, tags={"a": "1"}, run_name="first")
    assert run.info.run_name == "first"
    assert run.info.start_time == 1234
    assert run.info.end_time is None
    assert run.info.status == "RUNNING"
    assert run.info.lifecycle_stage == "active"
    assert run.info.experiment_id == experiment_id
    assert run.info.artifact_uri == f"mlflow-artifacts:/{experiment_id}/{run.info.run_id}/artifacts"
    assert run.data.tags["a"] == "1"
    assert run.data.tags["mlflow.runName"] == "first"
    again = client.get_run(run.info.run_id)
    assert again.to_dictionary() == run.to_dictionary()


def test_name_is_made_up_when_missing(client, run):
    adjective, noun, number = run.info.run_name.split("-")
    assert adjective and noun and number.isdigit()
    assert run.data.tags["mlflow.runName"] == run.info.run_name


def test_two_names_that_differ(post, experiment_id):
    tags = [{"key": "mlflow.runName", "value": "b"}]
    response = post("runs/create", {"experiment_id": experiment_id, "run_name": "a", "tags": tags})
    assert response.status_code == 400
    assert "different values" in response.json()["message"]


def test_unknown_run(client):
    with fails("RESOURCE_DOES_NOT_EXIST", "Run with id=0123456789abcdef not found"):
        client.get_run("0123456789abcdef")
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.log_metric("0123456789abcdef", "m", 1)


def test_rename_by_each_of_three_ways(client, run):
    run_id = run.info.run_id
    client.update_run(run_id, name="one")
    assert client.get_run(run_id).info.run_name == "one"
    client.set_tag(run_id, "mlflow.runName", "two")
    renamed = client.get_run(run_id)
    assert (renamed.info.run_name, renamed.data.tags["mlflow.runName"]) == ("two", "two")
    assert [r.info.run_id for r in client.search_runs([run.info.experiment_id], "run_name = 'two'")] == [run_id]
    assert [r.info.run_id for r in client.search_runs([run.info.experiment_id], "tags.mlflow.runName LIKE 'tw%'")] == [
        run_id
    ]


def test_statuses(client, run):
    run_id = run.info.run_id
    for status in ["SCHEDULED", "FAILED", "KILLED", "FINISHED", "RUNNING"]:
        client.update_run(run_id, status=status)
        assert client.get_run(run_id).info.status == status
    client.set_terminated(run_id, status="FINISHED", end_time=99)
    info = client.get_run(run_id).info
    assert (info.status, info.end_time) == (RunStatus.to_string(RunStatus.FINISHED), 99)


def test_delete_and_restore(client, run):
    run_id = run.info.run_id
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert client.search_runs([run.info.experiment_id]) == []
    deleted = client.search_runs([run.info.experiment_id], run_view_type=ViewType.DELETED_ONLY)
    assert [r.info.run_id for r in deleted] == [run_id]
    for write in (
        lambda: client.log_metric(run_id, "m", 1),
        lambda: client.log_param(run_id, "p", 1),
        lambda: client.set_tag(run_id, "t", 1),
        lambda: client.update_run(run_id, name="x"),
    ):
        with fails("INVALID_PARAMETER_VALUE", "must be in the 'active' state"):
            write()
    client.delete_run(run_id)
    client.restore_run(run_id)
    client.log_metric(run_id, "m", 1)


def test_fluent_run_ends_and_resumes(unique):
    mlflow.set_experiment(unique())
    with mlflow.start_run(run_name="outer", description="what it is") as outer:
        mlflow.log_metric("m", 1)
        mlflow.set_tag("color", "red")
    done = mlflow.get_run(outer.info.run_id)
    assert done.info.status == "FINISHED"
    assert done.info.end_time >= done.info.start_time
    assert done.data.tags["mlflow.note.content"] == "what it is"
    assert done.data.tags["mlflow.user"] == done.info.user_id
    assert done.data.tags["mlflow.source.type"] == "LOCAL"
    with mlflow.start_run(run_id=outer.info.run_id):
        assert mlflow.get_run(outer.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("m", 2, step=1)
    resumed = mlflow.get_run(outer.info.run_id)
    assert (resumed.info.status, resumed.data.metrics["m"]) == ("FINISHED", 2)


def test_exception_fails_the_run(unique):
    mlflow.set_experiment(unique())
    try:
        with mlflow.start_run() as run:
            raise RuntimeError("training went wrong")
    except RuntimeError:
        pass
    assert mlflow.get_run(run.info.run_id).info.status == "FAILED"


def test_nested_runs(client, unique):
    experiment = mlflow.set_experiment(unique())
    with mlflow.start_run() as parent:
        children = []
        for index in range(3):
            with mlflow.start_run(nested=True, run_name=f"child {index}") as child:
                mlflow.log_metric("score", index)
                children.append(child.info.run_id)
    found = client.search_runs([experiment.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert [r.info.run_id for r in found] == children[::-1]
    assert client.get_run(children[0]).data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert client.get_parent_run(children[0]).info.run_id == parent.info.run_id


def test_writes_to_a_finished_run_are_allowed(client, run):
    client.set_terminated(run.info.run_id)
    client.log_metric(run.info.run_id, "late", 1)
    assert client.get_run(run.info.run_id).data.metrics == {"late": 1}


def test_asynchronous_logging(unique):
    mlflow.set_experiment(unique())
    with mlflow.start_run() as run:
        for step in range(200):
            mlflow.log_metric("m", step * 0.5, step=step, synchronous=False)
        mlflow.log_params({f"p{i}": i for i in range(50)}, synchronous=False)
        mlflow.flush_async_logging()
    data = mlflow.get_run(run.info.run_id).data
    assert data.metrics == {"m": 99.5}
    assert len(data.params) == 50


def test_start_time_orders_runs(client, experiment_id):
    ids = [client.create_run(experiment_id, start_time=t).info.run_id for t in (30, 10, 20)]
    found = [r.info.run_id for r in client.search_runs([experiment_id])]
    assert found == [ids[0], ids[2], ids[1]]
