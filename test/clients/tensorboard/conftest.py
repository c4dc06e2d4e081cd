"""Files that TensorBoard's own writers and tensorboardX write, imported by the command line into a running Slipway."""

import json
import os
import pathlib
import subprocess
import uuid

import pytest
import requests

ROOT = pathlib.Path(__file__).parents[3]


@pytest.fixture(scope="session")
def url():
    return os.environ["SLIPWAY_URL"]


class Imported:
    """A run as the server has it after an import."""

    def __init__(self, url, about):
        self.url, self.about, self.id = url, about, about["runId"]
        self.run = self.get("")

    def get(self, route, /, **params):
        answer = requests.get(f"{self.url}/v1/runs/{self.id}{route}", params=params, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def history(self, key):
        points = self.get("/metrics/history", key=key, limit=1000)["items"]
        return [(point["step"], point["value"], point["timestamp"]) for point in points]

    def keys(self):
        return {metric["key"] for metric in self.run["metrics"]}

    def files(self, folder):
        """Bytes by path."""
        found = {}
        for item in self.get("/artifacts", path=folder)["items"]:
            if item["isFolder"]:
                found |= self.files(item["path"])
            else:
                found[item["path"]] = requests.get(f"{self.url}/v1/blobs/{item['digest']}", timeout=30).content
        return found


@pytest.fixture
def load(url, tmp_path):
    """Imports the test's folder into an experiment of its own; answers its runs by name, and the exit code."""
    experiment = f"tensorboard-{uuid.uuid4().hex[:12]}"

    def run(expected_code=0):
        words = ["runs", "import", "tensorboard", tmp_path, "--experiment", experiment, "--json"]
        done = subprocess.run(
            [ROOT / "bin" / "slipway", *words], env={**os.environ, "SLIPWAY_URL": url}, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == expected_code, done.stderr
        return {about["name"]: Imported(url, about) for about in json.loads(done.stdout)["runs"]}

    return run
