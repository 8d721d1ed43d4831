"""What rounding alone does to a training: replayed in float32, in several orders of summation.

Every correct implementation rounds, each in its own places: it adds the terms of an inner product
one after another or in chunks, in an order that its library and the machine choose, and it divides
by the size of the batch early or late. Each replay is the reference's training with such choices
made at random. How far the replays end from the reference is what a trial may be off by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.analysis import parity
from bench.analysis.parity import Course, Distances, distances
from bench.workloads.reference import LOSSES, BatchLoss, Reference, clip
from implementations.contract import Form, Framework, Model, Parameters, Problem

SEED = 20190802
# Orders in which the losses of an epoch are added up, for each replay.
LOSS_SUMS = 16
# Of a few parameters the largest error is a matter of luck; more replays look more often.
FEW_PARAMETERS = 1_000
REPLAYS_OF_FEW = 4


@dataclass(frozen=True)
class Arithmetic:
    """One way to compute a training.

    Attributes
    ----------
    chunk : int or None
        How many terms of an inner product the library's matrix product adds; these sums are then
        added one after another. None leaves all terms to the library.
    by_logarithm : bool
        Whether probabilities are exp(log-probability), rather than quotients.
    divides_early : bool
        Whether each residual is divided by the size of the batch, rather than the gradient.
    dtype : type
        What every number is rounded to.
    log_probability_error : float
        What is added to every log-probability.
    """

    chunk: int | None = None
    by_logarithm: bool = False
    divides_early: bool = True
    dtype: type[np.floating[Any]] = np.float32
    log_probability_error: float = 0.0


ARITHMETICS = (
    Arithmetic(),
    Arithmetic(by_logarithm=True, divides_early=False),
    Arithmetic(chunk=64, divides_early=False),
    Arithmetic(chunk=8, by_logarithm=True),
)
# Small enough for its effect to be in proportion, large enough for float64 to show it.
SMALL_ERROR = 1e-6


@dataclass(frozen=True)
class Replay:
    """What came of a training in some arithmetic.

    Attributes
    ----------
    losses, clipped_losses : ndarray of shape (epochs, examples)
        Of each example in the order of use, at the parameters before its own step.
    """

    losses: NDArray[Any]
    clipped_losses: NDArray[Any]
    first_step: Parameters
    final: Parameters


@dataclass(frozen=True)
class Rounding:
    """The largest differences from the reference that arithmetic brings about.

    Attributes
    ----------
    effects, clipped_effects : Distances
        Of rounding, over all replays; the second for losses of clipped probabilities.
    per_log_probability : Distances
        Of an error in every log-probability, divided by that error.
    """

    effects: Distances
    clipped_effects: Distances
    per_log_probability: Distances


def measure(
    model: Model, problem: Problem, orders: NDArray[np.int64], answer: Reference
) -> Rounding:
    """Return what rounding does to a training whose exact course is known."""
    generator = np.random.default_rng(SEED)
    few = sum(array.size for array in (problem.initial.weight, problem.initial.bias))
    repeats = REPLAYS_OF_FEW if few < FEW_PARAMETERS else 1
    found: dict[bool, list[Distances]] = {False: [], True: []}
    for arithmetic in ARITHMETICS * repeats:
        replayed = replay(model, problem, orders, arithmetic, generator)
        for clipped, of_choice in found.items():
            expected = answer.course(clipped)
            of_choice += (
                distances(course, expected)
                for course in courses(replayed, problem.batch_size, clipped, generator)
            )
    return Rounding(
        reduce(larger, found[False]),
        reduce(larger, found[True]),
        _per_log_probability(model, problem, orders, answer),
    )


def bounds_for(
    framework: Framework, form: Form, rounding: Rounding, answer: Reference
) -> Distances:
    """Return how far a framework's training in one form may be from the reference."""
    clips = framework.clips_probabilities
    own = framework.own_arithmetic.get(form)
    error = own.log_probability_error if own else 0.0
    return parity.bounds(
        rounding.clipped_effects if clips else rounding.effects,
        scaled(rounding.per_log_probability, error),
        answer.course(clips),
    )


def larger(one: Distances, other: Distances) -> Distances:
    """Return the larger of each two distances."""
    return Distances(
        max(one.first_step, other.first_step),
        max(one.final, other.final),
        [max(pair) for pair in zip(one.train_loss, other.train_loss)],
    )


def scaled(distances: Distances, factor: float) -> Distances:
    """Return distances so many times as large."""
    return Distances(
        factor * distances.first_step,
        factor * distances.final,
        [factor * loss for loss in distances.train_loss],
    )


def _per_log_probability(
    model: Model, problem: Problem, orders: NDArray[np.int64], answer: Reference
) -> Distances:
    if model != "SoftmaxRegression":
        return Distances(0.0, 0.0, [0.0] * len(orders))
    arithmetic = Arithmetic(dtype=np.float64, by_logarithm=True, log_probability_error=SMALL_ERROR)
    replayed = replay(model, problem, orders, arithmetic, np.random.default_rng(SEED))
    course = _course(replayed, replayed.losses.mean(axis=1))
    return scaled(distances(course, answer.course()), 1 / SMALL_ERROR)


