"""Sends recorded requests to another server and compares the answers field by field.

Ids differ between servers. They are learned from the answers: where one server names an id, the other names its own at the
same place, and from then on requests carry the other server's. Everything else must be equal, except what `allowed` lists.
"""

import json
import re
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urlencode, urlsplit

import requests

from .allowed import IGNORED_FIELDS, MADE_BY_THE_SERVER, MISSING, UNORDERED, is_allowed

ID_FIELDS = {"dataset_id", "run_id", "run_uuid", "model_id", "source_run_id", "assessment_id", "next_page_token", "upload_id"}
EXPERIMENT_FIELDS = {"experiment_id", "experiment_ids"}
# Texts that hold JSON themselves.
JSON_TEXTS = {"records", "schema", "profile", "tags"}


@dataclass(frozen=True)
class Difference:
    step: str
    request: str
    field: str
    reference: object
    ours: object

    def __str__(self):
        return f"[{self.step}] {self.request}\n    {self.field}: mlflow {short(self.reference)}, slipway {short(self.ours)}"


def short(value):
    text = "(missing)" if value is MISSING else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) < 200 else f"{text[:200]}…"


class Replay:
    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        self.ids = {}
        self.experiments = {"0": "0"}
        self.differences = []

    def run(self, exchanges):
        for exchange in exchanges:
            self.send(exchange)
        return self.differences

    def send(self, exchange):
        target = self.translate_path(exchange.path)
        answer = self.session.request(
            exchange.method,
            self.url + target,
            headers=self.translate_headers(exchange.headers),
            # The bytes of a file are sent as they are, whatever they look like.
            data=exchange.body if exchange.method == "PUT" else self.translate_body(exchange.body),
            allow_redirects=False,
            timeout=60,
        )
        # Answers may be in order of creation: nothing is created twice in the same millisecond.
        time.sleep(0.003 if exchange.method != "GET" else 0)
        context = (exchange.step, f"{exchange.method} {unquote_plus(exchange.path)} {exchange.body[:300]!r}")
        self.compare("status", exchange.status, answer.status_code, context)
        self.compare_answers(exchange, answer, context)

    def compare_answers(self, exchange, answer, context):
        reference, ours = as_json(exchange.answer), as_json(answer.content)
        if reference is MISSING or ours is MISSING:
            # Two errors without JSON are the same error: no route is there.
            if exchange.status >= 400 and reference is ours:
                return
            self.compare("body", exchange.answer.decode(errors="replace"), answer.text, context)
        else:
            self.compare("", reference, ours, context)

    # From the reference's ids to the other server's.

    def translate_path(self, path):
        parts = urlsplit(path)
        query = [(key, self.translate(value, key)) for key, value in parse_qsl(parts.query, keep_blank_values=True)]
        place = quote(self.translate(unquote(parts.path)), safe="/:@")
        return f"{place}?{urlencode(query)}" if query else place

    def translate_headers(self, headers):
        return {name: self.translate(value, "experiment_id") if "experiment-id" in name.lower() else value for name, value in headers.items()}

    def translate_body(self, body):
        value = as_json(body)
        return body if value is MISSING or not isinstance(value, dict) else json.dumps(self.translate(value)).encode()

    def translate(self, value, key=""):
        if isinstance(value, dict):
            return {name: self.translate(own, name) for name, own in value.items()}
        if isinstance(value, list):
            return [self.translate(own, key) for own in value]
        if not isinstance(value, str):
            return value
        if key in EXPERIMENT_FIELDS:
            return self.experiments.get(value, value)
        if value in self.ids:
            return self.ids[value]
        value = re.sub(r"(artifacts(?::/|/|/\.?/?))(\d+)(?=/|$)", self.translate_artifact_path, value)
        return re.sub(r"(?:\b[a-z]+-)?[0-9a-f]{32}", self.translate_id, value)

    def translate_id(self, found):
        prefix, bare = found[0][:-32], found[0][-32:]
        return self.ids.get(found[0]) or prefix + self.ids.get(bare, bare)

    def translate_artifact_path(self, found):
        return found[1] + self.experiments.get(found[2], found[2])

    def learn(self, key, reference, ours):
        """True when the two are ids that stand for each other from here on."""
        if not isinstance(reference, str) or not isinstance(ours, str) or not ours:
            return False
        if key in EXPERIMENT_FIELDS and reference not in self.experiments:
            self.experiments[reference] = ours
            return True
        if key not in ID_FIELDS or reference in self.ids or not reference:
            return False
        self.ids[reference] = ours
        return True

    # Field by field.

    def compare(self, field, reference, ours, context):
        key = re.sub(r"\[\d*\]$", "", field).rsplit(".", 1)[-1]
        if key in IGNORED_FIELDS:
            return
        if isinstance(reference, dict) and isinstance(ours, dict):
            for name in [*reference, *(name for name in ours if name not in reference)]:
                inner = f"{field}.{name}" if field else name
                self.compare(inner, reference.get(name, MISSING), ours.get(name, MISSING), context)
        elif isinstance(reference, list) and isinstance(ours, list):
            reference, ours = ordered(key, reference), ordered(key, ours)
            for index in range(max(len(reference), len(ours))):
                pair = [side[index] if index < len(side) else MISSING for side in (reference, ours)]
                self.compare(f"{field}[{index}]", *pair, context)
        elif key in JSON_TEXTS and isinstance(reference, str) and isinstance(ours, str):
            self.compare(f"{field}.json", json.loads(reference), json.loads(ours), context)
        elif not self.is_same(key, reference, ours):
            difference = Difference(*context, field, reference, ours)
            if not is_allowed(difference):
                self.differences.append(difference)

    def is_same(self, key, reference, ours):
        if reference is MISSING or ours is MISSING:
            return reference is ours
        if key in MADE_BY_THE_SERVER:
            return type(reference) is type(ours)
        if reference == ours or self.learn(key, reference, ours):
            return True
        # Integers of 64 bits may be written either way.
        return str(self.translate(reference, key)) == str(ours) and not isinstance(reference, bool)


def ordered(key, values):
    if key not in UNORDERED:
        return values
    return sorted(values, key=lambda one: json.dumps(one.get("key") if isinstance(one, dict) else one))


def as_json(content):
    try:
        return json.loads(content)
    except ValueError:
        return MISSING
