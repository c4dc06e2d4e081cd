"""Webhooks through the real client, received by a real HTTP server that checks them as MLflow's guide tells receivers to."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mlflow
import pytest
from mlflow.entities.webhook import WebhookEvent, WebhookStatus

from failing import fails

SECRET = "a shared secret"


class Receiver:
    """Keeps what arrives; answers with the status in the path."""

    def __init__(self):
        received = self.received = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                received.append((self.path, dict(self.headers.items()), body))
                status = int(self.path.strip("/") or 200)
                answer = b"thank you" if status == 200 else b"not today"
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, count):
        deadline = time.time() + 10
        while len(self.received) < count and time.time() < deadline:
            time.sleep(0.02)
        assert len(self.received) >= count, self.received
        return [json.loads(body) for _, _, body in self.received]


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def subscribe(client, receiver, unique):
    made = []

    def create(*events, path="/200", **more):
        webhook = client.create_webhook(unique("hook"), receiver.url + path, list(events), **more)
        made.append(webhook.webhook_id)
        return webhook

    yield create
    for webhook_id in made:
        client.delete_webhook(webhook_id)


def verify(headers, body, secret):
    """As in the guide of MLflow: v1,<base64 of HMAC-SHA256 over id.timestamp.payload>, at most five minutes old."""
    lower = {key.lower(): value for key, value in headers.items()}
    signed = f"{lower['x-mlflow-delivery-id']}.{lower['x-mlflow-timestamp']}.{body}"
    expected = base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()).decode()
    assert abs(time.time() - int(lower["x-mlflow-timestamp"])) < 300
    assert lower["content-type"] == "application/json"
    return hmac.compare_digest(lower["x-mlflow-signature"], f"v1,{expected}")


def test_a_webhook_is_created_read_listed_changed_and_deleted(client, receiver, unique):
    name = unique("hook")
    created = client.create_webhook(
        name, receiver.url, ["model_version.created", WebhookEvent.from_str("registered_model.created")],
        description="for the tests", secret=SECRET,
    )
    assert created.name == name
    assert created.status == WebhookStatus.ACTIVE
    assert created.secret is None
    assert {str(event) for event in created.events} == {"model_version.created", "registered_model.created"}
    read = client.get_webhook(created.webhook_id)
    assert (read.url, read.description) == (receiver.url, "for the tests")
    assert read.creation_timestamp == created.creation_timestamp > 1_700_000_000_000
    assert created.webhook_id in [one.webhook_id for one in client.list_webhooks(max_results=1000)]
    changed = client.update_webhook(
        created.webhook_id, name=name + ".2", events=["prompt.created"], status="DISABLED", url=receiver.url + "/x"
    )
    assert (changed.name, changed.status, changed.url) == (name + ".2", WebhookStatus.DISABLED, receiver.url + "/x")
    assert [str(event) for event in changed.events] == ["prompt.created"]
    assert changed.description == "for the tests"
    assert changed.last_updated_timestamp >= changed.creation_timestamp
    client.delete_webhook(created.webhook_id)
    with fails("RESOURCE_DOES_NOT_EXIST", match=f"Webhook with ID {created.webhook_id} not found"):
        client.get_webhook(created.webhook_id)


def test_webhooks_are_listed_in_pages(client, subscribe):
    made = [subscribe("model_version.created").webhook_id for _ in range(3)]
    first = client.list_webhooks(max_results=2)
    assert [one.webhook_id for one in first] == made[:0:-1]
    second = client.list_webhooks(max_results=2, page_token=first.token)
    assert second[0].webhook_id == made[0]


def test_models_versions_tags_and_aliases_are_told_and_signed(client, receiver, subscribe, unique):
    subscribe(
        "registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted",
        "model_version_alias.created", "model_version_alias.deleted", secret=SECRET,
    )
    name = unique("model")
    client.create_registered_model(name, tags={"team": "risk"}, description="scores")
    client.create_model_version(name, "models:/somewhere", tags={"stage": "dev"}, description="first")
    client.set_model_version_tag(name, "1", "checked", "yes")
    client.delete_model_version_tag(name, "1", "checked")
    client.set_registered_model_alias(name, "champion", "1")
    client.delete_registered_model_alias(name, "champion")
    # Tags of a model itself are told of prompts only.
    client.set_registered_model_tag(name, "silent", "yes")
    told = receiver.wait_for(6)
    assert len(told) == 6
    by_event = {f"{one['entity']}.{one['action']}": one["data"] for one in told}
    assert by_event == {
        "registered_model.created": {"name": name, "tags": {"team": "risk"}, "description": "scores"},
        "model_version.created": {
            "name": name, "version": "1", "source": "models:/somewhere", "run_id": None,
            "tags": by_event["model_version.created"]["tags"], "description": "first",
        },
        "model_version_tag.set": {"name": name, "version": "1", "key": "checked", "value": "yes"},
        "model_version_tag.deleted": {"name": name, "version": "1", "key": "checked"},
        "model_version_alias.created": {"name": name, "alias": "champion", "version": "1"},
        "model_version_alias.deleted": {"name": name, "alias": "champion"},
    }
    assert by_event["model_version.created"]["tags"]["stage"] == "dev"
    for _, headers, body in receiver.received:
        assert verify(headers, body, SECRET)
        assert not verify(headers, body, "another secret")
        assert not verify(headers, body + " ", SECRET)


def test_prompts_have_events_of_their_own(receiver, subscribe, unique):
    subscribe("prompt.created", "prompt_version.created", "prompt_alias.created", "registered_model.created")
    name = unique("prompt")
    mlflow.genai.register_prompt(name, "Say hello to {{who}}.", commit_message="first", tags={"lang": "en"})
    mlflow.genai.set_prompt_alias(name, "production", 1)
    told = receiver.wait_for(3)
    by_event = {f"{one['entity']}.{one['action']}": one["data"] for one in told}
    assert set(by_event) == {"prompt.created", "prompt_version.created", "prompt_alias.created"}
    assert by_event["prompt.created"]["name"] == name
    assert by_event["prompt_version.created"]["template"] == "Say hello to {{who}}."
    assert by_event["prompt_version.created"]["version"] == "1"
    assert by_event["prompt_version.created"]["tags"]["lang"] == "en"
    assert by_event["prompt_alias.created"] == {"name": name, "alias": "production", "version": "1"}


def test_a_disabled_webhook_is_told_nothing(client, receiver, subscribe, unique):
    subscribe("registered_model.created", path="/201", status="DISABLED")
    subscribe("registered_model.created")
    client.create_registered_model(unique("model"))
    receiver.wait_for(1)
    time.sleep(0.3)
    assert [path for path, _, _ in receiver.received] == ["/200"]


@pytest.mark.parametrize("event", ["model_version.created", "prompt_tag.set", "model_version_alias.deleted"])
def test_a_webhook_is_tried_out_with_the_example_of_the_client(client, receiver, subscribe, event):
    from mlflow.webhooks.types import get_example_payload_for_event

    webhook = subscribe("registered_model.created", secret=SECRET)
    result = client.test_webhook(webhook.webhook_id, event=event)
    assert (result.success, result.response_status, result.response_body) == (True, 200, "thank you")
    [sent] = receiver.wait_for(1)
    assert f"{sent['entity']}.{sent['action']}" == event
    assert sent["data"] == get_example_payload_for_event(WebhookEvent.from_str(event))
    _, headers, body = receiver.received[0]
    assert verify(headers, body, SECRET)


def test_every_example_is_that_of_the_client(client, receiver, subscribe):
    from typing import get_args

    from mlflow.entities.webhook import WebhookEventStr
    from mlflow.webhooks.types import get_example_payload_for_event

    webhook = subscribe("registered_model.created")
    for event in get_args(WebhookEventStr):
        assert client.test_webhook(webhook.webhook_id, event=event).success
        sent = json.loads(receiver.received[-1][2])
        assert sent["data"] == get_example_payload_for_event(WebhookEvent.from_str(event)), event


def test_a_test_says_what_the_receiver_answered(client, subscribe):
    webhook = subscribe("registered_model.created", path="/503")
    result = client.test_webhook(webhook.webhook_id)
    assert (result.success, result.response_status, result.response_body) == (False, 503, "not today")
    assert "answered 503" in result.error_message


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.com/x", "http://example.com/x", "https://10.0.0.8/x", "https://169.254.169.254/"]
)
def test_urls_that_lead_into_the_dark_are_refused(client, unique, target):
    with fails("INVALID_PARAMETER_VALUE", match="not allowed for a webhook"):
        client.create_webhook(unique("hook"), target, ["model_version.created"])


def test_names_and_events_are_checked(client, receiver, post, unique):
    with fails("INVALID_PARAMETER_VALUE", match="is invalid. It must start and end with a letter or digit"):
        client.create_webhook("-bad-", receiver.url, ["model_version.created"])
    event = {"entity": "MODEL_VERSION", "action": "SET"}
    answer = post("webhooks", {"name": unique("hook"), "url": receiver.url, "events": [event]})
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert "Invalid action 'set' for entity 'model_version'" in answer.json()["message"]
