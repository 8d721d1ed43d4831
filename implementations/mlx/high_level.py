"""Softmax and linear regression in MLX, high-level: mlx.nn and mlx.optimizers."""

from __future__ import annotations

import mlx.core as mx
import mlx.optimizers
import numpy as np
from mlx import nn

from implementations.contract import Options, Parameters, Problem
from implementations.mlx.execution import LANES
from implementations.mlx.feeds import FEEDS


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        self.model = nn.Linear(*problem.initial.weight.shape)
        self.model.weight = mx.array(problem.initial.weight.T)
        self.model.bias = mx.array(problem.initial.bias)
        self.optimizer = mlx.optimizers.SGD(learning_rate=problem.learning_rate)
        self.optimizer.init(self.model.trainable_parameters())
        self.state = [self.model.state, self.optimizer.state]
        self.run = LANES[options.execution](self.step, self.state)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, model, features, targets):
        def batch_loss(features, targets):
            return type(self).loss(model(features), targets)

        return nn.value_and_grad(model, batch_loss)(features, targets)

    def update(self, model, optimizer, gradients):
        optimizer.update(model, gradients)

    # The model and the optimizer change in place, so update() has nothing to return. Whatever it
    # did return would be a result of the step: MLX computes nothing that is not asked for.
    def step(self, total, batch, examples):
        loss, gradients = self.gradients(self.model, *self.gather(batch))
        updated = self.update(self.model, self.optimizer, gradients)
        return total + loss * examples, updated

    def train_epoch(self, order):
        total = mx.zeros(())
        for batch, examples in self.feed(order):
            total, updated = self.run(total, batch, examples)
            mx.async_eval(total, updated, self.state)
        return total.item() / len(order)

    def parameters(self):
        return Parameters(np.array(self.model.weight).T.copy(), np.array(self.model.bias))


def cross_entropy(scores, labels):
    return nn.losses.cross_entropy(scores, labels, reduction="mean")


def half_mean_squared_error(scores, values):
    """Return half of the mean squared error, so that its gradient is the residual."""
    return nn.losses.mse_loss(scores, values) / 2


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        return np.array(self.model(mx.array(features)).argmax(axis=1))


class LinearRegression(Regression):
    loss = half_mean_squared_error

    def predict(self, features):
        return np.array(self.model(mx.array(features)))
