"""Softmax regression with one mistake each: what a parity check must reject.

Each is the honest NumPy implementation with the one difference that its name says.
"""

from __future__ import annotations

import numpy as np

from implementations.numpy.scratch import SoftmaxRegression, cross_entropy
from tests.analysis.mistakes import AROUND_AN_EPOCH, WITHIN_A_STEP, with_bits


def named(mistake):
    """Return NumPy's implementation with a mistake, called as that."""
    mutant = mistake(SoftmaxRegression)
    mutant.__name__ = mistake.__name__
    return mutant


def summed_cross_entropy(scores, labels):
    loss, gradient = cross_entropy(scores, labels)
    return loss * len(labels), gradient * np.float32(len(labels))


class SumInsteadOfMean(SoftmaxRegression):
    loss = summed_cross_entropy


class LastShortBatchDividedByTheFullSize(SoftmaxRegression):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.size = problem.batch_size

    def gradients(self, features, targets):
        loss, gradients = super().gradients(features, targets)
        share = np.float32(len(targets) / self.size)
        return loss, [share * gradient for gradient in gradients]


def with_momentum(honest, share):
    """Return an implementation that repeats a share of the previous step."""

    class Momentum(honest):
        def __init__(self, problem, options):
            super().__init__(problem, options)
            self.velocity = [np.zeros_like(self.weight), np.zeros_like(self.bias)]

        def update(self, gradients):
            for velocity, gradient in zip(self.velocity, gradients):
                velocity *= np.float32(share)
                velocity += gradient
            super().update(self.velocity)

    return Momentum


def momentum_of_a_tenth(honest):
    return with_momentum(honest, 1e-1)


def momentum_of_a_ten_thousandth(honest):
    return with_momentum(honest, 1e-4)


def with_weight_decay(honest, share):
    """Return an implementation that adds a share of the weight to its gradient."""

    class WeightDecay(honest):
        def update(self, gradients):
            weight, bias = gradients
            super().update((weight + np.float32(share) * self.weight, bias))

    return WeightDecay


def weight_decay_of_a_thousandth(honest):
    return with_weight_decay(honest, 1e-3)


def weight_decay_of_a_hundred_thousandth(honest):
    return with_weight_decay(honest, 1e-5)


def with_missing_update(honest, step):
    """Return an implementation that leaves out one update, counted from 0."""

    class MissingUpdate(honest):
        steps = 0

        def update(self, gradients):
            if self.steps != step:
                super().update(gradients)
            self.steps += 1

    return MissingUpdate


def one_update_missing(honest):
    return with_missing_update(honest, 300)


class LossAfterTheStep(SoftmaxRegression):
    """Reports each batch's loss at the parameters after its step."""

    def gradients(self, features, targets):
        _, gradients = super().gradients(features, targets)
        super().update(gradients)
        loss, _ = cross_entropy(features @ self.weight + self.bias, targets)
        return loss, gradients

    def update(self, gradients):
        """The step is made already."""


class LastBatchsLoss(SoftmaxRegression):
    """Reports the loss of an epoch's last batch as the epoch's."""

    def gradients(self, features, targets):
        self.last, gradients = super().gradients(features, targets)
        return self.last, gradients

    def train_epoch(self, order):
        super().train_epoch(order)
        return float(self.last)


class ShortBatchWeighsAsMuch(SoftmaxRegression):
    """Averages the losses of batches instead of those of examples."""

    def gradients(self, features, targets):
        loss, gradients = super().gradients(features, targets)
        self.losses.append(loss)
        return loss, gradients

    def train_epoch(self, order):
        self.losses = []
        super().train_epoch(order)
        return float(np.mean(self.losses))


class TensorFloat32(SoftmaxRegression):
    """Multiplies numbers with 10 explicit significant bits and adds in float32, as TF32 does."""

    def gradients(self, features, targets):
        features, weight = with_bits(features, 10), with_bits(self.weight, 10)
        loss, gradient = cross_entropy(features @ weight + self.bias, targets)
        return loss, (features.T @ with_bits(gradient, 10), gradient.sum(axis=0))


WITHIN_NUMPYS_STEP = (
    momentum_of_a_ten_thousandth,
    momentum_of_a_tenth,
    one_update_missing,
    weight_decay_of_a_hundred_thousandth,
    weight_decay_of_a_thousandth,
)
MUTANTS = (
    *map(named, (*AROUND_AN_EPOCH, *WITHIN_A_STEP, *WITHIN_NUMPYS_STEP)),
    LastBatchsLoss,
    LastShortBatchDividedByTheFullSize,
    LossAfterTheStep,
    ShortBatchWeighsAsMuch,
    SumInsteadOfMean,
    TensorFloat32,
)
