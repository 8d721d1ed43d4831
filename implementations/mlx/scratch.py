"""Softmax and linear regression in MLX, from scratch: arrays and value_and_grad."""

from __future__ import annotations

import mlx.core as mx
import numpy as np

from implementations.contract import Options, Parameters, Problem
from implementations.mlx.execution import LANES
from implementations.mlx.feeds import FEEDS


def softmax(scores):
    exponentials = mx.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    return -mx.log(mx.take_along_axis(softmax(scores), labels[:, None], axis=1)).mean()


def squared_loss(scores, values):
    return ((scores - values) ** 2 / 2).mean()


def sgd(parameters, gradients, learning_rate):
    return tuple(p - learning_rate * g for p, g in zip(parameters, gradients))


def scores(parameters, features):
    weight, bias = parameters
    return features @ weight + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        self.weight = mx.array(problem.initial.weight)
        self.bias = mx.array(problem.initial.bias)
        self.learning_rate = problem.learning_rate
        self.run = LANES[options.execution](self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, parameters, features, targets):
        def batch_loss(parameters):
            return type(self).loss(scores(parameters, features), targets)

        return mx.value_and_grad(batch_loss)(parameters)

    def update(self, parameters, gradients):
        return sgd(parameters, gradients, self.learning_rate)

    def step(self, state, batch, examples):
        parameters, total = state
        loss, gradients = self.gradients(parameters, *self.gather(batch))
        return self.update(parameters, gradients), total + loss * examples

    def train_epoch(self, order):
        state = (self.weight, self.bias), mx.zeros(())
        for batch, examples in self.feed(order):
            state = self.run(state, batch, examples)
            # Nothing is computed before it is asked for; the next step is drawn up meanwhile.
            mx.async_eval(state)
        (self.weight, self.bias), total = state
        return total.item() / len(order)

    def parameters(self):
        return Parameters(np.array(self.weight), np.array(self.bias))


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        return np.array(scores((self.weight, self.bias), mx.array(features)).argmax(axis=1))


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        return np.array(scores((self.weight, self.bias), mx.array(features)))
