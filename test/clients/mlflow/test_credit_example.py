"""The example from a user's desk, run as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "credit-python"
DATA = Path(os.environ.get("SLIPWAY_CREDIT_CSV", ROOT.parent / "shared" / "data" / "german_credit.csv"))


@pytest.mark.skipif(not DATA.exists(), reason=f"the German credit data is not at {DATA}; SLIPWAY_CREDIT_CSV names it")
def test_train_then_score(client, url):
    def python(script):
        command = [sys.executable, str(EXAMPLE / script), str(DATA)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "credit-risk version 1 is the champion" in python("train.py")
    assert "1000 applicants scored" in python("score.py")

    version = client.get_model_version_by_alias("credit-risk", "champion")
    run = client.get_run(version.run_id)
    assert run.data.metrics["test_auc"] > 0.7
    assert run.data.params["columntransformer__n_jobs"] == "None"
    parent = client.get_parent_run(version.run_id)
    assert parent.info.run_name == "compare"
    assert "german-credit" in [i.dataset.name for i in parent.inputs.dataset_inputs]

    kept = requests.get(f"{url}/v1/models/credit-risk/versions/champion", timeout=10).json()
    assert len(kept["signature"]["inputs"]) == 20
    assert kept["runId"] == version.run_id
