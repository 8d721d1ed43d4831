"""What a lane wraps in JAX: a step, or the loop over the steps."""

from __future__ import annotations

from functools import partial

import jax


def eager(step):
    """Return an epoch of steps that are called from Python, operation by operation."""

    def epoch(state, feed, order):
        for batch, examples in feed(order):
            state = step(state, feed.data, batch, examples)
        return state

    return epoch


def compiled_step(step):
    """Return an epoch of steps that are called from Python, each one compiled function."""
    return eager(jax.jit(step))


def compiled_epoch(step):
    """Return an epoch that is one compiled program, the loop over its steps inside it."""

    @partial(jax.jit, static_argnames="size")
    def scan(state, data, order, size):
        def body(state, batch):
            return step(state, data, batch, size), None

        full = len(order) // size * size
        state, _ = jax.lax.scan(body, state, order[:full].reshape(-1, size))
        last = order[full:]
        return step(state, data, last, len(last)) if len(last) else state

    def epoch(state, feed, order):
        return scan(state, feed.data, order, min(feed.batch_size, len(order)))

    return epoch


LANES = {"eager": eager, "step": compiled_step, "epoch": compiled_epoch}
