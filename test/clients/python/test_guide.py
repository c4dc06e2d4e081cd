"""The Python and the commands of docs/guide/python-models.md, run as they are written."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "guide" / "python-models.md"


def test_the_guide_runs_as_written(url):
    text = GUIDE.read_text()
    [program] = re.findall(r"^```python\n(.*?)^```$", text, flags=re.M | re.S)
    commands = "".join(re.findall(r"^```sh\n(.*?)^```$", text, flags=re.M | re.S))
    exec(compile(program, str(GUIDE), "exec"), {})
    environment = {**os.environ, "SLIPWAY_URL": url, "PATH": f"{ROOT / 'bin'}:{os.environ['PATH']}"}
    told = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], env=environment, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    assert '{"predictions":["no"]}' in told.stdout
