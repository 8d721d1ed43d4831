"""Where a step finds its batch in MLX: resident arrays, or slices that follow from the host."""

from __future__ import annotations

import mlx.core as mx
import numpy as np

from implementations.prefetch import ahead


class Preloaded:
    """Features and targets on the device; a batch is its rows' indices."""

    def __init__(self, problem, options):
        # Arrays live on the default device, which the framework's configure() has set.
        self.features, self.targets = mx.array(problem.features), mx.array(problem.targets)
        self.batch_size = problem.batch_size
        mx.eval(self.features, self.targets)

    def __call__(self, order):
        order = mx.array(order)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            yield batch, len(batch)

    def gather(self, batch):
        return self.features[batch], self.targets[batch]


class Loader:
    """Slices of host memory, put on the device one batch ahead; MLX has no loader of its own.

    Threads gather them, where there are workers, while the device computes.
    """

    def __init__(self, problem, options):
        self.features, self.targets = np.array(problem.features), np.array(problem.targets)
        self.batch_size = problem.batch_size
        self.workers = options.loader_workers

    def __call__(self, order):
        batches = [order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)]
        for batch in ahead(self._put, batches, self.workers):
            yield batch, len(batch[1])

    def _put(self, batch):
        return mx.array(self.features.take(batch, axis=0)), mx.array(self.targets[batch])

    def gather(self, batch):
        return batch


FEEDS = {"preloaded": Preloaded, "loader": Loader}
