"""One run at a time, held and freed by real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.engines.lock import MachineBusy, lock_file, machine_lock

HOLDER = """
import sys
from bench.engines.lock import machine_lock
with machine_lock("2025-01-02T03:04:05+00:00", "softmax-bench run --quick"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock a folder of the test's own, not the machine that others measure on."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@contextmanager
def another_run(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env=os.environ | {"TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def hold() -> None:
    """Take the lock and give it back."""
    with machine_lock("now", "softmax-bench run"):
        pass


def test_a_free_machine_is_held_at_once():
    hold()


def test_a_run_frees_the_machine_when_it_ends():
    hold()
    hold()


def test_a_run_frees_the_machine_when_it_fails():
    with pytest.raises(ZeroDivisionError), machine_lock("now", "softmax-bench run"):
        raise ZeroDivisionError
    hold()


def test_a_second_run_is_refused_at_once(tmp_path):
    with another_run(tmp_path), pytest.raises(MachineBusy, match="Another run is measuring"):
        hold()


def test_the_refusal_says_who_holds_the_machine(tmp_path):
    with another_run(tmp_path) as holder, pytest.raises(MachineBusy) as error:
        hold()
    assert f"process {holder.pid}" in str(error.value)
    assert "started 2025-01-02T03:04:05+00:00" in str(error.value)
    assert "softmax-bench run --quick" in str(error.value)


def test_a_refused_run_does_not_disturb_the_holder(tmp_path):
    with another_run(tmp_path) as holder:
        for _ in range(2):
            with pytest.raises(MachineBusy, match=f"process {holder.pid}"):
                hold()


def test_a_holder_that_has_not_said_who_it_is_is_refused_too(tmp_path):
    with another_run(tmp_path):
        for said in tmp_path.glob("*.json"):
            said.unlink()
        with pytest.raises(MachineBusy, match="has not said who it is"):
            hold()


def test_a_run_that_is_killed_frees_the_machine(tmp_path):
    with another_run(tmp_path) as holder:
        holder.kill()
        holder.wait()
        hold()


def test_the_next_holder_is_named_where_a_killed_one_left_its_name(tmp_path):
    with another_run(tmp_path) as killed:
        killed.kill()
        killed.wait()
        with another_run(tmp_path) as holder, pytest.raises(MachineBusy) as error:
            hold()
    assert f"process {holder.pid}," in str(error.value)


def test_a_run_that_ended_leaves_no_name_behind(tmp_path):
    hold()
    assert list(tmp_path.glob("*.json")) == []


def test_all_runs_on_a_machine_share_one_lock(tmp_path):
    assert lock_file() == tmp_path / "softmax-bench.lock"


def test_a_holder_that_cannot_be_named_does_not_stop_the_run(tmp_path):
    (tmp_path / "softmax-bench.holder.json").mkdir()
    with machine_lock("now", "softmax-bench run"):
        assert (tmp_path / "softmax-bench.lock").exists()
