"""Batches brought one ahead, for frameworks that have no loader of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def ahead(fetch: Callable[[Any], Any], batches: Iterable[Any], workers: int) -> Iterator[Any]:
    """Yield ``fetch(batch)`` for each batch, called before the one before it is used up.

    Parameters
    ----------
    workers : int
        Threads that fetch, each one batch; with 0 the calling thread fetches one ahead, which
        helps where the device computes behind its back.
    """
    if not workers:
        yield from _ahead(map(fetch, batches), 1)
        return
    with ThreadPoolExecutor(workers) as pool:
        fetched = _ahead((pool.submit(fetch, batch) for batch in batches), workers)
        for future in fetched:
            yield future.result()


def _ahead(items: Iterable[Any], count: int) -> Iterator[Any]:
    """Yield the items, having asked for so many more."""
    waiting: deque[Any] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting
