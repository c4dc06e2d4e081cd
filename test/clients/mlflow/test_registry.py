import time

import pytest

from failing import fails


@pytest.fixture
def name(client, unique):
    return client.create_registered_model(unique("model"), tags={"a": "1"}, description="what it is").name


def add(client, name, **options):
    return client.create_model_version(name, "mlflow-artifacts:/0/files/model", **options)


def test_create_and_get(client, name):
    model = client.get_registered_model(name)
    assert model.name == name
    assert model.description == "what it is"
    assert model.tags == {"a": "1"}
    assert model.latest_versions == []
    assert model.aliases == {}
    assert abs(model.creation_timestamp - time.time() * 1000) < 60_000
    with fails("RESOURCE_ALREADY_EXISTS"):
        client.create_registered_model(name)
    with fails("RESOURCE_DOES_NOT_EXIST", "not found"):
        client.get_registered_model("nobody")


def test_bad_names(client):
    for bad in ["", "a/b", "a:b", "."]:
        with fails("INVALID_PARAMETER_VALUE"):
            client.create_registered_model(bad)


def test_rename_update_delete(client, name, unique):
    add(client, name)
    client.set_registered_model_alias(name, "champion", "1")
    new = unique("renamed")
    client.rename_registered_model(name, new)
    assert client.get_registered_model(new).name == new
    assert client.get_model_version_by_alias(new, "champion").name == new
    assert client.update_registered_model(new, "described").description == "described"
    other = client.create_registered_model(unique()).name
    with fails("RESOURCE_ALREADY_EXISTS"):
        client.rename_registered_model(new, other)
    client.delete_registered_model(new)
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.get_registered_model(new)
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.get_model_version(new, "1")


def test_versions(client, name, run):
    first = add(client, name, run_id=run.info.run_id, tags={"t": "1"}, description="first")
    second = add(client, name)
    assert (str(first.version), str(second.version)) == ("1", "2")
    version = client.get_model_version(name, "1")
    assert version.run_id == run.info.run_id
    assert version.tags == {"t": "1"}
    assert version.description == "first"
    assert version.current_stage == "None"
    assert version.status == "READY"
    assert client.update_model_version(name, "1", "changed").description == "changed"
    client.set_model_version_tag(name, "1", "t", "2")
    assert client.get_model_version(name, "1").tags == {"t": "2"}
    client.delete_model_version_tag(name, "1", "t")
    assert client.get_model_version(name, "1").tags == {}
    client.delete_model_version(name, "2")
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.get_model_version(name, "2")
    assert str(add(client, name).version) == "3"
    with fails("RESOURCE_DOES_NOT_EXIST"):
        add(client, "nobody at all")


def test_local_sources_are_refused(client, name):
    for source in ["/etc/passwd", "file:///etc/passwd", "../secrets"]:
        with fails("INVALID_PARAMETER_VALUE", "Invalid model version source|source"):
            client._get_registry_client().store.create_model_version(name, source)


def test_aliases(client, name):
    add(client, name)
    add(client, name)
    client.set_registered_model_alias(name, "champion", "1")
    assert str(client.get_model_version_by_alias(name, "champion").version) == "1"
    client.set_registered_model_alias(name, "champion", "2")
    client.set_registered_model_alias(name, "second", "2")
    assert str(client.get_model_version_by_alias(name, "champion").version) == "2"
    assert client.get_registered_model(name).aliases == {"champion": "2", "second": "2"}
    assert sorted(client.get_model_version(name, "2").aliases) == ["champion", "second"]
    client.delete_registered_model_alias(name, "champion")
    client.delete_registered_model_alias(name, "champion")
    with fails("INVALID_PARAMETER_VALUE", "Registered model alias champion not found"):
        client.get_model_version_by_alias(name, "champion")
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.get_model_version_by_alias("nobody", "champion")
    with fails("RESOURCE_DOES_NOT_EXIST"):
        client.set_registered_model_alias(name, "champion", "99")
    client.set_registered_model_alias(name, "größer", "1")
    assert str(client.get_model_version_by_alias(name, "größer").version) == "1"
    for bad in ["latest", "Latest", "v3", "a b", "a.b"]:
        with fails("INVALID_PARAMETER_VALUE"):
            client.set_registered_model_alias(name, bad, "1")
    assert str(client.get_model_version_by_alias(name, "latest").version) == "2"


