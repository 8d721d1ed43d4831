"""Where a step finds its batch in TensorFlow: resident tensors, or tf.data."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

DEVICES = {"cpu": "CPU:0", "gpu": "GPU:0"}


class Preloaded:
    """Features and targets on the device; a batch is its rows' indices."""

    def __init__(self, problem, options):
        with tf.device(DEVICES[options.device]):
            self.features = tf.constant(np.array(problem.features))
            self.targets = tf.constant(np.array(problem.targets))
        self.batch_size = problem.batch_size

    def __call__(self, order):
        full, rest = divmod(len(order), self.batch_size)
        lengths = [self.batch_size] * full + [rest] * bool(rest)
        yield from zip(tf.split(tf.constant(order), lengths), lengths)

    def gather(self, batch):
        return tf.gather(self.features, batch), tf.gather(self.targets, batch)


class Loader:
    """A tf.data pipeline over host memory; a batch is its features and targets."""

    def __init__(self, problem, options):
        with tf.device(DEVICES["cpu"]):
            self.features = tf.constant(np.array(problem.features))
            self.targets = tf.constant(np.array(problem.targets))
            # The pipeline reads the order from here, so that it is built once.
            self.order = tf.Variable(np.zeros(0, np.int64), shape=[None])
            self.batches = self._pipeline(problem.batch_size, options.loader_workers)

    def _pipeline(self, batch_size, workers):
        def starts(_):
            return tf.data.Dataset.range(0, tf.size(self.order, tf.int64), batch_size)

        def rows(start):
            batch = self.order[start : start + batch_size]
            return tf.gather(self.features, batch), tf.gather(self.targets, batch)

        batches = tf.data.Dataset.from_tensors(0).flat_map(starts)
        parallel = {"num_parallel_calls": workers, "deterministic": True} if workers else {}
        return batches.map(rows, **parallel).prefetch(1)

    def __call__(self, order):
        self.order.assign(order)
        for batch in self.batches:
            yield batch, len(batch[1])

    def gather(self, batch):
        return batch


FEEDS = {"preloaded": Preloaded, "loader": Loader}
