"""The Python of docs/guide/track-with-mlflow.md, run as it is written."""

import pathlib
import re

import mlflow

GUIDE = pathlib.Path(__file__).parents[3] / "docs" / "guide" / "track-with-mlflow.md"


def test_the_guide_runs_as_written():
    blocks = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), flags=re.M | re.S)
    assert len(blocks) == 1
    exec(compile(blocks[0], str(GUIDE), "exec"), {})
    [run] = mlflow.search_runs(experiment_names=["guide"], output_format="list", max_results=1)
    assert run.info.run_name == "first"
    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes.txt") == "hello"
