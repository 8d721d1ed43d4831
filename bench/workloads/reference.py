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
    first_step, final : Parameters
        After the first step, and after the last.
    """

    train_loss: NDArray[np.float64]
    first_step: Parameters
    final: Parameters


def softmax_residual(
    scores: NDArray[np.float64], labels: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64]]:
    """Return the summed cross-entropy and softmax(scores) - one-hot(labels).

    Cross-entropy by log-sum-exp: log(sum(exp(s - max))) - (s[label] - max).
    """
    rows = np.arange(len(labels))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    loss = float((np.log(sums[:, 0]) - shifted[rows, labels]).sum())
    residual = exponentials / sums
    residual[rows, labels] -= 1
    return loss, residual


def squared_residual(
    scores: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return the summed (score - value)^2 / 2 and its derivative, score - value."""
    residual = scores - values
    return float((residual**2).sum()) / 2, residual


RESIDUALS: dict[Model, Callable[[NDArray[Any], NDArray[Any]], tuple[float, NDArray[Any]]]] = {
    "SoftmaxRegression": softmax_residual,
    "LinearRegression": squared_residual,
}


def train(model: Model, problem: Problem, orders: NDArray[np.int64]) -> Reference:
    """Train by mini-batch SGD in float64.

    For a batch of B rows X with residual R, the mean loss has the gradients X^T R / B for the
    weight and the column sums of R / B for the bias (Bishop, Pattern Recognition and Machine
    Learning, 2006, equations 4.109 and 3.13).
    """
    residual_of = RESIDUALS[model]
    weight = problem.initial.weight.astype(np.float64)
    bias = problem.initial.bias.astype(np.float64)
    first_step = None
    losses = []
    for order in orders:
        total = 0.0
        for start in range(0, len(order), problem.batch_size):
            batch = order[start : start + problem.batch_size]
            features = problem.features[batch].astype(np.float64)
            loss, residual = residual_of(features @ weight + bias, problem.targets[batch])
            weight -= problem.learning_rate / len(batch) * (features.T @ residual)
            bias -= problem.learning_rate / len(batch) * residual.sum(axis=0)
            total += loss
            first_step = first_step or Parameters(weight.copy(), bias.copy())
        losses.append(total / len(order))
    assert first_step is not None, "a problem has at least one epoch of one example"
    return Reference(np.array(losses), first_step, Parameters(weight, bias))
