"""The kernel's counters see what another process does."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from bench.worker import evidence

counted = pytest.mark.skipif(evidence.method() == "none", reason="this system has no such counters")
EVERY_CPU = tuple(range(os.cpu_count() or 1))


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_counters_never_run_backwards():
    before = evidence.read(EVERY_CPU)
    burn(0.05)
    after = evidence.read(EVERY_CPU)
    found = evidence.between(before, after)
    assert after.cpu_seconds - before.cpu_seconds >= 0.05
    assert found.involuntary_context_switches >= 0
    assert found.waiting_seconds >= 0
    assert found.steal_seconds >= 0


@counted
def test_another_process_at_work_is_foreign_cpu_time():
    before = evidence.read(EVERY_CPU)
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as neighbour:
        try:
            # However long that takes on a busy machine.
            while psutil.Process(neighbour.pid).cpu_times().user < 0.4:
                time.sleep(0.05)
            found = evidence.between(before, evidence.read(EVERY_CPU))
        finally:
            neighbour.kill()
    assert found.foreign_cpu_seconds > 0.2


@counted
def test_the_process_itself_is_in_the_run_queue():
    assert evidence.read(EVERY_CPU).run_queue >= 1


@counted
def test_only_the_given_cpus_are_asked_for_steal():
    assert evidence.read(()).steal_seconds == 0
