"""Where a step finds its batch in JAX: resident arrays, or slices that follow from the host."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from implementations.prefetch import ahead


class Preloaded:
    """Features and targets on the device; a batch is its rows' indices."""

    def __init__(self, problem, options):
        # Arrays live on jax_default_device, which the framework's configure() has set: an explicit
        # device would commit some of a step's arguments and not others, and compile it once more.
        self.data = jnp.array(problem.features), jnp.array(problem.targets)
        self.batch_size = problem.batch_size
        jax.block_until_ready(self.data)

    def __call__(self, order):
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            yield batch, len(batch)

    def gather(self, data, batch):
        features, targets = data
        return features[batch], targets[batch]


class Loader:
    """Slices of host memory, put on the device one batch ahead; JAX has no loader of its own.

    While the device computes with one batch, which JAX does behind Python's back, the next one is
    gathered and copied, by threads where there are workers.
    """

    def __init__(self, problem, options):
        self.features, self.targets = np.array(problem.features), np.array(problem.targets)
        # Nothing is resident.
        self.data = ()
        self.batch_size = problem.batch_size
        self.workers = options.loader_workers

    def __call__(self, order):
        batches = [order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)]
        for batch in ahead(self._put, batches, self.workers):
            yield batch, len(batch[1])

    def _put(self, batch):
        return jax.device_put((self.features.take(batch, axis=0), self.targets[batch]))

    def gather(self, data, batch):
        return batch


FEEDS = {"preloaded": Preloaded, "loader": Loader}
