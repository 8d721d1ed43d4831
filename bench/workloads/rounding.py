"""What rounding alone does to a training: replayed in float32, in several orders of summation.

Every correct implementation rounds, each in its own places: it adds the terms of an inner product
one after another or in chunks, in an order that its library and the machine choose, and it divides
by the size of the batch early or late. Each replay is the reference's training with such choices
made at random. How far the replays end from the reference is what a trial may be off by.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
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
# Losses of more examples are not held at once: with what adding them up takes, some 100 MB.
MOST_LOSSES_HELD = 2**22


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


# What is kept of losses of shape (2, epochs, examples): those of each example in the order of use,
# at the parameters before its own step, and the same clipped. Its shape is (..., epochs).
Keep = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True)
class Replay:
    """What came of a training in some arithmetic.

    Attributes
    ----------
    kept : ndarray of shape (..., epochs)
        Of the losses.
    """

    kept: NDArray[Any]
    first_step: Parameters
    final: Parameters


@dataclass(frozen=True)
class Addition:
    """An order in which the losses of an epoch are added up.

    Attributes
    ----------
    within, batches : int64 ndarray
        Permutations of the examples of a batch, and of the batches.
    """

    within: NDArray[np.int64]
    batches: NDArray[np.int64]


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
        later = after_replay(generator, problem, orders.shape)
        additions = {clipped: draw_additions(later, problem, orders.shape[1]) for clipped in found}
        keep = partial(mean_losses_of_both, additions=additions)
        replayed = replay(model, problem, orders, arithmetic, generator, keep)
        for (clipped, of_choice), means in zip(found.items(), replayed.kept):
            expected = answer.course(clipped)
            of_choice += (distances(_course(replayed, losses), expected) for losses in means)
        generator = later
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
    generator = np.random.default_rng(SEED)
    replayed = replay(model, problem, orders, arithmetic, generator, lambda both: both[0].mean(1))
    course = _course(replayed, replayed.kept)
    return scaled(distances(course, answer.course()), 1 / SMALL_ERROR)


def after_replay(
    generator: np.random.Generator, problem: Problem, shape: tuple[int, ...]
) -> np.random.Generator:
    """Return a generator as a replay will leave it; the one that is given stays as it is.

    Parameters
    ----------
    shape : tuple of int
        Epochs and examples.
    """
    later = copy.deepcopy(generator)
    epochs, examples = shape
    later.permutation(len(problem.initial.weight))
    for _ in range(epochs):
        for start in range(0, examples, problem.batch_size):
            later.permutation(min(problem.batch_size, examples - start))
    return later


def replay(
    model: Model,
    problem: Problem,
    orders: NDArray[np.int64],
    arithmetic: Arithmetic,
    generator: np.random.Generator,
    keep: Keep,
) -> Replay:
    """Train as the reference does, in another arithmetic and orders that the generator draws.

    Losses are held for a number of epochs at once that needs little memory; then `keep` says what
    remains of them.
    """
    dtype, chunk = arithmetic.dtype, arithmetic.chunk
    loss = _loss(model, arithmetic)
    columns = generator.permutation(len(problem.initial.weight))
    weight = problem.initial.weight[columns].astype(dtype)
    bias = problem.initial.bias.astype(dtype)
    rate = dtype(problem.learning_rate)
    epochs, examples = orders.shape
    held = max(1, min(epochs, MOST_LOSSES_HELD // examples))
    losses, kept = np.empty((2, held, examples), dtype), []
    first_step = None
    for epoch, order in enumerate(orders):
        for start in range(0, len(order), problem.batch_size):
            shuffled = generator.permutation(min(problem.batch_size, len(order) - start))
            rows = order[start + shuffled]
            features = problem.features[rows].take(columns, axis=1).astype(dtype, copy=False)
            batch = loss(matrix_product(features, weight, chunk) + bias, problem.targets[rows])
            losses[:, epoch % held, start + shuffled] = batch.losses, batch.clipped_losses
            size = dtype(len(rows))
            residual = batch.residual / size if arithmetic.divides_early else batch.residual
            rate_of_sum = rate if arithmetic.divides_early else rate / size
            weight -= rate_of_sum * matrix_product(features.T, residual, chunk)
            bias -= rate_of_sum * residual.sum(axis=0)
            first_step = first_step or _parameters(weight, bias, columns)
        if (epoch + 1) % held == 0 or epoch + 1 == epochs:
            kept.append(keep(losses[:, : epoch % held + 1]))
    assert first_step is not None, "a problem has at least one epoch of one example"
    whole = np.concatenate(kept, axis=-1)
    return Replay(whole, first_step, _parameters(weight, bias, columns))


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


def draw_additions(
    generator: np.random.Generator, problem: Problem, examples: int
) -> list[Addition]:
    """Return the orders in which the losses of every epoch of a replay are added up."""
    batches = -(-examples // problem.batch_size)
    return [
        Addition(generator.permutation(problem.batch_size), generator.permutation(batches))
        for _ in range(LOSS_SUMS)
    ]


def mean_losses_of_both(
    both: NDArray[Any], additions: Mapping[bool, Sequence[Addition]]
) -> NDArray[Any]:
    """Return the mean losses of epochs, and of the clipped ones, once for each addition.

    Returns
    -------
    ndarray of shape (2, additions, epochs)
    """
    return np.array(
        [
            [mean_losses(losses, addition) for addition in additions[clipped]]
            for losses, clipped in zip(both, (False, True))
        ]
    )


def _course(replayed: Replay, train_loss: NDArray[Any]) -> Course:
    first, final = replayed.first_step, replayed.final
    return Course(
        list(map(float, train_loss)), (first.weight, first.bias), (final.weight, final.bias)
    )


def mean_losses(losses: NDArray[Any], addition: Addition) -> NDArray[Any]:
    """Return the mean loss of each epoch, rounded as when each batch has its mean.

    The losses of a batch are added and divided by their number; the sum of an epoch grows by each
    mean times its number again. `addition` has the order of both sums.

    Parameters
    ----------
    losses : ndarray of shape (epochs, examples)
    """
    epochs, examples = losses.shape
    batches, batch_size = len(addition.batches), len(addition.within)
    # Zeros, which change no sum, make the last batch as long as the others.
    padded = np.zeros((epochs, batches * batch_size), losses.dtype)
    padded[:, :examples] = losses
    by_batch = padded.reshape(epochs, batches, batch_size)[..., addition.within]
    sums = sum_one_by_one(np.ascontiguousarray(np.moveaxis(by_batch, -1, 0)))
    sizes = np.full(batches, batch_size, losses.dtype)
    sizes[-1] = examples - (batches - 1) * batch_size
    of_batches = (sums / sizes * sizes)[:, addition.batches]
    totals: NDArray[Any] = np.cumsum(of_batches, axis=1, dtype=losses.dtype)[:, -1]
    means: NDArray[Any] = totals.astype(np.float64) / examples
    return means


def sum_one_by_one(terms: NDArray[Any]) -> NDArray[Any]:
    """Return the sum along the first axis, each term added to the sum of those before it."""
    # NumPy does so along the first of several axes, but adds a single column by halves.
    if terms[0].size == 1:
        last: NDArray[Any] = np.cumsum(terms, axis=0, dtype=terms.dtype)[-1]
        return last
    whole: NDArray[Any] = terms.sum(axis=0)
    return whole
