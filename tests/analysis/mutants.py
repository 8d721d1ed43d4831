"""Softmax regression with one mistake each: what a parity check must reject.

Each is the honest NumPy implementation with the one difference that its name says.
"""

from __future__ import annotations

import numpy as np

from implementations.numpy.scratch import SoftmaxRegression, cross_entropy


def summed_cross_entropy(scores, labels):
    loss, gradient = cross_entropy(scores, labels)
    return loss * len(labels), gradient * np.float32(len(labels))


class SumInsteadOfMean(SoftmaxRegression):
    loss = summed_cross_entropy


def mean_with_summed_gradient(scores, labels):
    loss, gradient = cross_entropy(scores, labels)
    return loss, gradient * np.float32(len(labels))


class SummedGradientBehindAMeanLoss(SoftmaxRegression):
    loss = mean_with_summed_gradient


class LearningRateOffByOnePercent(SoftmaxRegression):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.learning_rate *= 1.01


class BatchesFormedBeforeShuffling(SoftmaxRegression):
    """As ``.batch().shuffle()`` does: the batches come in another order, never other members."""

    def train_epoch(self, order):
        batches = dict.fromkeys(order // self.batch_size)
        rows = np.arange(len(self.features))
        firsts = (number * self.batch_size for number in batches)
        shuffled = np.concatenate([rows[first : first + self.batch_size] for first in firsts])
        return super().train_epoch(shuffled[: len(order)])


class SameOrderEveryEpoch(SoftmaxRegression):
    """Shuffles once, before the first epoch."""

    first_order = None

    def train_epoch(self, order):
        if self.first_order is None:
            self.first_order = order
        return super().train_epoch(self.first_order)


class DrawnWithReplacement(SoftmaxRegression):
    """Draws as many examples as there are, some of them twice."""

    def train_epoch(self, order):
        return super().train_epoch(np.random.default_rng(0).choice(order, len(order)))


class LastShortBatchDropped(SoftmaxRegression):
    def train_epoch(self, order):
        whole_batches = max(1, len(order) // self.batch_size)
        return super().train_epoch(order[: whole_batches * self.batch_size])


class LastShortBatchDividedByTheFullSize(SoftmaxRegression):
    def gradients(self, features, targets):
        loss, gradients = super().gradients(features, targets)
        share = np.float32(len(targets) / self.batch_size)
        return loss, [share * gradient for gradient in gradients]


class BiasNotUpdated(SoftmaxRegression):
    def update(self, gradients):
        before = self.bias.copy()
        super().update(gradients)
        self.bias[:] = before


class Momentum(SoftmaxRegression):
    """Repeats a tenth of the previous step: velocity = 0.1 velocity + step."""

    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.velocity = [np.zeros_like(self.weight), np.zeros_like(self.bias)]

    def update(self, gradients):
        before = [self.weight.copy(), self.bias.copy()]
        super().update(gradients)
        for number, parameter in enumerate((self.weight, self.bias)):
            step = parameter - before[number]
            parameter += np.float32(0.1) * self.velocity[number]
            self.velocity[number] = np.float32(0.1) * self.velocity[number] + step


class WeightDecay(SoftmaxRegression):
    def update(self, gradients):
        decay = np.float32(self.learning_rate * 1e-3) * self.weight
        super().update(gradients)
        self.weight -= decay


class DefaultInitialization(SoftmaxRegression):
    """Uniform between -1/sqrt(d) and 1/sqrt(d), as frameworks initialize a linear layer."""

    def __init__(self, problem, options):
        super().__init__(problem, options)
        bound = len(self.weight) ** -0.5
        generator = np.random.default_rng(0)
        self.weight = generator.uniform(-bound, bound, self.weight.shape).astype(np.float32)


class FeaturesNotDividedBy255(SoftmaxRegression):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.features = self.features * np.float32(255)


class OneEpochOnlyEvaluated(SoftmaxRegression):
    """Reports the loss of its second epoch without training in it."""

    epoch = 0

    def train_epoch(self, order):
        self.epoch += 1
        before = self.parameters()
        loss = super().train_epoch(order)
        if self.epoch == 2:
            self.weight, self.bias = before.weight, before.bias
        return loss


class LossAfterTheStep(SoftmaxRegression):
    """Reports each batch's loss at the parameters after its step."""

    def gradients(self, features, targets):
        _, gradients = super().gradients(features, targets)
        super().update(gradients)
        loss, _ = cross_entropy(self.scores(features), targets)
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


class BrainFloats(SoftmaxRegression):
    """Multiplies with 8 significant bits, as bfloat16 does."""

    def __init__(self, problem, options):
        super().__init__(problem, options)
        rounded = (self.features.view(np.uint32) + 0x8000) & 0xFFFF0000
        self.features = rounded.astype(np.uint32).view(np.float32)


def with_bits(numbers, kept):
    """Return float32 numbers rounded to a number of explicit significant bits."""
    dropped = 23 - kept
    bits = np.ascontiguousarray(numbers).view(np.uint32) + np.uint32(1 << (dropped - 1))
    return (bits & np.uint32(0xFFFFFFFF << dropped & 0xFFFFFFFF)).view(np.float32)


class TensorFloat32(SoftmaxRegression):
    """Multiplies numbers with 10 explicit significant bits and adds in float32, as TF32 does."""

    def gradients(self, features, targets):
        features, weight = with_bits(features, 10), with_bits(self.weight, 10)
        loss, gradient = cross_entropy(features @ weight + self.bias, targets)
        return loss, (features.T @ with_bits(gradient, 10), gradient.sum(axis=0))


class HalfPrecisionFeatures(SoftmaxRegression):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.features = self.features.astype(np.float16).astype(np.float32)


MUTANTS = (
    BatchesFormedBeforeShuffling,
    BiasNotUpdated,
    BrainFloats,
    DefaultInitialization,
    DrawnWithReplacement,
    FeaturesNotDividedBy255,
    HalfPrecisionFeatures,
    LastBatchsLoss,
    LastShortBatchDividedByTheFullSize,
    LastShortBatchDropped,
    LearningRateOffByOnePercent,
    LossAfterTheStep,
    Momentum,
    OneEpochOnlyEvaluated,
    SameOrderEveryEpoch,
    ShortBatchWeighsAsMuch,
    SumInsteadOfMean,
    SummedGradientBehindAMeanLoss,
    TensorFloat32,
    WeightDecay,
)
