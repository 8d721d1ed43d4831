"""Ctrl-C, a termination, a kill and a second run: nothing measured is lost, no child stays."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bench.records import store
from tests.conftest import BRIEFLY, UNSEEN, CommandLine
from tests.integration.plugins import register
from tests.integration.test_failures import FAULTY, FOLDER

pytestmark = pytest.mark.apart

PATIENCE_SECONDS = 120


@pytest.fixture
def hanging(tmp_path):
    """A run whose last trial, in the order of its seed, hangs."""
    register(tmp_path / "site", "faulty", FAULTY)
    return CommandLine(tmp_path).with_python_path([tmp_path / "site", FOLDER])


def start_by_turns_and_wait(command_line: CommandLine) -> subprocess.Popen[str]:
    """Start a run by turns and return when one worker stands still while the other hangs."""
    run = command_line.start(
        *("run", "--environment", "current", "--workload", "synthetic", "--blocks", "1"),
        *("--framework", "honest,hangs", "--seed", "1", "--timeout", "600", "--interleave"),
        *UNSEEN,
    )
    wait_for(lambda: psutil.STATUS_STOPPED in states_of(run))
    wait_for(lambda: set(states_of(run)) - {psutil.STATUS_STOPPED})
    return run


def states_of(run: subprocess.Popen[str]) -> list[str]:
    """Return what the workers of a run are at, at this moment."""
    found = []
    for worker in workers_of(run):
        with suppress(psutil.NoSuchProcess):
            found.append(worker.status())
    return found


def workers_of(run: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return the workers of a run that are there at this moment."""
    found = []
    for process in psutil.Process(run.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "bench.worker" in process.cmdline():
                found.append(process)
    return found


def start_and_wait_until_it_hangs(
    command_line: CommandLine, *options: str
) -> subprocess.Popen[str]:
    """Start a run and return when the honest trial is recorded and the other one hangs."""
    run = command_line.start(
        *("run", "--environment", "current", "--workload", "linear", "--blocks", "1"),
        *("--framework", "honest,hangs", "--seed", "1", "--timeout", "600"),
        *(*BRIEFLY, *options),
    )
    wait_for(lambda: honest_trial_is_recorded(command_line.folder))
    wait_for(lambda: any("time.sleep" in command for command in commands_of(run)))
    return run


def commands_of(run: subprocess.Popen[str]) -> list[str]:
    """Return what the processes that a run has started were told, at this moment."""
    found = []
    for process in psutil.Process(run.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            found.append(" ".join(process.cmdline()))
    return found


def alive(process: psutil.Process) -> bool:
    """Tell whether a process still does something: a zombie has ended, if nobody reaped it."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def honest_trial_is_recorded(folder: Path) -> bool:
    path = store.latest(folder / "results") if (folder / "results").is_dir() else None
    return path is not None and any(
        cell.trials for cell in store.load(path).cells if cell.identity.framework == "honest"
    )


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_its_children_and_reports_what_it_has(hanging, sent):
    run = start_and_wait_until_it_hangs(hanging)
    children = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(sent)
    output, errors = run.communicate()
    assert run.returncode == 130, output + errors
    assert not any(map(alive, children))
    record = hanging.record()
    assert record.status == "interrupted"
    assert {cell.identity.framework: cell.status for cell in record.cells} == {
        "honest": "ok",
        "hangs": "pending",
        "null": "ok",
    }
    assert any("interrupted" in notice for notice in record.notices)
    assert "interrupted" in (hanging.folder / "reports" / "index.html").read_text()


def test_a_worker_does_not_outlive_a_killed_harness(hanging):
    run = start_and_wait_until_it_hangs(hanging)
    worker, *grandchildren = psutil.Process(run.pid).children(recursive=True)
    run.kill()
    run.communicate()
    wait_for(lambda: not alive(worker))
    assert any(cell.trials for cell in hanging.record().cells)
    for process in grandchildren:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_workers_that_take_turns_are_all_ended_with_an_interrupted_run(hanging, sent):
    run = start_by_turns_and_wait(hanging)
    children = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(sent)
    output, errors = run.communicate(timeout=PATIENCE_SECONDS)
    assert run.returncode == 130, output + errors
    assert not any(map(alive, children))
    assert hanging.record().status == "interrupted"


def test_no_worker_that_stands_still_outlives_a_killed_harness(hanging):
    run = start_by_turns_and_wait(hanging)
    workers = workers_of(run)
    assert len(workers) >= 2
    run.kill()
    run.communicate()
    wait_for(lambda: not any(map(alive, workers)))


def test_a_second_run_is_refused_and_told_who_measures(hanging):
    run = start_and_wait_until_it_hangs(hanging, "--no-report")
    second = hanging("run", "--workload", "linear", "--framework", "numpy")
    run.send_signal(signal.SIGINT)
    run.communicate()
    assert second.returncode == 6
    assert f"process {run.pid}" in second.stderr
    assert "honest,hangs" in second.stderr
