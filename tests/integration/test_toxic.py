"""Workers that do harm: each is a failure of its own cell, and the others are measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.records.model import Cell
from tests.conftest import UNSEEN, CommandLine
from tests.integration.plugins import processes_of, register
from tests.integration.toxic.framework import DEEDS

FOLDER = Path(__file__).parent
# What a worker may do without harm to anybody.
HARMLESS = ("sends_sigusr1",)
EXPECTED = {
    "says_garbage": ("garbled", "said what is no event"),
    "says_everything_at_once": ("garbled", "did not wait for its answer"),
    "says_a_line_without_end": ("garbled", "a line of more than 4,096 bytes"),
    "says_half_a_line": ("garbled", "ended in the middle of what it said"),
    "tells_of_boundaries_that_are_none": ("garbled", "a boundary after epoch"),
    "deletes_its_folder": ("exited", "without an outcome"),
    "deletes_its_folder_and_leaves_a_link": ("exited", "without an outcome"),
    "leaves_a_damaged_model": ("garbled", "model.npz as what cannot be read"),
    "leaves_a_pickled_model": ("garbled", "no real numbers"),
    "leaves_a_compressed_model": ("garbled", "compressed"),
    "leaves_a_huge_model": ("garbled", "model.npz with more than the"),
    "leaves_a_model_of_another_shape": ("garbled", "of shape (1, 2), not (2, 1)"),
    "leaves_a_model_of_complex_numbers": ("garbled", "complex128, which are no real numbers"),
    "leaves_no_model": ("garbled", "left no model.npz"),
    "leaves_a_pipe_for_a_model": ("garbled", "no plain file"),
    "leaves_a_link_for_a_model": ("garbled", "model.npz as what cannot be read"),
    "leaves_a_huge_outcome": ("garbled", "outcome.json with more than the"),
    "leaves_a_deep_outcome": ("garbled", "outcome.json without an outcome"),
    "leaves_a_pipe_for_an_outcome": ("garbled", "no plain file"),
    "leaves_a_surrogate_in_its_outcome": ("garbled", "outcome.json without an outcome"),
    "leaves_times_that_are_no_numbers": ("garbled", "setup_seconds is nan"),
    "leaves_times_below_zero": ("garbled", "epoch_seconds is below zero"),
    "leaves_too_few_times": ("garbled", "epoch_seconds has 2 entries for 3 epochs"),
    "leaves_more_time_than_there_was": ("garbled", "its times add up to 1e+09 s"),
    "raises_fifty_megabytes": ("raised", "(shortened from 52,500,014 characters)"),
    "raises_a_lone_surrogate": ("raised", "half a character: ?"),
    "raises_what_cannot_be_said": ("raised", "its message cannot be had (ValueError)"),
    "leaves_a_daemon": ("left_processes", "which had to be ended"),
    "leaves_a_daemon_that_hides": ("left_processes", "which had to be ended"),
    "sends_sigterm": ("signalled", "sent SIGTERM to softmax-bench"),
    "sends_sigint": ("signalled", "sent SIGINT to softmax-bench"),
}


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    folder = tmp_path_factory.mktemp("toxic")
    names = {deed.replace("_", "-"): deed for deed in DEEDS}
    register(folder / "site", "toxic", {"honest": "Honest"} | names)
    return CommandLine(folder).with_python_path([folder / "site", FOLDER])


@pytest.fixture(scope="module")
def run(command_line):
    names = ["honest", *(deed.replace("_", "-") for deed in DEEDS)]
    done = command_line(
        *("run", "--environment", "current", "--workload", "linear", "--timeout", "300"),
        *("--blocks", "1", *UNSEEN, "--framework", ",".join(names)),
    )
    return done, {cell.identity.framework: cell for cell in command_line.record().cells}


def of(run, deed: str) -> Cell:
    return run[1][deed.replace("_", "-")]


def test_the_run_is_complete_and_says_by_its_status_that_cells_failed(run, command_line):
    assert run[0].returncode == 2, run[0].stdout + run[0].stderr
    assert command_line.record().status == "complete"
    assert "Traceback" not in run[0].stdout + run[0].stderr


@pytest.mark.parametrize("name", ["honest", "null", *HARMLESS])
def test_those_that_do_no_harm_are_measured(run, name):
    cell = of(run, name)
    assert (cell.status, len(cell.trials)) == ("ok", 1)


@pytest.mark.parametrize("deed", EXPECTED)
def test_each_deed_is_a_failure_of_its_own_cell(run, deed):
    cell = of(run, deed)
    kind, reason = EXPECTED[deed]
    assert (cell.failures[0].kind, cell.status) == (kind, "failed"), cell.reason
    assert reason in cell.reason
    assert len(cell.reason) <= 2_000
    assert len(cell.failures[0].log) <= 4_000
    assert cell.remedy


def test_every_deed_is_looked_at():
    assert {*EXPECTED, *HARMLESS} == set(DEEDS)


def test_what_was_pickled_was_not_unpickled(run, command_line):
    del run
    assert not list(command_line.folder.rglob("unpickled"))


def test_nothing_is_left_of_any_of_them(run, command_line):
    del run
    assert processes_of(command_line) == []
    assert list((command_line.folder / "tmp").glob("softmax-bench-worker-*")) == []
