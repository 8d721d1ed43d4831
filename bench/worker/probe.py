"""A small fixed piece of work, timed again and again: what the machine can do at this moment.

``python -m bench.worker HARNESS probe CPUS`` answers each line on its input with the seconds of
three kernels, after what bounds an epoch: arithmetic, streaming, and gathering mini-batches. On
every CPU a thread, bound to it, does the same work on data of its own: the kernel would put two
threads that wake for a millisecond on one CPU where a worker has kept it busy alone, and the probe
would tell of the worker instead of the machine. The BLAS is to have one thread, by the environment
that the process is started in, so that nothing spins when the work is done. Of a few repetitions
the median counts; the first is not timed, so that it matters little what the caches hold.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench.worker import binding

# Little data: what a probe evicts from the caches the next epoch has to read again.
REPETITIONS = 3
PRODUCT_SIZE = 448
STREAMED_FLOATS = 1_000_000
ROWS, FEATURES, OUTPUTS = 4_096, 784, 10
BATCHES, BATCH_SIZE = 12, 256


@dataclass(frozen=True)
class Reading:
    """What the three kernels took, in seconds.

    Attributes
    ----------
    product : float
        A product of square float32 matrices.
    streaming : float
        A dot product of two arrays that the caches of a core do not hold.
    gathering : float
        Mini-batches of rows gathered in random order, each times a thin matrix.
    """

    product: float
    streaming: float
    gathering: float


class Kernels:
    """The data of one thread, and the work on them."""

    def __init__(self, seed: int):
        generator = np.random.default_rng(seed)
        self._matrix = generator.random((PRODUCT_SIZE, PRODUCT_SIZE), np.float32)
        self._product = np.empty_like(self._matrix)
        self._streamed = [np.ones(STREAMED_FLOATS, np.float32) for _ in range(2)]
        self._features = generator.random((ROWS, FEATURES), np.float32)
        self._weight = generator.random((FEATURES, OUTPUTS), np.float32)
        self._rows = generator.permutation(ROWS)[: BATCHES * BATCH_SIZE].reshape(BATCHES, -1)

    def product(self) -> None:
        np.matmul(self._matrix, self._matrix, out=self._product)

    def streaming(self) -> None:
        np.dot(*self._streamed)

    def gathering(self) -> None:
        for rows in self._rows:
            self._features[rows] @ self._weight


@dataclass(frozen=True)
class Place:
    """A CPU, with a thread that stays on it and the data of that thread."""

    thread: ThreadPoolExecutor
    kernels: Kernels


def place(cpu: int) -> Place:
    """Return the place of a CPU."""
    thread = ThreadPoolExecutor(1)
    if hasattr(os, "sched_setaffinity"):
        # Of the thread that calls.
        thread.submit(os.sched_setaffinity, 0, {cpu}).result()
    return Place(thread, Kernels(cpu))


def read(places: Sequence[Place]) -> Reading:
    """Return what each kernel takes now, at all places at once."""

    def seconds(work: Callable[[Kernels], None]) -> float:
        found = []
        for _ in range(REPETITIONS + 1):
            start = time.perf_counter()
            for future in [one.thread.submit(work, one.kernels) for one in places]:
                future.result()
            found.append(time.perf_counter() - start)
        return statistics.median(found[1:])

    return Reading(seconds(Kernels.product), seconds(Kernels.streaming), seconds(Kernels.gathering))


def serve(cpus: tuple[int, ...], requests: Any, answers: Any) -> None:
    """Answer every line with a reading, until there are no more."""
    binding.bind(cpus)
    places = [place(cpu) for cpu in cpus]
    for _ in requests:
        print(json.dumps(asdict(read(places))), file=answers, flush=True)


def main(cpus: str) -> None:
    """Probe the CPUs that are listed with commas between them."""
    binding.hear_signals()
    serve(tuple(map(int, cpus.split(","))), sys.stdin, sys.stdout)
