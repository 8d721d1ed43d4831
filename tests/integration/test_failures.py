"""Workers that fail in every way: each is told apart, and the others finish."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.records.model import Cell
from tests.conftest import BRIEFLY, UNSEEN, CommandLine
from tests.integration.plugins import processes_of, register

FOLDER = Path(__file__).parent
FAULTY = {
    "honest": "Honest",
    "raises": "Raises",
    "killed": "Killed",
    "segfaults": "Segfaults",
    "out-of-memory": "OutOfMemory",
    "hangs": "Hangs",
    "exits": "Exits",
    "wrong-model": "WrongModel",
    "diverges": "Diverges",
    "returns-early": "ReturnsEarly",
    "starts-elsewhere": "StartsElsewhere",
    "reorders": "Reorders",
    "beside-neighbour": "BesideNeighbour",
    "without-device": "WithoutDevice",
    "not-installed": "NotInstalled",
}


BROKEN = {
    "broken-plugin": "faulty.no_such_module:Framework",
    "not-importable": "faulty.broken.framework:NotImportable",
}


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    folder = tmp_path_factory.mktemp("failures")
    register(folder / "site", "faulty", FAULTY | BROKEN)
    return CommandLine(folder).with_python_path([folder / "site", FOLDER])


@pytest.fixture(scope="module")
def run(command_line):
    done = command_line(
        *("run", "--environment", "current", "--workload", "linear", "--timeout", "40"),
        *("--blocks", "2", *BRIEFLY),
        *("--framework", ",".join([*FAULTY, "not-importable"])),
    )
    return done, {cell.identity.framework: cell for cell in command_line.record().cells}


def kind_of(cell: Cell) -> str:
    return cell.failures[0].kind


def test_the_run_is_complete_and_says_by_its_status_that_cells_failed(run, command_line):
    assert run[0].returncode == 2, run[0].stdout + run[0].stderr
    assert command_line.record().status == "complete"


def test_the_honest_one_finishes_all_its_trials(run):
    cell = run[1]["honest"]
    assert cell.status == "ok"
    assert len(cell.trials) == 2


@pytest.mark.parametrize(
    ("name", "status", "kind", "reason"),
    [
        ("raises", "failed", "raised", "RuntimeError: the kernel <b>refused</b>"),
        ("killed", "failed", "killed_by_signal", "killed by signal 9 (SIGKILL)"),
        ("segfaults", "failed", "killed_by_signal", "killed by signal 11 (SIGSEGV)"),
        ("out-of-memory", "failed", "out_of_memory", "Unable to allocate 64.0 GiB"),
        ("hangs", "timeout", "timeout", "still running after 40 s"),
        ("exits", "failed", "exited", "exited with status 7"),
        ("not-importable", "failed", "import_failed", "libmissing.so.1"),
        ("without-device", "unavailable", "device_missing", "sees no cpu here"),
    ],
)
def test_each_failure_is_told_apart(run, name, status, kind, reason):
    cell = run[1][name]
    assert cell.status == status
    assert kind_of(cell) == kind
    assert reason in cell.reason
    assert cell.remedy


def test_what_the_worker_printed_is_kept(run):
    assert "the kernel <b>refused</b>" in run[1]["raises"].failures[0].log


def test_a_cell_that_failed_is_not_tried_again(run):
    assert all(len(cell.failures) <= 1 for cell in run[1].values())


def test_a_framework_that_is_not_installed_is_unavailable_with_a_remedy(run):
    cell = run[1]["not-installed"]
    assert cell.status == "unavailable"
    assert "no-such-distribution is not installed" in cell.reason
    assert "Install" in cell.remedy


def test_another_model_is_invalid_and_keeps_its_figures(run):
    cell = run[1]["wrong-model"]
    assert cell.status == "invalid"
    assert "off by" in cell.reason
    assert cell.summary is not None


def test_a_training_that_diverges_is_invalid(run):
    cell = run[1]["diverges"]
    assert cell.status == "invalid"
    assert cell.trials[0].train_loss[-1] is None
    assert cell.parity.max_abs_error is None


def test_an_implementation_that_returns_before_its_work_is_done_is_invalid(run):
    cell = run[1]["returns-early"]
    assert cell.status == "invalid"
    assert not cell.trials[0].synchronization.passed
    assert "before their work is done" in cell.reason


def test_one_that_starts_from_other_parameters_by_a_single_bit_is_invalid(run):
    cell = run[1]["starts-elsewhere"]
    assert cell.status == "invalid"
    assert cell.trials[0].parity.passed
    assert not cell.trials[0].input.passed


def test_one_that_writes_to_the_order_of_examples_is_invalid(run):
    cell = run[1]["reorders"]
    assert cell.status == "invalid"
    assert not cell.trials[0].input.passed


def test_the_harness_s_own_floor_is_measured_beside_them(run):
    assert run[1]["null"].role == "floor"
    assert run[1]["null"].status == "ok"


def test_no_child_is_left(run, command_line):
    del run
    assert processes_of(command_line) == []


def test_the_report_shows_what_failed_and_escapes_it(run, command_line):
    del run
    page = (command_line.folder / "reports" / "index.html").read_text()
    assert "the kernel &lt;b&gt;refused&lt;/b&gt;" in page
    assert "SIGSEGV" in page


def test_a_framework_that_cannot_be_installed_does_not_stop_the_others(tmp_path):
    command_line = CommandLine(tmp_path, {"SOFTMAX_BENCH_HOME": str(tmp_path / "home")})
    done = command_line(
        *("run", "--workload", "linear", "--blocks", "1"),
        *(*UNSEEN, "--framework", "numpy,numpy==0.0.1"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    by_version = {cell.identity.framework_version: cell for cell in command_line.record().cells}
    assert by_version["0.0.1"].status == "unavailable"
    assert "uv pip failed" in by_version["0.0.1"].reason
    assert len(by_version) == 2
    assert {cell.status for cell in by_version.values()} == {"ok", "unavailable"}
    left = [path.name for path in (tmp_path / "home" / "environments").glob(".partial-*")]
    assert left == []


def test_a_plug_in_that_cannot_be_loaded_is_named_and_told_what_to_do(command_line):
    done = command_line("run", "--framework", "broken-plugin", "--environment", "current")
    assert done.returncode == 3
    assert "faulty.no_such_module:Framework cannot be loaded" in done.stderr
    assert "leave it out" in done.stderr


def test_list_shows_the_others_beside_a_plug_in_that_cannot_be_loaded(command_line):
    done = command_line("list")
    assert done.returncode == 0
    assert "cannot be loaded" in done.stdout
    assert "tensorflow" in done.stdout
