"""Softmax and linear regression in JAX, high-level: Flax NNX and Optax."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from implementations.contract import Options, Parameters, Problem
from implementations.jax.execution import LANES
from implementations.jax.feeds import FEEDS


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        self.model = nnx.Linear(*problem.initial.weight.shape, rngs=nnx.Rngs(0))
        self.model.kernel[...] = jnp.array(problem.initial.weight)
        self.model.bias[...] = jnp.array(problem.initial.bias)
        self.optimizer = nnx.Optimizer(self.model, optax.sgd(problem.learning_rate), wrt=nnx.Param)
        # Taking the two apart is slow, so it happens once an epoch, not in every step.
        self.structure = nnx.graphdef((self.model, self.optimizer))
        self.run = LANES[options.execution](self.step)

    def gather(self, data, batch):
        return self.feed.gather(data, batch)

    def gradients(self, model, features, targets):
        def batch_loss(model):
            return type(self).loss(model(features), targets).mean()

        return nnx.value_and_grad(batch_loss)(model)

    def update(self, model, optimizer, gradients):
        optimizer.update(model, gradients)

    # The model and the optimizer change in place, so update() has nothing to return. Whatever it
    # did return would be a result of the compiled step: XLA computes nothing that is not.
    def step(self, state, data, batch, examples):
        variables, total, _ = state
        model, optimizer = nnx.merge(self.structure, variables)
        loss, gradients = self.gradients(model, *self.gather(data, batch))
        updated = self.update(model, optimizer, gradients)
        return nnx.state((model, optimizer)), total + loss * examples, updated

    def train_epoch(self, order):
        state = nnx.state((self.model, self.optimizer)), jnp.zeros(()), None
        variables, total, _ = self.run(state, self.feed, order)
        nnx.update((self.model, self.optimizer), variables)
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