def replay(
    model: Model,
    problem: Problem,
    orders: NDArray[np.int64],
    arithmetic: Arithmetic,
    generator: np.random.Generator,
) -> Replay:
    """Train as the reference does, in another arithmetic and orders that the generator draws."""
    dtype, chunk = arithmetic.dtype, arithmetic.chunk
    loss = _loss(model, arithmetic)
    columns = generator.permutation(len(problem.initial.weight))
    weight = problem.initial.weight[columns].astype(dtype)
    bias = problem.initial.bias.astype(dtype)
    rate = dtype(problem.learning_rate)
    losses = np.empty((2, *orders.shape), dtype)
    first_step = None
    for epoch, order in enumerate(orders):
        for start in range(0, len(order), problem.batch_size):
            shuffled = generator.permutation(min(problem.batch_size, len(order) - start))
            rows = order[start + shuffled]
            features = problem.features[rows].take(columns, axis=1).astype(dtype, copy=False)
            batch = loss(matrix_product(features, weight, chunk) + bias, problem.targets[rows])
            losses[:, epoch, start + shuffled] = batch.losses, batch.clipped_losses
            size = dtype(len(rows))
            residual = batch.residual / size if arithmetic.divides_early else batch.residual
            rate_of_sum = rate if arithmetic.divides_early else rate / size
            weight -= rate_of_sum * matrix_product(features.T, residual, chunk)
            bias -= rate_of_sum * residual.sum(axis=0)
            first_step = first_step or _parameters(weight, bias, columns)
    assert first_step is not None, "a problem has at least one epoch of one example"
    return Replay(losses[0], losses[1], first_step, _parameters(weight, bias, columns))


def _parameters(weight: NDArray[Any], bias: NDArray[Any], columns: NDArray[np.int64]) -> Parameters:
    """Return a copy of the parameters with the features in their own order again."""
    in_order = np.empty_like(weight)
    in_order[columns] = weight
    return Parameters(in_order, bias.copy())


def matrix_product(left: NDArray[Any], right: NDArray[Any], chunk: int | None) -> NDArray[Any]:
    """Return left @ right, chunks of the inner dimension added one after another."""
    if chunk is None or chunk >= len(right):
        whole: NDArray[Any] = left @ right
        return whole
    chunks = len(right) // chunk
    end = chunks * chunk
    lefts = left[:, :end].reshape(len(left), chunks, chunk).swapaxes(0, 1)
    # NumPy adds along the first of several axes one by one.
    product: NDArray[Any] = (lefts @ right[:end].reshape(chunks, chunk, -1)).sum(axis=0)
    return product + left[:, end:] @ right[end:] if end < len(right) else product


def _loss(
    model: Model, arithmetic: Arithmetic
) -> Callable[[NDArray[Any], NDArray[Any]], BatchLoss]:
    if model != "SoftmaxRegression" or not arithmetic.by_logarithm:
        return LOSSES[model]
    error = arithmetic.dtype(arithmetic.log_probability_error)

    def softmax_loss(scores: NDArray[Any], labels: NDArray[np.int64]) -> BatchLoss:
        rows = np.arange(len(labels))
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) + error
        losses = -logarithms[rows, labels]
        residual = np.exp(logarithms)
        residual[rows, labels] -= 1
        return BatchLoss(losses, clip(losses), residual)

    return softmax_loss


def courses(
    replayed: Replay, batch_size: int, clipped: bool, generator: np.random.Generator
) -> list[Course]:
    """Return the course of a replay once for each order in which losses were added up."""
    losses = replayed.clipped_losses if clipped else replayed.losses
    return [_course(replayed, mean_losses(losses, batch_size, generator)) for _ in range(LOSS_SUMS)]


def _course(replayed: Replay, train_loss: NDArray[Any]) -> Course:
    first, final = replayed.first_step, replayed.final
    return Course(
        list(map(float, train_loss)), (first.weight, first.bias), (final.weight, final.bias)
    )


def mean_losses(
    losses: NDArray[Any], batch_size: int, generator: np.random.Generator
) -> NDArray[Any]:
    """Return the mean loss of each epoch, rounded as when each batch has its mean.

    The losses of a batch are added and divided by their number; the sum of an epoch grows by each
    mean times its number again. The generator draws the order of both sums.

    Parameters
    ----------
    losses : ndarray of shape (epochs, examples)
    """
    epochs, examples = losses.shape
    batches = -(-examples // batch_size)
    # Zeros, which change no sum, make the last batch as long as the others.
    padded = np.zeros((epochs, batches * batch_size), losses.dtype)
    padded[:, :examples] = losses
    order = generator.permutation(batch_size)
    columns = np.moveaxis(padded.reshape(epochs, batches, batch_size)[..., order], -1, 0)
    sums = np.ascontiguousarray(columns).sum(axis=0)
    sizes = np.full(batches, batch_size, losses.dtype)
    sizes[-1] = examples - (batches - 1) * batch_size
    of_batches = (sums / sizes * sizes)[:, generator.permutation(batches)]
    totals: NDArray[Any] = np.cumsum(of_batches, axis=1, dtype=losses.dtype)[:, -1]
    means: NDArray[Any] = totals.astype(np.float64) / examples
    return means
