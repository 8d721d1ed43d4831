"""Loops in JAX, each as plain as it gets, by form and lane; what was fastest stands first."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from flax import nnx

from benchmarks.idioms import once


@once
def data(problem):
    return jnp.array(problem.features), jnp.array(problem.targets)


def scratch_step(rate, columns):
    """Return a step; the weight has a row for each output, or a column."""

    def step(parameters, total, data, i, examples):
        x, y = data[0][i], data[1][i]

        def loss_of(parameters):
            w, b = parameters
            z = x @ (w if columns else w.T) + b
            e = jnp.exp(z - z.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            return -jnp.log(jnp.take_along_axis(p, y[:, None], axis=1)).mean()

        loss, (dw, db) = jax.value_and_grad(loss_of)(parameters)
        w, b = parameters
        return (w - rate * dw, b - rate * db), total + loss * examples

    return step


def start(problem, columns):
    """Return the parameters: a row of weights for each output, or a column."""
    weight = problem.initial.weight
    return jnp.array(weight if columns else weight.T), jnp.array(problem.initial.bias)


def looped(step, parameters, problem, on_device=False):
    """Return an epoch that calls the step for each batch."""
    size = problem.batch_size

    def epoch(order):
        nonlocal parameters
        total = jnp.zeros(())
        batches = [order[first : first + size] for first in range(0, len(order), size)]
        if on_device:
            batches = jnp.split(jnp.array(order), list(range(size, len(order), size)))
        for i in batches:
            parameters, total = step(parameters, total, data(problem), i, len(i))
        return float(total) / len(order)

    return epoch


def scanned(step, parameters, problem, unroll=1, donate=False):
    """Return an epoch that is one compiled scan over the batches."""
    size = problem.batch_size

    @partial(jax.jit, donate_argnums=0 if donate else ())
    def run(parameters, data, order):
        full = len(order) // size * size

        def body(state, i):
            return step(*state, data, i, size), None

        state = parameters, jnp.zeros(())
        state, _ = jax.lax.scan(body, state, order[:full].reshape(-1, size), unroll=unroll)
        last = order[full:]
        return step(*state, data, last, len(last)) if len(last) else state

    def epoch(order):
        nonlocal parameters
        parameters, total = run(parameters, data(problem), order)
        return float(total) / len(order)

    return epoch


def looped_over_slices(step, parameters, problem):
    """Return an epoch that is one compiled fori_loop with a slice of the order in each turn."""
    size = problem.batch_size

    @jax.jit
    def run(parameters, data, order):
        full = len(order) // size

        def body(number, state):
            i = jax.lax.dynamic_slice_in_dim(order, number * size, size)
            return step(*state, data, i, size)

        state = jax.lax.fori_loop(0, full, body, (parameters, jnp.zeros(())))
        last = order[full * size :]
        return step(*state, data, last, len(last)) if len(last) else state

    def epoch(order):
        nonlocal parameters
        parameters, total = run(parameters, data(problem), order)
        return float(total) / len(order)

    return epoch


def scratch(problem, loop, wrap=lambda step: step, columns=False, **options):
    step = wrap(scratch_step(problem.learning_rate, columns))
    return loop(step, start(problem, columns), problem, **options)


def model_and_optimizer(problem):
    model = nnx.Linear(*problem.initial.weight.shape, rngs=nnx.Rngs(0))
    return model, nnx.Optimizer(model, optax.sgd(problem.learning_rate), wrt=nnx.Param)


def loss_of(model, x, y):
    return optax.softmax_cross_entropy_with_integer_labels(model(x), y).mean()


def high_level_functional(problem, loop, wrap=lambda step: step):
    """Take model and optimizer apart once; put them together in every step."""
    structure, variables = nnx.split(model_and_optimizer(problem))

    def step(variables, total, data, i, examples):
        model, optimizer = nnx.merge(structure, variables)
        loss, gradients = nnx.value_and_grad(loss_of)(model, data[0][i], data[1][i])
        optimizer.update(model, gradients)
        return nnx.state((model, optimizer)), total + loss * examples

    return loop(wrap(step), variables, problem)


def high_level_jit(problem, cached):
    """Compile with nnx.jit, which takes the objects apart in every call unless they are cached."""
    model, optimizer = model_and_optimizer(problem)

    def step(model, optimizer, total, data, i, examples):
        loss, gradients = nnx.value_and_grad(loss_of)(model, data[0][i], data[1][i])
        optimizer.update(model, gradients)
        return total + loss * examples

    compiled = nnx.jit(step)
    if cached:
        bound = nnx.cached_partial(compiled, model, optimizer)
        return looped(lambda nothing, *rest: (nothing, bound(*rest)), None, problem)
    return looped(
        lambda nothing, *rest: (nothing, compiled(model, optimizer, *rest)), None, problem
    )


IDIOMS = {
    ("scratch", "eager"): {"value_and_grad, operation by operation": partial(scratch, loop=looped)},
    ("scratch", "step"): {
        "jit, indices from the host": partial(scratch, loop=looped, wrap=jax.jit),
        "jit, a column of weights for each output": partial(
            scratch, loop=looped, wrap=jax.jit, columns=True
        ),
        "jit, indices on the device": partial(scratch, loop=looped, wrap=jax.jit, on_device=True),
        "jit, parameters donated": partial(
            scratch, loop=looped, wrap=partial(jax.jit, donate_argnums=(0, 1))
        ),
    },
    ("scratch", "epoch"): {
        "lax.scan": partial(scratch, loop=scanned),
        "lax.scan, a column of weights for each output": partial(
            scratch, loop=scanned, columns=True
        ),
        "lax.scan, unroll=4": partial(scratch, loop=scanned, unroll=4),
        "lax.scan, parameters donated": partial(scratch, loop=scanned, donate=True),
        "lax.fori_loop over slices": partial(scratch, loop=looped_over_slices),
    },
    ("high_level", "step"): {
        "split and merge in jit": partial(high_level_functional, loop=looped, wrap=jax.jit),
        "nnx.jit, cached_partial": partial(high_level_jit, cached=True),
        "nnx.jit": partial(high_level_jit, cached=False),
    },
    ("high_level", "epoch"): {
        "split and merge in lax.scan": partial(high_level_functional, loop=scanned),
        "split and merge in lax.fori_loop": partial(high_level_functional, loop=looped_over_slices),
    },
}
