"""Batches that are brought ahead come in their order, no earlier than wanted, and leave nothing."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementations.prefetch import ahead

PATIENCE_SECONDS = 60
workers_counts = st.integers(0, 3)


class Fetcher:
    """Fetches batches and remembers which."""

    def __init__(self) -> None:
        self.fetched: list[int] = []
        self._lock = threading.Lock()

    def __call__(self, batch: int) -> int:
        with self._lock:
            self.fetched.append(batch)
        return -batch


def threads_after(before: int) -> int:
    """Return how many threads there are once those that end have ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    return threading.active_count()


@given(st.lists(st.integers()), workers_counts)
def test_every_batch_comes_once_and_in_its_order(batches, workers):
    assert list(ahead(str, batches, workers)) == list(map(str, batches))


@given(st.lists(st.integers(0, 3), max_size=6))
def test_batches_keep_their_order_however_long_each_takes(milliseconds):
    def fetch(batch: tuple[int, int]) -> int:
        time.sleep(batch[1] / 1000)
        return batch[0]

    found = list(ahead(fetch, list(enumerate(milliseconds)), workers=3))
    assert found == list(range(len(milliseconds)))


@given(st.integers(0, 8))
def test_without_workers_one_batch_is_fetched_ahead_by_the_thread_that_trains(count):
    fetch = Fetcher()
    here = threading.active_count()
    for number, batch in enumerate(ahead(fetch, range(count), workers=0)):
        assert batch == -number
        assert fetch.fetched == list(range(min(count, number + 2)))
        assert threading.active_count() == here


@given(st.integers(0, 8), st.integers(1, 3))
def test_with_workers_as_many_are_asked_for_ahead_as_there_are_workers(count, workers):
    asked: list[int] = []

    def batches():
        for number in range(count):
            asked.append(number)
            yield number

    for number, _ in enumerate(ahead(Fetcher(), batches(), workers)):
        assert asked == list(range(min(count, number + workers + 1)))


def test_workers_fetch_while_the_thread_that_trains_is_busy():
    fetch = Fetcher()
    batches = ahead(fetch, range(5), workers=2)
    next(batches)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(fetch.fetched) < 3:
        assert time.monotonic() < deadline, "nothing was fetched meanwhile"
        time.sleep(0.01)
    assert list(batches) == [-1, -2, -3, -4]


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_what_goes_wrong_while_fetching_arrives_where_the_batches_are_used(workers):
    def fetch(batch: int) -> int:
        if batch == 3:
            raise ValueError("row 3 cannot be read")
        return batch

    before = threading.active_count()
    received: list[int] = []
    with pytest.raises(ValueError, match="row 3 cannot be read"):
        received.extend(ahead(fetch, range(5), workers))
    assert received == ([0, 1, 2] if workers else [0, 1])
    assert threads_after(before) == before


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_no_thread_is_left_when_the_batches_are_used_up(workers):
    before = threading.active_count()
    assert len(list(ahead(Fetcher(), range(10), workers))) == 10
    assert threads_after(before) == before


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_no_thread_is_left_when_an_epoch_is_broken_off(workers):
    before = threading.active_count()
    batches = ahead(Fetcher(), range(10), workers)
    next(batches)
    batches.close()
    assert threads_after(before) == before
