"""An alias with a rule, as a user of the client meets it: their own exception says what is missing."""

import pytest
import requests

from failing import fails


@pytest.fixture
def protected(client, url, unique):
    name = unique("model")
    client.create_registered_model(name)
    client.create_model_version(name, "models:/somewhere")
    rule = f"{url}/v1/models/{name}/aliases/champion/rule"
    assert requests.put(rule, json={"approvals": 1}, timeout=10).status_code == 200
    yield name
    requests.delete(rule, timeout=10)


def test_a_move_without_approval_is_refused_with_what_is_missing(client, url, protected):
    with fails("PERMISSION_DENIED", match="may not move to version 1: it has 0 of 1 approvals"):
        client.set_registered_model_alias(protected, "champion", "1")
    with fails("INVALID_PARAMETER_VALUE"):
        client.get_model_version_by_alias(protected, "champion")
    approvals = f"{url}/v1/models/{protected}/aliases/champion/approvals"
    assert requests.post(approvals, json={"version": 1}, timeout=10).status_code == 200
    client.set_registered_model_alias(protected, "champion", "1")
    assert client.get_model_version_by_alias(protected, "champion").version == "1"
    with fails("PERMISSION_DENIED", match="is protected and cannot be removed"):
        client.delete_registered_model_alias(protected, "champion")
    with fails("PERMISSION_DENIED"):
        client.delete_registered_model(protected)


def test_other_aliases_move_freely(client, protected):
    client.set_registered_model_alias(protected, "challenger", "1")
    client.delete_registered_model_alias(protected, "challenger")
