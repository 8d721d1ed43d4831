"""What a lane wraps in TensorFlow: a step, or the loop over the steps."""

from __future__ import annotations

import tensorflow as tf

# Functions that were traced in this process; tracing runs the Python code of a function once.
traced = 0


def counted(step):
    """Return the same step, counted whenever it is traced."""

    def traced_step(batch):
        global traced
        traced += 1
        return step(batch)

    return traced_step


def eager(step):
    """Return an epoch of steps that are called from Python, operation by operation."""

    def epoch(feed, order):
        total = tf.zeros(())
        for batch, examples in feed(order):
            loss, _ = step(batch)
            total += loss * examples
        return total

    return epoch


def compiled_step(step):
    """Return an epoch of steps that are called from Python, each one compiled function."""
    # The batches of an epoch have two lengths at the most: each is compiled for itself.
    return eager(tf.function(counted(step), jit_compile=True))


def compiled_epoch(step):
    """Return an epoch that is one compiled program, the loop over its steps inside it."""
    step = counted(step)

    @tf.function(jit_compile=True)
    def loop(order, size):
        full, rest = divmod(len(order), size)
        total = tf.zeros(())
        for number in tf.range(full):
            # XLA wants to know how long a batch is, which it sees in this slice alone.
            loss, _ = step(tf.slice(order, [number * size], [size]))
            total += loss * size
        if rest:
            loss, _ = step(order[full * size :])
            total += loss * rest
        return total

    def epoch(feed, order):
        return loop(tf.constant(order), feed.batch_size)

    return epoch


LANES = {"eager": eager, "step": compiled_step, "epoch": compiled_epoch}
