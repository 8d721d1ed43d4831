"""Softmax and linear regression in JAX, high-level: Flax NNX and Optax."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from implementations.contract import Options, Parameters, Problem


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        # Arrays live on jax_default_device, which the framework's configure() has set: an explicit
        # device would commit some of a step's arguments and not others, and compile it once more.
        self.features = jnp.array(problem.features)
        self.targets = jnp.array(problem.targets)
        self.model = nnx.Linear(*problem.initial.weight.shape, rngs=nnx.Rngs(0))
        self.model.kernel[...] = jnp.array(problem.initial.weight)
        self.model.bias[...] = jnp.array(problem.initial.bias)
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(problem.learning_rate), wrt=nnx.Param)
        self.batch_size = problem.batch_size
        self.step = nnx.jit(self.step)
        jax.block_until_ready((self.features, self.targets))

    def step(self, model, optimizer, total, features, targets, batch):
        def batch_loss(model):
            return type(self).loss(model(features[batch]), targets[batch]).mean()

        loss, gradients = nnx.value_and_grad(batch_loss)(model)
        optimizer.update(model, gradients)
        return total + loss * len(batch)

    def train_epoch(self, order):
        total = jnp.zeros(())
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            total = self.step(self.model, self.optimizer, total, self.features, self.targets, batch)
        return float(total) / len(order)

    def parameters(self):
        return Parameters(np.array(self.model.kernel[...]), np.array(self.model.bias[...]))


class SoftmaxRegression(Regression):
    loss = optax.softmax_cross_entropy_with_integer_labels

    def predict(self, features):
        return np.array(self.model(jnp.array(features)).argmax(axis=1))


class LinearRegression(Regression):
    loss = optax.l2_loss

    def predict(self, features):
        return np.array(self.model(jnp.array(features)))
