"""Softmax regression in JAX, as plain as it gets: one jitted step, called in a loop."""

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def scratch(problem):
    x_all, y_all = jnp.array(problem.features), jnp.array(problem.targets)
    parameters = jnp.array(problem.initial.weight), jnp.array(problem.initial.bias)
    size, rate = problem.batch_size, problem.learning_rate

    @jax.jit
    def step(parameters, total, x_all, y_all, i):
        def loss_of(parameters):
            w, b = parameters
            z = x_all[i] @ w + b
            e = jnp.exp(z - z.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            return -jnp.log(jnp.take_along_axis(p, y_all[i][:, None], axis=1)).mean()

        loss, (dw, db) = jax.value_and_grad(loss_of)(parameters)
        w, b = parameters
        return (w - rate * dw, b - rate * db), total + loss * len(i)

    def epoch(order):
        nonlocal parameters
        total = jnp.zeros(())
        for start in range(0, len(order), size):
            i = order[start : start + size]
            parameters, total = step(parameters, total, x_all, y_all, i)
        return float(total) / len(order)

    return epoch


def high_level(problem):
    x_all, y_all = jnp.array(problem.features), jnp.array(problem.targets)
    model = nnx.Linear(784, 10, rngs=nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, optax.sgd(problem.learning_rate), wrt=nnx.Param)
    size = problem.batch_size

    @nnx.jit
    def step(model, optimizer, total, x_all, y_all, i):
        def loss_of(model):
            losses = optax.softmax_cross_entropy_with_integer_labels(model(x_all[i]), y_all[i])
            return losses.mean()

        loss, gradients = nnx.value_and_grad(loss_of)(model)
        optimizer.update(model, gradients)
        return total + loss * len(i)

    def epoch(order):
        total = jnp.zeros(())
        for start in range(0, len(order), size):
            total = step(model, optimizer, total, x_all, y_all, order[start : start + size])
        return float(total) / len(order)

    return epoch
