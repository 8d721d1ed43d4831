"""What a lane wraps in TensorFlow: a step, or the loop over the steps."""

from __future__ import annotations

from functools import partial

import tensorflow as tf

# Functions that were traced in this process.
traced = 0


def counted(step):
    """Return the same step, counted whenever it is traced: only then its Python code runs."""

    def traced_step(batch):
        global traced
        traced += 1
        return step(batch)

    return traced_step


def eager(step):
    """Return an epoch of steps that are called from Python, operation by operation."""

    def epoch(feed, order):
        losses, counts = [], []
        for batch, examples in feed(order):
            loss, _ = step(batch)
            losses.append(loss)
            counts.append(examples)
        # Two operations for all steps are faster than two for each.
        return tf.tensordot(tf.stack(losses), tf.constant(counts, tf.float32), 1)

    return epoch


def compiled_step(step, jit_compile):
    """Return an epoch of steps that are called from Python, each one compiled function.

    The batches of an epoch have two lengths at the most. Each has a concrete function of its own:
    a tf.function compares its arguments with all that it has traced, at every call.
    """
    step = counted(step)

    def compile_for(examples, batch):
        def add_loss(total, batch):
            loss, updated = step(batch)
            return total + loss * examples, updated

        function = tf.function(add_loss, jit_compile=jit_compile)
        return function.get_concrete_function(tf.zeros(()), batch)

    functions = {}

    def epoch(feed, order):
        total = tf.zeros(())
        for batch, examples in feed(order):
            if examples not in functions:
                functions[examples] = compile_for(examples, batch)
            total, _ = functions[examples](total, batch)
        return total

    return epoch


def compiled_epoch(step):
    """Return an epoch that is one compiled program, the loop over its steps inside it."""
    step = counted(step)

    @tf.function(jit_compile=True)
    def loop(order, size):
        full = order.shape[0] // size * size
        total = tf.zeros(())
        for batch in tf.reshape(order[:full], [-1, size]):
            loss, _ = step(batch)
            total += loss * size
        last = order[full:]
        if last.shape[0]:
            loss, _ = step(last)
            total += loss * last.shape[0]
        return total

    def epoch(feed, order):
        return loop(tf.constant(order), min(feed.batch_size, len(order)))

    return epoch


def fed_epoch(step):
    """Return an epoch that is one compiled program, its batches coming from a dataset.

    XLA has no datasets, so the program is a graph of TensorFlow's own kernels. It is handed an
    iterator: a loop over the dataset itself would be prepared anew in every epoch.
    """
    step = counted(step)

    @tf.function
    def loop(batches):
        total = tf.zeros(())
        for features, targets in batches:
            loss, _ = step((features, targets))
            total += loss * tf.cast(tf.shape(targets)[0], tf.float32)
        return total

    def epoch(feed, order):
        return loop(iter(feed.dataset(order)))

    return epoch


def lane(options, xla_step):
    """Return what makes an epoch of a step.

    Parameters
    ----------
    xla_step : bool
        Whether XLA makes the faster step of resident data. It never does of a batch that is handed
        in.
    """
    is_resident = options.input == "preloaded"
    lanes = {
        "eager": eager,
        "step": partial(compiled_step, jit_compile=xla_step and is_resident),
        "epoch": compiled_epoch if is_resident else fed_epoch,
    }
    return lanes[options.execution]