def test_every_move_of_an_alias_is_kept(client, name, url):
    import requests

    add(client, name)
    add(client, name)
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "champion", "2")
    client.delete_registered_model_alias(name, "champion")
    moves = requests.get(f"{url}/v1/models/{name}/aliases/history", timeout=10).json()["items"]
    assert [(m.get("from"), m.get("to")) for m in moves] == [(2, None), (1, 2), (None, 1)]


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_stages(client, name):
    for _ in range(3):
        add(client, name)
    client.transition_model_version_stage(name, "1", "production")
    assert client.get_model_version(name, "1").current_stage == "Production"
    client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    assert client.get_model_version(name, "1").current_stage == "Archived"
    latest = {v.current_stage: str(v.version) for v in client.get_latest_versions(name)}
    assert latest == {"None": "3", "Production": "2", "Archived": "1"}
    assert [str(v.version) for v in client.get_latest_versions(name, ["Production"])] == ["2"]
    assert len(client.get_registered_model(name).latest_versions) == 3
    with fails("INVALID_PARAMETER_VALUE"):
        client.transition_model_version_stage(name, "1", "Nowhere")
    with fails("INVALID_PARAMETER_VALUE"):
        client.transition_model_version_stage(name, "1", "None", archive_existing_versions=True)


def test_model_tags(client, name):
    client.set_registered_model_tag(name, "a", "2")
    client.set_registered_model_tag(name, "b", "3")
    client.delete_registered_model_tag(name, "a")
    client.delete_registered_model_tag(name, "a")
    assert client.get_registered_model(name).tags == {"b": "3"}


def test_search_models(client, unique):
    prefix = unique("find")
    for letter in "abc":
        client.create_registered_model(f"{prefix}-{letter}", tags={"letter": letter})
        time.sleep(0.005)

    def found(filter_string, **query):
        return "".join(m.name[-1] for m in client.search_registered_models(filter_string, **query))

    like = f"name LIKE '{prefix}%'"
    assert found(like) == "abc"
    assert found(like, order_by=["name DESC"]) == "cba"
    assert found(like, order_by=["last_updated_timestamp DESC"]) == "cba"
    assert found(f"name ILIKE '{prefix.upper()}-B'") == "b"
    assert found(f"{like} AND tags.letter != 'a'") == "bc"
    page = client.search_registered_models(like, max_results=2)
    assert [m.name[-1] for m in page] == ["a", "b"]
    rest = client.search_registered_models(like, max_results=2, page_token=page.token)
    assert [m.name[-1] for m in rest] == ["c"]
    with fails("INVALID_PARAMETER_VALUE"):
        client.search_registered_models("name <")
    with fails("INVALID_PARAMETER_VALUE"):
        client.search_registered_models(max_results=1001)


def test_search_versions(client, name, run):
    add(client, name, run_id=run.info.run_id, tags={"q": "good"})
    add(client, name)
    add(client, name)

    def found(filter_string, **query):
        return [int(v.version) for v in client.search_model_versions(filter_string, **query)]

    own = f"name = '{name}'"
    assert sorted(found(own)) == [1, 2, 3]
    assert found(own, order_by=["version_number ASC"]) == [1, 2, 3]
    assert found(f"{own} AND version_number >= 2", order_by=["version_number DESC"]) == [3, 2]
    assert found(f"run_id = '{run.info.run_id}'") == [1]
    assert found(f"run_id IN ('{run.info.run_id}', 'other')") == [1]
    assert found(f"{own} AND tags.q = 'good'") == [1]
    assert found(f"{own} AND source_path LIKE 'mlflow-artifacts:%'", order_by=["version_number"]) == [1, 2, 3]
    page = client.search_model_versions(own, max_results=2, order_by=["version_number"])
    rest = client.search_model_versions(own, max_results=2, order_by=["version_number"], page_token=page.token)
    assert [int(v.version) for v in list(page) + list(rest)] == [1, 2, 3]


def test_download_uri(client, name):
    client.create_model_version(name, "s3://bucket/model")
    assert client.get_model_version_download_uri(name, "1") == "s3://bucket/model"
