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

    def gather(self, features, targets, batch):
        return features[batch], targets[batch]

    def gradients(self, model, features, targets):
        def batch_loss(model):
            return type(self).loss(model(features), targets).mean()

        return nnx.value_and_grad(batch_loss)(model)

    def update(self, model, optimizer, gradients):
        optimizer.update(model, gradients)

    # The model and the optimizer change in place, so update() has nothing to return. Whatever it
    # did return would be a result of the compiled step: XLA computes nothing that is not.
    def step(self, model, optimizer, total, features, targets, batch):
        loss, gradients = self.gradients(model, *self.gather(features, targets, batch))
        return self.update(model, optimizer, gradients), total + loss * len(batch)

    def train_epoch(self, order):
        data, total = (self.features, self.targets), jnp.zeros(())
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            _, total = self.step(self.model, self.optimizer, total, *data, batch)
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
