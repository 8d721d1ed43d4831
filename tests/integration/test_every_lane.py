"""Every lane of every framework, fed in every way, really trains, and is the same model."""

from __future__ import annotations

import pytest

from bench.records.model import Cell, Record
from bench.run.planning import offers_of
from implementations import registry
from tests.conftest import CommandLine
from tests.integration.test_every_framework import CELLS, cells_of, contenders

pytestmark = pytest.mark.every_lane

# Loaders with a worker, in every lane on few batches, most with the regression, which is so trained
# in every lane; and arrays that are at hand, in the lanes and frameworks that
# test_every_framework.py leaves. Of a loader's batches the last is short.
EVERYTHING_ELSE = """
framework = "all"
execution = "all"
input = ["preloaded", "loader"]
loader-workers = [0, 1]
workload = ["synthetic", "linear", "blobs"]
batch-size = [350, 1500]
epochs = 4
blocks = 1
repeats = 0
profile = false

[[exclude]]
workload = "synthetic"
batch-size = 350

[[exclude]]
workload = ["linear", "blobs"]
batch-size = 1500

[[exclude]]
input = "loader"
loader-workers = 0

[[exclude]]
input = "loader"
workload = "synthetic"

[[exclude]]
input = "loader"
workload = "blobs"
execution = ["step", "epoch"]

[[exclude]]
input = "loader"
workload = "blobs"
form = "high_level"

[[exclude]]
input = "loader"
workload = "linear"
form = "scratch"
execution = "eager"
framework = ["numpy", "torch", "tensorflow", "mxnet"]

[[exclude]]
input = "preloaded"
workload = ["linear", "blobs"]

[[exclude]]
input = "preloaded"
framework = ["numpy", "sklearn", "torch", "mxnet"]

[[exclude]]
input = "preloaded"
framework = "tensorflow"
execution = ["eager", "epoch"]

[[exclude]]
input = "preloaded"
framework = "jax"
execution = "epoch"
"""


@pytest.fixture(scope="module")
def everything_else(tmp_path_factory: pytest.TempPathFactory) -> Record:
    command_line = CommandLine(tmp_path_factory.mktemp("everything_else"))
    (command_line.folder / "everything_else.toml").write_text(EVERYTHING_ELSE)
    done = command_line("run", "--plan", "everything_else.toml", "--no-report")
    assert done.returncode == 0, done.stdout + done.stderr
    return command_line.record()


def measured(record: Record) -> list[Cell]:
    """Return the cells whose environment could be made: all of the usual frameworks."""
    cells = contenders(record)
    missing = [cell for cell in cells if cell.status == "unavailable"]
    assert not {cell.identity.framework for cell in missing} & set(registry.USUAL)
    return [cell for cell in cells if cell not in missing]


def test_whatever_a_framework_offers_is_measured_here_or_in_the_usual_lanes(everything_else):
    """That the usual lanes are all measured is tested in test_every_framework.py."""
    here = {
        (one.framework, one.form, one.execution, one.input)
        for one in (cell.identity for cell in contenders(everything_else))
    }
    usual = {
        (name, *offer)
        for name, form in CELLS
        for offer in offers_of(registry.load(registry.BUILT_IN[name])).usual(
            "cpu", form, "preloaded"
        )
    }
    assert here | usual == {
        (name, *offer)
        for name, reference in registry.references().items()
        for offer in registry.load(reference).offers("cpu")
    }


def test_the_regression_is_trained_in_every_lane_that_has_a_loader(everything_else):
    """But for the eager lanes in which test_every_framework.py trains it on arrays at hand."""
    lanes = {
        (one.framework, one.form, one.execution)
        for one in (cell.identity for cell in cells_of(everything_else, "linear"))
    }
    eager = {(name, "scratch", "eager") for name in ("numpy", "torch", "tensorflow", "mxnet")}
    assert lanes | eager == {
        (name, offer.form, offer.execution)
        for name, reference in registry.references().items()
        for offer in registry.load(reference).offers("cpu")
        if offer.input == "loader"
    }


def test_in_every_lane_and_fed_in_every_way_it_is_the_same_model(everything_else):
    for cell in measured(everything_else):
        assert cell.parity is not None, (cell.identity, cell.reason)
        assert cell.parity.passed, (cell.identity, cell.reason)
        assert cell.trials[0].input.passed, cell.identity


def test_in_no_lane_anything_is_compiled_after_the_first_epoch(everything_else):
    for cell in measured(everything_else):
        assert not cell.trials[0].fairness.recompilations, cell.identity


def test_in_every_lane_the_work_was_done_when_the_clock_stopped(everything_else):
    for cell in measured(everything_else):
        if cell.identity.workload == "synthetic":
            assert cell.trials[0].synchronization.passed, cell.identity
