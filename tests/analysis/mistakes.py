"""Mistakes that an implementation in any framework and lane can make.

Each takes an honest implementation of softmax regression and returns one that differs in what its
name says. Nothing but NumPy is imported, so that they can be made inside a framework's environment.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np


def with_learning_rate(honest, share):
    """Return an implementation whose learning rate is larger by a share."""

    class Mistaken(honest):
        def __init__(self, problem, options):
            rate = (1 + share) * problem.learning_rate
            super().__init__(replace(problem, learning_rate=rate), options)

    return Mistaken


def learning_rate_off_by_one_percent(honest):
    return with_learning_rate(honest, 1e-2)


def learning_rate_off_by_a_ten_thousandth(honest):
    return with_learning_rate(honest, 1e-4)


def batches_formed_before_shuffling(honest):
    """As ``.batch().shuffle()`` does: the batches come in another order, never other members."""

    class Mistaken(honest):
        def __init__(self, problem, options):
            super().__init__(problem, options)
            self.size = problem.batch_size
            self.file_order = np.arange(len(problem.features))

        def train_epoch(self, order):
            numbers = dict.fromkeys((order // self.size).tolist())
            batches = [self.file_order[self.size * number :][: self.size] for number in numbers]
            return super().train_epoch(np.concatenate(batches)[: len(order)])

    return Mistaken


def same_order_every_epoch(honest):
    """Shuffles once, before the first epoch."""

    class Mistaken(honest):
        first_order = None

        def train_epoch(self, order):
            if self.first_order is None:
                self.first_order = order
            return super().train_epoch(self.first_order)

    return Mistaken


def drawn_with_replacement(honest):
    """Draws as many examples as there are, some of them twice."""

    class Mistaken(honest):
        def train_epoch(self, order):
            return super().train_epoch(np.random.default_rng(0).choice(order, len(order)))

    return Mistaken


def last_short_batch_dropped(honest):
    class Mistaken(honest):
        def __init__(self, problem, options):
            super().__init__(problem, options)
            self.size = problem.batch_size

        def train_epoch(self, order):
            whole_batches = max(1, len(order) // self.size)
            return super().train_epoch(order[: whole_batches * self.size])

    return Mistaken


def default_initialization(honest):
    """Uniform between -1/sqrt(d) and 1/sqrt(d), as frameworks initialize a linear layer."""

    class Mistaken(honest):
        def __init__(self, problem, options):
            weight = problem.initial.weight
            bound = len(weight) ** -0.5
            drawn = np.random.default_rng(0).uniform(-bound, bound, weight.shape)
            initial = replace(problem.initial, weight=drawn.astype(np.float32))
            super().__init__(replace(problem, initial=initial), options)

    return Mistaken


def with_features(honest, change):
    """Return an implementation that trains on changed features."""

    class Mistaken(honest):
        def __init__(self, problem, options):
            super().__init__(replace(problem, features=change(problem.features)), options)

    return Mistaken


def features_off_by_a_ten_thousandth(honest):
    return with_features(honest, lambda features: features * np.float32(1 + 1e-4))


def features_not_divided_by_255(honest):
    return with_features(honest, lambda features: features * np.float32(255))


def half_precision_features(honest):
    return with_features(honest, lambda features: features.astype(np.float16).astype(np.float32))


def with_bits(numbers, kept):
    """Return float32 numbers rounded to a number of explicit significant bits."""
    dropped = 23 - kept
    bits = np.ascontiguousarray(numbers).view(np.uint32) + np.uint32(1 << (dropped - 1))
    return (bits & np.uint32(0xFFFFFFFF << dropped & 0xFFFFFFFF)).view(np.float32)


def brain_float_features(honest):
    """Multiplies numbers with 7 explicit significant bits, as bfloat16 has."""
    return with_features(honest, lambda features: with_bits(features, 7))


def features_of_14_bits(honest):
    return with_features(honest, lambda features: with_bits(features, 14))


def one_label_wrong(honest):
    """Takes the first example of all for one of the next class."""

    class Mistaken(honest):
        def __init__(self, problem, options):
            targets = np.array(problem.targets)
            targets[0] = (targets[0] + 1) % len(problem.initial.bias)
            super().__init__(replace(problem, targets=targets), options)

    return Mistaken


def two_examples_swapped(honest):
    """Lets the first and the last example of the last epochs change places, and so batches."""

    class Mistaken(honest):
        epochs = 0

        def train_epoch(self, order):
            self.epochs += 1
            if self.epochs > 1:
                order = np.concatenate([order[-1:], order[1:-1], order[:1]])
            return super().train_epoch(order)

    return Mistaken


def one_epoch_only_evaluated(honest):
    """Reports the loss of its second epoch without training in it."""

    class Mistaken(honest):
        epochs = 0

        def __init__(self, problem, options):
            super().__init__(problem, options)
            self.given = problem, options

        def train_epoch(self, order):
            self.epochs += 1
            if self.epochs != 2:
                return super().train_epoch(order)
            problem, options = self.given
            return honest(replace(problem, initial=self.parameters()), options).train_epoch(order)

    return Mistaken


def loss_of_the_epoch_before(honest):
    class Mistaken(honest):
        loss_before = None

        def train_epoch(self, order):
            loss = super().train_epoch(order)
            self.loss_before, before = loss, self.loss_before
            return loss if before is None else before

    return Mistaken


# Mistakes within a step, for implementations whose gradients are those of weight and bias, and
# whose stages are passed everything they need or find it themselves.


def bias_not_updated(honest):
    class Mistaken(honest):
        def update(self, *arguments):
            *state, (weight, bias) = arguments
            return super().update(*state, (weight, 0 * bias))

    return Mistaken


def summed_gradient_behind_a_mean_loss(honest):
    class Mistaken(honest):
        def __init__(self, problem, options):
            self.size = problem.batch_size
            super().__init__(problem, options)

        def update(self, *arguments):
            *state, (weight, bias) = arguments
            return super().update(*state, (self.size * weight, self.size * bias))

    return Mistaken


def with_bias_gradient(honest, share):
    """Return an implementation whose gradient of the bias is larger by a share."""

    class Mistaken(honest):
        def update(self, *arguments):
            *state, (weight, bias) = arguments
            return super().update(*state, (weight, (1 + share) * bias))

    return Mistaken


def bias_gradient_off_by_a_thousandth(honest):
    return with_bias_gradient(honest, 1e-3)


def with_loss(honest, share):
    """Return an implementation that reports a loss which is larger by a share."""

    class Mistaken(honest):
        def gradients(self, *arguments):
            loss, gradients = super().gradients(*arguments)
            return (1 + share) * loss, gradients

    return Mistaken


def loss_off_by_a_thousandth(honest):
    return with_loss(honest, 1e-3)


def loss_off_by_twenty_millionths(honest):
    return with_loss(honest, 2e-5)


WITHIN_A_STEP = (
    bias_gradient_off_by_a_thousandth,
    bias_not_updated,
    loss_off_by_a_thousandth,
    loss_off_by_twenty_millionths,
    summed_gradient_behind_a_mean_loss,
)
AROUND_AN_EPOCH = (
    batches_formed_before_shuffling,
    brain_float_features,
    default_initialization,
    drawn_with_replacement,
    features_not_divided_by_255,
    features_of_14_bits,
    features_off_by_a_ten_thousandth,
    half_precision_features,
    last_short_batch_dropped,
    learning_rate_off_by_a_ten_thousandth,
    learning_rate_off_by_one_percent,
    loss_of_the_epoch_before,
    one_epoch_only_evaluated,
    one_label_wrong,
    same_order_every_epoch,
    two_examples_swapped,
)
