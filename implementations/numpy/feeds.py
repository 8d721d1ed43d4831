"""Where a step finds its batch in NumPy: resident arrays, or slices that follow from the host."""

from __future__ import annotations

import numpy as np

from implementations.prefetch import ahead


def array_module(device):
    """Return what makes arrays: NumPy, or on a GPU CuPy.

    NumPy's functions hand an array of CuPy's on to CuPy, so only what makes arrays must choose.
    """
    if device == "gpu":
        import cupy

        return cupy
    return np


def to_host(array):
    """Return a copy in NumPy's own memory."""
    return np.array(array) if isinstance(array, np.ndarray) else array.get()


class Preloaded:
    """Features and targets on the device; a batch is its rows' indices."""

    def __init__(self, problem, options):
        self.xp = array_module(options.device)
        self.features = self.xp.array(problem.features)
        self.targets = self.xp.array(problem.targets)
        self.batch_size = problem.batch_size

    def __call__(self, order):
        order = self.xp.asarray(order)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            yield batch, len(batch)

    def gather(self, batch):
        return self.features.take(batch, axis=0), self.targets.take(batch, axis=0)


class Loader:
    """Slices of host memory, put on the device one batch ahead; NumPy has no loader of its own.

    On a CPU this is what threads gather, where there are workers, while the one that trains
    computes.
    """

    def __init__(self, problem, options):
        self.xp = array_module(options.device)
        self.features, self.targets = np.array(problem.features), np.array(problem.targets)
        self.batch_size = problem.batch_size
        self.workers = options.loader_workers

    def __call__(self, order):
        batches = [order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)]
        for batch in ahead(self._put, batches, self.workers):
            yield batch, len(batch[1])

    def _put(self, batch):
        features, targets = self.features.take(batch, axis=0), self.targets.take(batch, axis=0)
        return self.xp.asarray(features), self.xp.asarray(targets)

    def gather(self, batch):
        return batch


FEEDS = {"preloaded": Preloaded, "loader": Loader}
