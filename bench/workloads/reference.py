"""The float64 reference: what every implementation must compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


# Raise it when the reference changes what it computes: problems on disk are keyed by it.
REFERENCE_VERSION = 3
# Where frameworks clip probabilities before the logarithm, they do so at the spacing of float32.
PROBABILITY_FLOOR = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class BatchLoss:
    """The losses of a batch, summed over its rows, and their derivative by the scores.

    Attributes
    ----------
    loss : float
    clipped_loss : float
        The same with every probability clipped to [floor, 1 - floor] before its logarithm.
    residual : float64 ndarray of shape (rows, outputs)
    """

    loss: float
    clipped_loss: float
    residual: NDArray[np.float64]


def softmax_loss(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> BatchLoss:
    """Return the cross-entropy; its derivative is softmax(scores) - one-hot(labels).

    Cross-entropy by log-sum-exp: log(sum(exp(s - max))) - (s[label] - max).
    """
    rows = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    losses = np.log(sums[:, 0]) - shifted[rows, labels]
    clipped = np.clip(losses, -np.log1p(-PROBABILITY_FLOOR), -np.log(PROBABILITY_FLOOR))
    residual = exponentials / sums
    residual[rows, labels] -= 1
    return BatchLoss(float(losses.sum()), float(clipped.sum()), residual)


def squared_loss(scores: NDArray[np.float64], values: NDArray[np.float64]) -> BatchLoss:
    """Return (score - value)^2 / 2; its derivative is score - value."""
    residual = scores - values
    loss = float((residual**2).sum()) / 2
    return BatchLoss(loss, loss, residual)


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
            losses[epoch] += batch.loss, batch.clipped_loss
            first_step = first_step or Parameters(weight.copy(), bias.copy())
        losses[epoch] /= len(order)
    assert first_step is not None, "a problem has at least one epoch of one example"
    return Reference(losses[:, 0], losses[:, 1], first_step, Parameters(weight, bias))
