import time

import mlflow
from mlflow.entities import ViewType

from failing import fails


def test_default_experiment_is_there(client):
    experiment = client.get_experiment("0")
    assert experiment.name == "Default"
    assert experiment.lifecycle_stage == "active"
    assert client.get_experiment_by_name("Default").experiment_id == "0"


def test_create_and_get(client, unique):
    name = unique("ünï côde")
    before = int(time.time() * 1000)
    experiment_id = client.create_experiment(name, tags={"team": "risk", "empty": ""})
    experiment = client.get_experiment(experiment_id)
    assert experiment.experiment_id == experiment_id
    assert experiment_id.isdigit()
    assert experiment.name == name
    assert experiment.tags == {"team": "risk", "empty": ""}
    assert experiment.artifact_location == f"mlflow-artifacts:/{experiment_id}"
    assert before - 60_000 <= experiment.creation_time <= before + 60_000
    assert experiment.last_update_time >= experiment.creation_time
    assert client.get_experiment_by_name(name).experiment_id == experiment_id


def test_missing_experiments(client):
    assert client.get_experiment_by_name("no such experiment") is None
    with fails("RESOURCE_DOES_NOT_EXIST", "No Experiment with id=987654 exists"):
        client.get_experiment("987654")


def test_name_is_unique(client, unique):
    name = unique()
    client.create_experiment(name)
    with fails("RESOURCE_ALREADY_EXISTS"):
        client.create_experiment(name)


def test_bad_names(client, post):
    with fails("INVALID_PARAMETER_VALUE"):
        client.create_experiment("x" * 501)
    response = post("experiments/create", {})
    assert response.status_code == 400
    assert response.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert "Missing value for required parameter 'name'" in response.json()["message"]


def test_rename(client, experiment_id, unique):
    name = unique("renamed")
    client.rename_experiment(experiment_id, name)
    assert client.get_experiment(experiment_id).name == name
    other = unique()
    client.create_experiment(other)
    with fails("BAD_REQUEST"):
        client.rename_experiment(experiment_id, other)


def test_delete_and_restore_with_runs(client, experiment_id, run):
    client.delete_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"
    with fails("INVALID_PARAMETER_VALUE", "must be in the 'active' state"):
        client.create_run(experiment_id)
    client.delete_experiment(experiment_id)
    client.restore_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"
    assert client.get_run(run.info.run_id).info.lifecycle_stage == "active"


def test_tags(client, experiment_id):
    client.set_experiment_tag(experiment_id, "a", "1")
    client.set_experiment_tag(experiment_id, "a", "2")
    assert client.get_experiment(experiment_id).tags["a"] == "2"
    client.delete_experiment_tag(experiment_id, "a")
    assert "a" not in client.get_experiment(experiment_id).tags
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.delete_experiment_tag(experiment_id, "a")


def test_set_experiment_creates_once(unique):
    name = unique()
    first = mlflow.set_experiment(name)
    assert mlflow.set_experiment(name).experiment_id == first.experiment_id


def test_search(client, unique):
    prefix = unique("search")
    ids = {}
    for letter in "abc":
        ids[letter] = client.create_experiment(f"{prefix}-{letter}", tags={"letter": letter, "set": prefix})
        time.sleep(0.005)
    client.delete_experiment(ids["b"])

    def found(**query):
        return [e.name[-1] for e in client.search_experiments(**query)]

    in_set = f"tags.set = '{prefix}'"
    assert found(filter_string=in_set) == ["c", "a"]
    assert found(filter_string=in_set, view_type=ViewType.DELETED_ONLY) == ["b"]
    assert found(filter_string=in_set, view_type=ViewType.ALL) == ["c", "b", "a"]
    assert found(filter_string=in_set, order_by=["name"]) == ["a", "c"]
    assert found(filter_string=in_set, order_by=["experiment_id DESC"]) == ["c", "a"]
    assert found(filter_string=in_set, order_by=["creation_time ASC"]) == ["a", "c"]
    assert found(filter_string=f"name LIKE '{prefix}%' AND tags.letter != 'a'") == ["c"]
    assert found(filter_string=f"name ILIKE '{prefix.upper()}-A'") == ["a"]
    assert found(filter_string=f"{in_set} AND creation_time > 0 AND tags.none IS NULL") == ["c", "a"]
    # Not in the protocol's own grammar: OR.
    assert found(filter_string=f"name = '{prefix}-a' OR name = '{prefix}-c'") == ["c", "a"]
    with fails("INVALID_PARAMETER_VALUE", "character"):
        client.search_experiments(filter_string="name == ")


def test_search_pages(client, unique):
    marker = unique("page")
    for index in range(5):
        client.create_experiment(f"{marker}-{index}", tags={"set": marker})
    first = client.search_experiments(max_results=2, filter_string=f"tags.set = '{marker}'", order_by=["name"])
    assert [e.name[-1] for e in first] == ["0", "1"]
    seen = list(first)
    while first.token:
        first = client.search_experiments(
            max_results=2, filter_string=f"tags.set = '{marker}'", order_by=["name"], page_token=first.token
        )
        seen.extend(first)
    assert [e.name[-1] for e in seen] == ["0", "1", "2", "3", "4"]
    with fails("INVALID_PARAMETER_VALUE"):
        client.search_experiments(page_token="not a token")
