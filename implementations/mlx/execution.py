"""What a lane wraps in MLX: a step, and the variables that it changes in place."""

from __future__ import annotations

from functools import partial

import mlx.core as mx


def eager(step, state=None):
    """Return the step itself: a graph of its operations, drawn anew each time."""
    return step


def compiled_step(step, state=None):
    """Return the step as one compiled function."""
    return partial(mx.compile, inputs=state, outputs=state)(step)


LANES = {"eager": eager, "step": compiled_step}
