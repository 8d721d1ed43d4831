"""Where a step finds its batch in TensorFlow: resident tensors, or a tf.data dataset."""

from __future__ import annotations

import numpy as np
import tensorflow as tf


class Preloaded:
    """Features and targets on the device; a batch is its rows' indices."""

    def __init__(self, problem, options):
        # Tensors live on the GPU where there is one: the framework's configure() hides it from
        # trials on the CPU.
        self.features = tf.constant(np.array(problem.features))
        self.targets = tf.constant(np.array(problem.targets))
        self.batch_size = problem.batch_size

    def __call__(self, order):
        full, rest = divmod(len(order), self.batch_size)
        # One split is faster than a slice for each batch.
        lengths = [self.batch_size] * full + [rest] * (rest > 0)
        for batch in tf.split(tf.constant(order), lengths):
            yield batch, len(batch)

    def gather(self, batch):
        return tf.gather(self.features, batch), tf.gather(self.targets, batch)


class Loader:
    """A tf.data dataset over host memory; a batch is its features and targets there.

    Its elements are whole batches, so that no examples are put together. It is made once and reads
    the order from a variable: making one for every order would take as long again as the gathering.
    """

    def __init__(self, problem, options):
        with tf.device("CPU:0"):
            self.features = tf.constant(np.array(problem.features))
            self.targets = tf.constant(np.array(problem.targets))
            self.order = tf.Variable(tf.zeros(0, tf.int64), shape=[None])
        self.batch_size = problem.batch_size
        workers = options.loader_workers
        self.batches = tf.data.Dataset.from_tensors(0).flat_map(self._starts)
        if workers:
            self.batches = self.batches.map(self._rows, workers, deterministic=True).prefetch(1)
        else:
            self.batches = self.batches.map(self._rows)
        threads = tf.data.Options()
        threads.threading.private_threadpool_size = max(1, workers)
        self.batches = self.batches.with_options(threads)

    def _starts(self, _):
        size = tf.size(self.order, tf.int64)
        return tf.data.Dataset.range(0, size, self.batch_size)

    def _rows(self, start):
        batch = self.order[start : start + self.batch_size]
        return tf.gather(self.features, batch), tf.gather(self.targets, batch)

    def dataset(self, order):
        self.order.assign(order)
        return self.batches

    def __call__(self, order):
        for batch in self.dataset(order):
            yield batch, len(batch[1])

    def gather(self, batch):
        return batch


FEEDS = {"preloaded": Preloaded, "loader": Loader}
