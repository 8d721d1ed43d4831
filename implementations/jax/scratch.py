"""Softmax and linear regression in JAX, from scratch: arrays, grad and jit."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from implementations.contract import Options, Parameters, Problem


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
    return features @ weight + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        # Arrays live on jax_default_device, which the framework's configure() has set: an explicit
        # device would commit some of a step's arguments and not others, and compile it once more.
        self.features = jnp.array(problem.features)
        self.targets = jnp.array(problem.targets)
        self.weight = jnp.array(problem.initial.weight)
        self.bias = jnp.array(problem.initial.bias)
        self.learning_rate = problem.learning_rate
        self.batch_size = problem.batch_size
        jax.block_until_ready((self.features, self.targets))

    def gather(self, features, targets, batch):
        return features[batch], targets[batch]

    def gradients(self, parameters, features, targets):
        def batch_loss(parameters):
            return type(self).loss(scores(parameters, features), targets)

        return jax.value_and_grad(batch_loss)(parameters)

    def update(self, parameters, gradients):
        return sgd(parameters, gradients, self.learning_rate)

    @partial(jax.jit, static_argnums=0)
    def step(self, parameters, total, features, targets, batch):
        loss, gradients = self.gradients(parameters, *self.gather(features, targets, batch))
        return self.update(parameters, gradients), total + loss * len(batch)

    def train_epoch(self, order):
        parameters, total = (self.weight, self.bias), jnp.zeros(())
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            parameters, total = self.step(parameters, total, self.features, self.targets, batch)
        self.weight, self.bias = parameters
        return float(total) / len(order)

    def parameters(self):
        return Parameters(np.array(self.weight), np.array(self.bias))


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        return np.array(scores((self.weight, self.bias), jnp.array(features)).argmax(axis=1))


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        return np.array(scores((self.weight, self.bias), jnp.array(features)))
