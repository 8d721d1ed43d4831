"""The float64 reference: what every implementation must compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.analysis.parity import Course
from implementations.contract import Model, Parameters, Problem


@dataclass(frozen=True)
class Reference:
    """The course of training in float64.

    Attributes
    ----------
    train_loss : float64 ndarray of shape (epochs,)
        Mean loss over the examples of each epoch, each at the parameters before its own step.
    clipped_train_loss : float64 ndarray of shape (epochs,)
        The same as a framework reports it that clips probabilities before the logarithm.
    first_step, final : Parameters
        After the first step, and after the last.
    """

    train_loss: NDArray[np.float64]
    clipped_train_loss: NDArray[np.float64]
    first_step: Parameters
    final: Parameters

    def course(self, clipped: bool = False) -> Course:
        """Return what a trial is compared with; `clipped` chooses the loss."""
        losses = self.clipped_train_loss if clipped else self.train_loss
        return Course(
            list(map(float, losses)),
            (self.first_step.weight, self.first_step.bias),
            (self.final.weight, self.final.bias),
        )


# Raise it when the reference, or rounding.py, changes what it computes: problems on disk are keyed
# by it.
REFERENCE_VERSION = 4
# Where frameworks clip probabilities before the logarithm, they do so at the spacing of float32.
PROBABILITY_FLOOR = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class BatchLoss:
    """The loss of each row of a batch, and the derivative of their sum by the scores.

    Everything is of the scores' own type.

    Attributes
    ----------
    losses : ndarray of shape (rows,)
    clipped_losses : ndarray of shape (rows,)
        The same with every probability clipped to [floor, 1 - floor] before its logarithm.
    residual : ndarray of shape (rows, outputs)
    """

    losses: NDArray[Any]
    clipped_losses: NDArray[Any]
    residual: NDArray[Any]


def clip(losses: NDArray[Any]) -> NDArray[Any]:
    """Return cross-entropies as of probabilities that were clipped to [floor, 1 - floor]."""
    lowest, highest = -np.log1p(-PROBABILITY_FLOOR), -np.log(PROBABILITY_FLOOR)
    clipped: NDArray[Any] = np.clip(losses, losses.dtype.type(lowest), losses.dtype.type(highest))
    return clipped


def softmax_loss(scores: NDArray[Any], labels: NDArray[np.int64]) -> BatchLoss:
    """Return the cross-entropy; its derivative is softmax(scores) - one-hot(labels).

    Cross-entropy by log-sum-exp: log(sum(exp(s - max))) - (s[label] - max).
    """
    rows = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    losses = np.log(sums[:, 0]) - shifted[rows, labels]
    residual = exponentials / sums
    residual[rows, labels] -= 1
    return BatchLoss(losses, clip(losses), residual)


def squared_loss(scores: NDArray[Any], values: NDArray[Any]) -> BatchLoss:
    """Return (score - value)^2 / 2; its derivative is score - value."""
    residual = scores - values
    losses = (residual**2).sum(axis=1) / 2
    return BatchLoss(losses, losses, residual)


LOSSES: dict[Model, Callable[[NDArray[Any], NDArray[Any]], BatchLoss]] = {
    "SoftmaxRegression": softmax_loss,
    "LinearRegression": squared_loss,
}


def predict(parameters: Parameters, features: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the class of the highest score of each example, in float64."""
    scores = features.astype(np.float64) @ parameters.weight + parameters.bias
    highest: NDArray[np.int64] = scores.argmax(axis=1)
    return highest


def mean_squared_error(
    parameters: Parameters, features: NDArray[np.float32], values: NDArray[np.float32]
) -> float:
    """Return the mean of (score - value)^2 over the examples, in float64."""
    scores = features.astype(np.float64) @ parameters.weight + parameters.bias
    return float(np.mean((scores - values) ** 2))


def train(model: Model, problem: Problem, orders: NDArray[np.int64]) -> Reference:
    """Train by mini-batch SGD in float64.

    For a batch of B rows X with residual R, the mean loss has the gradients X^T R / B for the
    weight and the column sums of R / B for the bias (Bishop, Pattern Recognition and Machine
    Learning, 2006, equations 4.109 and 3.13).
    """
    weight = problem.initial.weight.astype(np.float64)
    bias = problem.initial.bias.astype(np.float64)
    first_step = None
    losses = np.zeros((len(orders), 2))
    for epoch, order in enumerate(orders):
        for start in range(0, len(order), problem.batch_size):
            rows = order[start : start + problem.batch_size]
            features = problem.features[rows].astype(np.float64)
            batch = LOSSES[model](features @ weight + bias, problem.targets[rows])
            weight -= problem.learning_rate / len(rows) * (features.T @ batch.residual)
            bias -= problem.learning_rate / len(rows) * batch.residual.sum(axis=0)
            losses[epoch] += batch.losses.sum(), batch.clipped_losses.sum()
            first_step = first_step or Parameters(weight.copy(), bias.copy())
        losses[epoch] /= len(order)
    assert first_step is not None, "a problem has at least one epoch of one example"
    return Reference(losses[:, 0], losses[:, 1], first_step, Parameters(weight, bias))
