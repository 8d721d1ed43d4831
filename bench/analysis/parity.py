"""Is it the same model? One trial against the float64 reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bench.records.model import CellParity, Parity, Trial

# Unit of float32: the distance from 1 to the next number.
EPSILON = {"float32": float(np.finfo(np.float32).eps)}
# Rounding errors of independent steps add up like a random walk, in proportion to the square root
# of their number (Higham & Mary, SIAM J. Sci. Comput. 41, 2019, A2815-A2835, theorem 3.1); 16 is
# their lambda and the inner products' share together. docs/method.md compares with measured errors.
SAFETY = 16.0
# Never looser than this on parameters, however many steps.
LOOSEST = 1e-4


@dataclass(frozen=True)
class Course:
    """The course of one training: what is compared.

    Attributes
    ----------
    train_loss : sequence of float
        Of every epoch.
    first_step, final : pair of array_like
        Weight and bias after the first step and after the last.
    """

    train_loss: Sequence[float]
    first_step: tuple[ArrayLike, ArrayLike]
    final: tuple[ArrayLike, ArrayLike]


def tolerance(steps: int, dtype: str = "float32") -> float:
    """Return the bound on a parameter's absolute error after a number of steps.

    ``min(1e-4, 16 * eps * sqrt(steps))``, with eps the spacing of the dtype at 1.
    """
    return min(LOOSEST, SAFETY * EPSILON[dtype] * math.sqrt(steps))


def first_step_tolerance(
    expected: tuple[ArrayLike, ArrayLike], learning_rate: float, dtype: str = "float32"
) -> float:
    """Return the bound on a parameter's absolute error after the first step.

    ``16 * eps * max(largest parameter, learning rate)``: the step is the learning rate times a
    mean of products of numbers up to about 1, added to the parameter. It is some ten times below
    what TF32 or float16 products bring about, and never looser than 1e-4.
    """
    largest = max(float(np.abs(np.asarray(one)).max()) for one in expected)
    return min(LOOSEST, SAFETY * EPSILON[dtype] * max(largest, learning_rate))


def loss_tolerance(steps: int, loss: float, dtype: str = "float32") -> float:
    """Return the bound on the error of an epoch's mean loss: relative above 1, absolute below."""
    return tolerance(steps, dtype) * max(1.0, abs(loss))


def largest_error(
    found: tuple[ArrayLike, ArrayLike], expected: tuple[ArrayLike, ArrayLike]
) -> float:
    """Return the largest absolute difference; infinite for other shapes or numbers not finite."""
    return max(_largest_difference(one, other) for one, other in zip(found, expected))


def _largest_difference(found: ArrayLike, expected: ArrayLike) -> float:
    one, other = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    if one.shape != other.shape or not np.isfinite(one).all():
        return math.inf
    return float(np.abs(one - other).max())


def check(
    found: Course,
    expected: Course,
    steps_per_epoch: int,
    learning_rate: float,
    dtype: str = "float32",
) -> Parity:
    """Compare a trial's course with the reference's."""
    epochs = len(expected.train_loss)
    first_error = largest_error(found.first_step, expected.first_step)
    final_error = largest_error(found.final, expected.final)
    first_bound = first_step_tolerance(expected.first_step, learning_rate, dtype)
    final_bound = tolerance(steps_per_epoch * epochs, dtype)
    loss_error, loss_bound, loss_epoch = _worst_loss(found, expected, steps_per_epoch, dtype)
    reason = None
    if len(found.train_loss) != epochs:
        reason = f"{len(found.train_loss)} epochs instead of {epochs}"
    elif first_error > first_bound:
        reason = f"after the first step parameters are off by {first_error:.2g} > {first_bound:.2g}"
    elif loss_error > loss_bound:
        reason = f"the loss of epoch {loss_epoch} is off by {loss_error:.2g} > {loss_bound:.2g}"
    elif final_error > final_bound:
        reason = f"at the end parameters are off by {final_error:.2g} > {final_bound:.2g}"
    return Parity(
        passed=reason is None,
        max_abs_error=finite(max(first_error, final_error)),
        tolerance=final_bound,
        first_step_error=finite(first_error),
        first_step_tolerance=first_bound,
        final_error=finite(final_error),
        loss_error=finite(loss_error),
        loss_tolerance=loss_bound,
        reason=reason,
    )


def _worst_loss(
    found: Course, expected: Course, steps_per_epoch: int, dtype: str
) -> tuple[float, float, int]:
    """Return error, bound and number of the epoch whose loss is worst for its bound."""
    worst = (0.0, tolerance(steps_per_epoch, dtype), 1)
    for epoch, (one, other) in enumerate(zip(found.train_loss, expected.train_loss), start=1):
        error = abs(one - other) if math.isfinite(one) else math.inf
        bound = loss_tolerance(epoch * steps_per_epoch, other, dtype)
        if error / bound > worst[0] / worst[1]:
            worst = (error, bound, epoch)
    return worst


def finite(number: float) -> float | None:
    """Return the number, or None where JSON has no word for it."""
    return number if math.isfinite(number) else None


def worst(trials: Sequence[Trial]) -> CellParity:
    """Return the parity of a cell: passed if every trial passed, with the largest error."""
    errors = [trial.parity.max_abs_error for trial in trials]
    known = [error for error in errors if error is not None]
    return CellParity(
        passed=all(trial.parity.passed for trial in trials),
        max_abs_error=max(known) if len(known) == len(errors) else None,
        tolerance=trials[0].parity.tolerance,
    )
