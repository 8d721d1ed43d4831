"""Workers that take turns: one at a time, in order, and all are gone when it ends early."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from bench.engines.local import Boundaries, Turn
from bench.engines.turns import GivenUp, Turns

KEYS = ("a", "b", "c")
PATIENCE_SECONDS = 30


@pytest.fixture
def three_spinning():
    """Three processes that never rest."""
    spin = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(spin, start_new_session=True) for _ in KEYS]
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def take_part(turns: Turns, key: str, times: int, seen: list[str]) -> None:
    turns.take(key)
    try:
        for _ in range(times):
            seen.append(key)
            turns.pass_on(key)
    finally:
        turns.leave(key)


def test_each_has_its_turn_in_the_order_that_was_given():
    seen: list[str] = []
    turns = Turns(KEYS)
    with ThreadPoolExecutor(3) as threads:
        # The last one comes first, and waits.
        for key in reversed(KEYS):
            threads.submit(take_part, turns, key, 3, seen)
    assert seen == [*KEYS] * 3


def test_who_is_through_is_not_waited_for():
    seen: list[str] = []
    turns = Turns(KEYS)
    with ThreadPoolExecutor(3) as threads:
        for key, times in zip(KEYS, (1, 3, 2)):
            threads.submit(take_part, turns, key, times, seen)
    assert seen == ["a", "b", "c", "b", "c", "b"]


def test_of_the_workers_at_most_one_runs(three_spinning):
    turns = Turns(KEYS)
    running: list[int] = []

    def work(key: str, process: subprocess.Popen[bytes]) -> None:
        boundaries = Boundaries(turn=Turn(turns, key), epochs=2)
        turns.take(key)
        boundaries.reached(process, 1)
        # All have been stopped once by now, and it is this one's turn again.
        awake = [psutil.Process(one.pid).status() for one in three_spinning]
        running.append(sum(status != psutil.STATUS_STOPPED for status in awake))
        boundaries.reached(process, 2)
        turns.leave(key)
        process.kill()

    with ThreadPoolExecutor(3) as threads:
        for key, process in zip(KEYS, three_spinning):
            threads.submit(work, key, process)
    assert running == [1, 1, 1]


def test_turns_change_after_every_epoch_and_probes_come_at_most_ten_times_a_second():
    assert Boundaries(turn=Turn(Turns(KEYS), "a")).seconds_between_stops == 0
    assert Boundaries(lambda: None, Turn(Turns(KEYS), "a")).seconds_between_stops == 0
    assert Boundaries(lambda: None).seconds_between_stops == 0.1
    assert Boundaries().seconds_between_stops is None


def test_when_it_is_given_up_all_workers_are_ended_and_nobody_waits_on(three_spinning):
    turns = Turns(KEYS)
    ended: list[str] = []

    def wait_for_ever(key: str) -> None:
        try:
            turns.take(key)
            threading.Event().wait(0 if key != "a" else 0.2)
            turns.require()
        except GivenUp:
            ended.append(key)

    for process in three_spinning:
        turns.started(process)
    with ThreadPoolExecutor(3) as threads:
        for key in KEYS:
            threads.submit(wait_for_ever, key)
        turns.give_up()
    assert sorted(ended) == [*KEYS]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(process.poll() is None for process in three_spinning):
        assert time.monotonic() < deadline


def test_a_worker_that_has_ended_by_itself_is_not_ended_again(three_spinning):
    turns = Turns(KEYS)
    turns.started(three_spinning[0])
    turns.ended(three_spinning[0])
    turns.give_up()
    assert three_spinning[0].poll() is None
