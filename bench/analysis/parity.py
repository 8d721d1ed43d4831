"""Is it the same model? One trial against the float64 reference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bench.records.model import CellParity, Parity, Trial

# A bound is this many times the largest effect that rounding alone had on the replays of the
# training (workloads/rounding.py). docs/method.md compares with what frameworks reach.
MULTIPLE = 4.0
# Or this many times rounding and what a framework's own arithmetic adds, if that is more.
OWN_MULTIPLE = 2.0
# Never tighter than so many units in the last place of float32, where replays agree by luck.
UNITS = 4.0
# Never looser than this, relative for losses above 1: where rounding alone does more than a
# quarter of it, parameters no longer tell one model from another.
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


@dataclass(frozen=True)
class Distances:
    """How far one course is from another, or may be: largest absolute differences.

    Attributes
    ----------
    first_step, final : float
        Of the parameters after the first step and after the last.
    train_loss : sequence of float
        Of every epoch.
    """

    first_step: float
    final: float
    train_loss: Sequence[float]


def distances(found: Course, expected: Course) -> Distances:
    """Return how far a course is from the expected one; infinite where it is not finite."""
    return Distances(
        largest_error(found.first_step, expected.first_step),
        largest_error(found.final, expected.final),
        [
            abs(loss - other) if math.isfinite(loss) else math.inf
            for loss, other in zip(found.train_loss, expected.train_loss)
        ],
    )


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


def bounds(rounding: Distances, own: Distances, expected: Course) -> Distances:
    """Return how far a trial may be from what is expected of it.

    ``min(1e-4, max(4 rounding, 2 (rounding + own), 4 ulp))``, where an ulp is the spacing of
    float32 at the largest number that is compared; of losses above 1 the first is relative.

    Parameters
    ----------
    rounding : Distances
        The largest effects of rounding on replays of the training.
    own : Distances
        What the framework's own arithmetic adds.
    """
    return Distances(
        _bound(rounding.first_step, own.first_step, _largest(expected.first_step)),
        _bound(rounding.final, own.final, _largest(expected.final)),
        [
            _bound(effect, added, abs(loss), LOOSEST * max(1.0, abs(loss)))
            for effect, added, loss in zip(rounding.train_loss, own.train_loss, expected.train_loss)
        ],
    )


def _bound(rounding: float, own: float, size: float, loosest: float = LOOSEST) -> float:
    unit = float(np.spacing(np.float32(size)))
    together = OWN_MULTIPLE * (rounding + own)
    return min(loosest, max(MULTIPLE * rounding, together, UNITS * unit))


def _largest(parameters: tuple[ArrayLike, ArrayLike]) -> float:
    return max(float(np.abs(np.asarray(array)).max()) for array in parameters)


def check(found: Course, expected: Course, bounds: Distances) -> Parity:
    """Compare a trial's course with the reference's."""
    epochs = len(expected.train_loss)
    errors = distances(found, expected)
    loss_error, loss_bound, loss_epoch = _worst_loss(errors, bounds)
    reason = None
    if len(found.train_loss) != epochs:
        reason = f"{len(found.train_loss)} epochs instead of {epochs}"
    elif errors.first_step > bounds.first_step:
        reason = (
            f"after the first step parameters are off by {errors.first_step:.2g} > "
            f"{bounds.first_step:.2g}"
        )
    elif loss_error > loss_bound:
        reason = f"the loss of epoch {loss_epoch} is off by {loss_error:.2g} > {loss_bound:.2g}"
    elif errors.final > bounds.final:
        reason = f"at the end parameters are off by {errors.final:.2g} > {bounds.final:.2g}"
    return Parity(
        passed=reason is None,
        max_abs_error=finite(max(errors.first_step, errors.final)),
        tolerance=bounds.final,
        first_step_error=finite(errors.first_step),
        first_step_tolerance=bounds.first_step,
        final_error=finite(errors.final),
        loss_error=finite(loss_error),
        loss_tolerance=loss_bound,
        reason=reason,
    )


def _worst_loss(errors: Distances, bounds: Distances) -> tuple[float, float, int]:
    """Return error, bound and number of the epoch whose loss is worst for its bound."""
    worst = (0.0, bounds.train_loss[0], 1)
    for epoch, (error, bound) in enumerate(zip(errors.train_loss, bounds.train_loss), start=1):
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
