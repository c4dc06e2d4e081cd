"""What is expected is what TensorBoard itself reads from the same files, or what was given to the writer."""

import math

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import summary_v2 as hparams
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary import Writer
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboardX import SummaryWriter


@pytest.fixture
def written(tmp_path):
    """A run written by tensorboardX, with some of everything."""
    folder = tmp_path / "training"
    random = np.random.default_rng(7)
    with SummaryWriter(str(folder)) as writer:
        for step in range(200):
            writer.add_scalar("loss/train", math.exp(-step / 50), step, walltime=1_700_000_000.25 + step)
        writer.add_scalar("odd", float("nan"), 1)
        writer.add_scalar("odd", float("inf"), 2)
        writer.add_scalar("learning rate (Adam)", 0.125, -3)
        writer.add_text("notes", "**bold** and ünïcode", 4)
        writer.add_image("samples/input", random.integers(0, 255, (3, 8, 8), dtype=np.uint8), 5)
        writer.add_histogram("weights", np.arange(1000.0), 6)
    return folder


def test_scalars_are_those_tensorboard_reads(written, load):
    run = load()["training"]
    read = EventAccumulator(str(written)).Reload()
    expected = [(event.step, event.value, round(event.wall_time * 1000)) for event in read.Scalars("loss/train")]
    assert len(expected) == 200
    assert run.history("loss/train") == expected
    # The writer itself has replaced what it thinks no tag should hold.
    assert run.history("learning_rate__Adam_")[0][:2] == (-3, 0.125)
    assert {key for key in run.keys() if not key.startswith("weights/")} == set(read.Tags()["scalars"])
    assert [value for _, value, _ in run.history("odd")] == ["NaN", "Infinity"]
    assert run.run["status"] == "FINISHED"
    assert run.run["source"]["type"] == "tensorboard"


def test_texts_and_images_are_files_with_their_bytes(written, load):
    run = load()["training"]
    assert run.files("text") == {"text/notes/text_summary/4.md": "**bold** and ünïcode".encode()}
    [image] = EventAccumulator(str(written)).Reload().Images("samples/input")
    [(path, content)] = run.files("images").items()
    assert path.startswith("images/samples#input+step+5+timestamp+") and path.endswith(".png")
    assert content == image.encoded_image_string


def test_a_histogram_becomes_what_can_be_drawn_over_steps(written, load):
    run = load()["training"]
    values = np.arange(1000.0)
    drawn = {name: run.history(f"weights/{name}")[0][:2] for name in ["min", "max", "mean", "stddev"]}
    assert drawn["min"] == (6, 0) and drawn["max"] == (6, 999)
    assert drawn["mean"][1] == pytest.approx(values.mean())
    assert drawn["stddev"][1] == pytest.approx(values.std())


def test_nothing_is_doubled_when_it_is_imported_again(written, load):
    first = load()["training"]
    again = load()["training"]
    assert again.id == first.id and again.about["pointCount"] == 0
    assert len(again.history("loss/train")) == 200
    with SummaryWriter(str(written), filename_suffix=".more") as writer:
        writer.add_scalar("loss/train", 0.5, 200)
    more = load()["training"]
    assert more.id == first.id and more.about["pointCount"] == 1
    assert len(more.history("loss/train")) == 201


def test_parameters_of_add_hparams(tmp_path, load):
    with SummaryWriter(str(tmp_path / "search")) as writer:
        writer.add_hparams({"lr": 0.1, "optimizer": "adam", "nesterov": True}, {"accuracy": 0.9}, name="trial")
    run = load()["search/trial"]
    assert run.run["params"]["lr"] == "0.1" and run.run["params"]["optimizer"] == "adam"
    assert "accuracy" in run.keys()


def test_scalars_in_the_form_of_a_tensor(tmp_path, load):
    writer = Writer(str(tmp_path / "new"))
    for step in range(3):
        writer.add_scalar("loss", 1 / (step + 1), step, wall_time=1_700_000_000 + step)
    writer.close()
    run = load()["new"]
    expected = [(step, float(np.float32(1 / (step + 1))), (1_700_000_000 + step) * 1000) for step in range(3)]
    assert run.history("loss") == expected


def test_what_the_second_version_of_summaries_writes(tmp_path, load):
    writer = EventFileWriter(str(tmp_path / "second"))
    values = np.linspace(-1, 1, 1001)
    session = [
        hparams.hparams_pb({"lr": 0.25, "layers": 3}, trial_id="a", start_time_secs=1_700_000_000),
        text_pb("remark", "first\n\nsecond"),
        histogram_pb("weights", values, buckets=50),
    ]
    for summary in session:
        writer.add_event(Event(wall_time=1_700_000_000, step=7, summary=summary))
    # Only the first value of a tag says what it is.
    later = histogram_pb("weights", values * 2, buckets=50)
    later.value[0].ClearField("metadata")
    writer.add_event(Event(wall_time=1_700_000_001, step=8, summary=later))
    writer.add_event(Event(wall_time=1_700_000_002, step=8, summary=Summary(value=[Summary.Value(tag="acc", simple_value=0.5)])))
    writer.close()
    run = load()["second"]
    assert run.run["params"]["lr"] == "0.25" and float(run.run["params"]["layers"]) == 3
    assert run.files("text") == {"text/remark/7.md": b"first\n\nsecond"}
    assert [point[:2] for point in run.history("weights/min")] == [(7, -1), (8, -2)]
    # Within the width of a bucket: the form has lost the values themselves.
    assert run.history("weights/mean")[0][1] == pytest.approx(0, abs=1 / 25)
    assert run.history("weights/stddev")[0][1] == pytest.approx(values.std(), abs=1 / 25)
    assert run.history("acc")[0][:2] == (8, 0.5)
