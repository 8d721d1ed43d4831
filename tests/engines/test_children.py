"""Whatever a run has started ends with it, however the run ends and wherever that has gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bench.engines import guardian
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="without /proc")

PATIENCE_SECONDS = 120
# Starts a child, and one that has left its parent, its group and its session; then waits.
HARNESS = """
import subprocess, sys, time
from bench.engines import children
with children.ended_with_the_run():
    children.start(["sleep", "3600"], {"RUN": sys.argv[1]})
    leave = "import subprocess; subprocess.Popen(['sleep', '3600'], start_new_session=True)"
    children.start([sys.executable, "-c", leave], {"RUN": sys.argv[1]}).wait()
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def harness(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HARNESS, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    yield process
    process.kill()
    process.communicate()


def started_by(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("RUN") == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_until_nothing_is_left(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while started_by(folder):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_all_ends_with_a_run_that_is_killed(harness, tmp_path):
    assert len(started_by(tmp_path)) == 2
    harness.send_signal(signal.SIGKILL)
    wait_until_nothing_is_left(tmp_path)


def test_all_has_ended_when_a_run_has(harness, tmp_path):
    harness.communicate(timeout=PATIENCE_SECONDS)
    assert harness.returncode == 0
    assert started_by(tmp_path) == []


def test_orphans_become_children_of_the_run(harness, tmp_path):
    assert all(process.ppid() == harness.pid for process in started_by(tmp_path))


def test_a_mark_is_found_with_those_that_are_made_of_it_and_no_others():
    program = "import sys; print('ready', flush=True); sys.stdin.read()"
    processes = {}
    for mark in ("a1", "a1-b", "a1-bc", "a12"):
        processes[mark] = subprocess.Popen(
            [sys.executable, "-c", program],
            env={guardian.VARIABLE: mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert processes[mark].stdout.readline() == b"ready\n"
    try:
        found = {mark: set(guardian.marked(mark)) for mark in ("a1", "a1-b")}
        numbers = {mark: process.pid for mark, process in processes.items()}
        assert found["a1"] == {numbers["a1"], numbers["a1-b"], numbers["a1-bc"]}
        assert found["a1-b"] == {numbers["a1-b"]}
    finally:
        for process in processes.values():
            process.communicate()
