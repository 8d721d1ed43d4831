"""Real probes on the CPUs of a real worker, which really stands still."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from bench.engines import machine, probing
from bench.engines.probing import Prober, Probers, stopped
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.skipif(not probing.possible(), reason="this system stops no process")

CPUS = machine.available_cpus()[:1]
SPINNING = "print('spinning', flush=True)\nwhile True: pass"


def environment() -> dict[str, str]:
    return dict(os.environ) | {"PYTHONPATH": str(REPOSITORY), "OPENBLAS_NUM_THREADS": "1"}


def start(cpus: tuple[int, ...] = CPUS) -> Prober:
    return Prober(sys.executable, cpus, environment())


@pytest.fixture
def prober() -> Iterator[Prober]:
    prober = start()
    yield prober
    prober.close()


@pytest.fixture
def spinning() -> Iterator[subprocess.Popen[bytes]]:
    """Return a process that never waits, at the head of its group."""
    process = subprocess.Popen(
        [sys.executable, "-c", SPINNING], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline() == b"spinning\n"
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    with process:
        pass


def test_a_reading_is_three_times_that_took_some(prober):
    for _ in range(2):
        reading = prober.read()
        assert reading is not None
        assert 0 < min(reading.product, reading.streaming, reading.gathering)


def test_it_is_bound_to_the_cpus_that_it_probes(prober):
    assert psutil.Process(prober._process.pid).cpu_affinity() == list(CPUS)


def test_in_between_it_takes_no_time(prober):
    process = psutil.Process(prober._process.pid)
    before = process.cpu_times()
    time.sleep(0.3)
    after = process.cpu_times()
    assert after.user + after.system - before.user - before.system <= 0.02


def test_one_that_was_killed_is_not_asked_again(prober):
    os.killpg(prober._process.pid, signal.SIGKILL)
    assert prober.read() is None
    assert prober.read() is None


def test_one_that_was_killed_can_be_closed():
    prober = start(CPUS)
    os.killpg(prober._process.pid, signal.SIGKILL)
    prober._process.wait()
    assert prober.read() is None
    prober.close()


def test_one_that_does_not_answer_is_not_asked_again(prober, monkeypatch):
    monkeypatch.setattr(probing, "SECONDS_TO_ANSWER", 0.2)
    os.kill(prober._process.pid, signal.SIGSTOP)
    assert prober.read() is None
    os.kill(prober._process.pid, signal.SIGCONT)
    assert prober.read() is None


def test_an_interpreter_that_cannot_probe_gives_no_reading():
    prober = Prober("/bin/false", CPUS, {})
    assert prober.read() is None
    prober.close()


def test_a_worker_stands_still_while_the_machine_is_probed(spinning):
    process = psutil.Process(spinning.pid)
    with stopped(spinning):
        assert process.status() == psutil.STATUS_STOPPED
        before = process.cpu_times().user
        time.sleep(0.2)
        assert process.cpu_times().user == before
    deadline = time.monotonic() + 30
    while process.cpu_times().user == before:
        assert time.monotonic() < deadline


def test_it_goes_on_though_probing_failed(spinning):
    with pytest.raises(RuntimeError), stopped(spinning):
        raise RuntimeError("no probe")
    assert psutil.Process(spinning.pid).status() != psutil.STATUS_STOPPED


def test_a_worker_that_has_ended_is_not_waited_for():
    process = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    process.wait()
    with stopped(process):
        pass


def test_each_set_of_cpus_has_one_prober_and_all_end_with_the_run():
    with Probers(start) as probers:
        one = probers.reader(CPUS)
        assert one is not None
        assert probers.reader(CPUS) == one
        processes = [psutil.Process(prober._process.pid) for prober in probers._started.values()]
        assert len(processes) == 1
    assert not any(process.is_running() for process in processes)


def test_where_there_is_nothing_to_start_there_is_no_reader():
    with Probers(None) as probers:
        assert probers.reader(CPUS) is None
