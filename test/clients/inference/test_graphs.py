"""docs/guide/inference-graphs.md as it is written, and the graph it makes asked by Triton's clients, beside numpy and scikit-learn."""

import os
import pathlib
import re
import subprocess

import numpy as np
import pytest
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from tritonclient.utils import InferenceServerException

ROOT = pathlib.Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "guide" / "inference-graphs.md"


@pytest.fixture(scope="module")
def guide(url, tmp_path_factory):
    """What the guide's Python left behind, and what its commands printed."""
    text, folder = GUIDE.read_text(), tmp_path_factory.mktemp("guide")
    for path, body in re.findall(r"^```\w+\n(?:#|//) (fare/\S+)\n(.*?)^```$", text, flags=re.M | re.S):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(body)
    [program] = re.findall(r"^```python\n(.*?)^```$", text, flags=re.M | re.S)
    names, before = {}, os.getcwd()
    os.chdir(folder)
    try:
        exec(compile(program, str(GUIDE), "exec"), names)
    finally:
        os.chdir(before)
    environment = {**os.environ, "SLIPWAY_URL": url, "PATH": f"{ROOT / 'bin'}:{os.environ['PATH']}"}
    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, flags=re.M | re.S))
    told = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    return names, told.stdout


KM = np.array([1.25, 7.5, 19.0, 4.0])
ZONES = ["airport", "center", "airport", "nowhere"]


def expected(names):
    features = np.column_stack([KM, [{"airport": 1, "center": 0}.get(zone, 0) for zone in ZONES]]).astype(np.float32)
    linear, trees = (names[model].predict(features) for model in ("linear", "trees"))
    return {"fare": (linear + trees) / 2, "linear": linear.reshape(-1, 1)}


def inputs(library, km, zones):
    first = library.InferInput("km", [len(km)], "FP64")
    first.set_data_from_numpy(np.asarray(km))
    second = library.InferInput("zone", [len(zones)], "BYTES")
    second.set_data_from_numpy(np.array([zone.encode() for zone in zones], dtype=object))
    return [first, second]


def test_the_guide_runs_as_written(guide):
    _, told = guide
    assert "Added fare/1: graph, 4 files" in told
    assert "linear  fare-linear/1" in told and "trees  fare-trees/1" in told
    assert "part of model version fare/1" in told


@pytest.mark.parametrize("library", [triton_http, triton_grpc])
def test_a_graph_answers_what_its_models_and_functions_make_of_the_rows(library, guide, address):
    names, _ = guide
    with library.InferenceServerClient(address) as client:
        answer = client.infer("fare", inputs(library, KM, ZONES))
        for name, values in expected(names).items():
            np.testing.assert_allclose(answer.as_numpy(name), values, rtol=1e-5)
        metadata = client.get_model_metadata("fare", **({"as_json": True} if library is triton_grpc else {}))
        assert metadata["platform"] == "ensemble"
        assert [(each["name"], each["datatype"]) for each in metadata["inputs"]] == [("km", "FP64"), ("zone", "BYTES")]
        with pytest.raises(InferenceServerException, match='expected 2 inputs but got 1 inputs for model "fare"'):
            client.infer("fare", inputs(library, KM, ZONES)[:1])


def test_requests_at_once_each_get_their_own_rows(guide, address):
    names, _ = guide
    with triton_http.InferenceServerClient(address, concurrency=16) as client:
        under_way = [client.async_infer("fare", inputs(triton_http, KM[i % 4 :][:1], ZONES[i % 4 :][:1])) for i in range(64)]
        fares = [request.get_result().as_numpy("fare")[0] for request in under_way]
    np.testing.assert_allclose(fares, np.tile(expected(names)["fare"], 16), rtol=1e-5)
