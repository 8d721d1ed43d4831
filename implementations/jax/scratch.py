"""Softmax and linear regression in JAX, from scratch: arrays and grad."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from implementations.contract import Options, Parameters, Problem
from implementations.jax.execution import LANES
from implementations.jax.feeds import FEEDS


def softmax(scores):
    exponentials = jnp.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    return -jnp.log(jnp.take_along_axis(softmax(scores), labels[:, None], axis=1)).mean()


def squared_loss(scores, values):
    return ((scores - values) ** 2 / 2).mean()


def sgd(parameters, gradients, learning_rate):
    return jax.tree.map(lambda p, g: p - learning_rate * g, parameters, gradients)


def scores(parameters, features):
    weight, bias = parameters
    return features @ weight.T + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight.T + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        # A row for each output, as torch.nn.Linear has it: its gradient is a faster product.
        self.weight = jnp.array(problem.initial.weight.T)
        self.bias = jnp.array(problem.initial.bias)
        self.learning_rate = problem.learning_rate
        self.run = LANES[options.execution](self.step)

    def gather(self, data, batch):
        return self.feed.gather(data, batch)

    def gradients(self, parameters, features, targets):
        def batch_loss(parameters):
            return type(self).loss(scores(parameters, features), targets)

        return jax.value_and_grad(batch_loss)(parameters)

    def update(self, parameters, gradients):
        return sgd(parameters, gradients, self.learning_rate)

    def step(self, state, data, batch, examples):
        parameters, total = state
        loss, gradients = self.gradients(parameters, *self.gather(data, batch))
        return self.update(parameters, gradients), total + loss * examples

    def train_epoch(self, order):
        state = (self.weight, self.bias), jnp.zeros(())
        (self.weight, self.bias), total = self.run(state, self.feed, order)
        return float(total) / len(order)

    def parameters(self):
        return Parameters(np.array(self.weight).T.copy(), np.array(self.bias))


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        return np.array(scores((self.weight, self.bias), jnp.array(features)).argmax(axis=1))


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        return np.array(scores((self.weight, self.bias), jnp.array(features)))
