"""Loops in MLX, each as plain as it gets, by form and lane; what was fastest stands first."""

from functools import partial

import mlx.core as mx
import mlx.optimizers
from mlx import nn

from benchmarks.idioms import once


@once
def data(problem):
    x, y = mx.array(problem.features), mx.array(problem.targets)
    mx.eval(x, y)
    return x, y


def softmax_loss(z, y, shift_gradient=True):
    shift = z.max(axis=1, keepdims=True)
    e = mx.exp(z - (shift if shift_gradient else mx.stop_gradient(shift)))
    return -mx.log(mx.take_along_axis(e / e.sum(axis=1, keepdims=True), y[:, None], axis=1)).mean()


def columns_are_outputs(x, w, b):
    return x @ w + b


def rows_are_outputs(x, w, b):
    return x @ w.T + b


def transposed_product(x, w, b):
    return (w @ x.T).T + b


def addmm(x, w, b):
    return mx.addmm(b, x, w)


def looped(step, problem, evaluate=mx.async_eval, every=1):
    """Return an epoch of steps ``(total, i) -> (total, arrays to evaluate)``."""

    def epoch(order):
        order, size = mx.array(order), problem.batch_size
        total = mx.zeros(())
        for number, start in enumerate(range(0, len(order), size), start=1):
            total, state = step(total, order[start : start + size])
            if number % every == 0:
                evaluate(total, state)
        return total.item() / len(order)

    return epoch


def scratch(
    problem, scores=columns_are_outputs, loss_of=softmax_loss, compiled=False, **evaluation
):
    x, y = data(problem)
    transposed = scores in (rows_are_outputs, transposed_product)
    w = mx.array(problem.initial.weight.T if transposed else problem.initial.weight)
    parameters = [w, mx.array(problem.initial.bias)]

    def update(w, b, total, i):
        loss, (dw, db) = mx.value_and_grad(
            lambda w, b: loss_of(scores(x[i], w, b), y[i]), argnums=(0, 1)
        )(w, b)
        rate = problem.learning_rate
        return w - rate * dw, b - rate * db, total + loss * len(i)

    update = mx.compile(update) if compiled else update

    def step(total, i):
        parameters[0], parameters[1], total = update(*parameters, total, i)
        return total, parameters

    return looped(step, problem, **evaluation)


def high_level(problem, compiled=False, **evaluation):
    x, y = data(problem)
    model = nn.Linear(*problem.initial.weight.shape)
    optimizer = mlx.optimizers.SGD(learning_rate=problem.learning_rate)
    optimizer.init(model.trainable_parameters())
    state = [model.state, optimizer.state]

    def loss_of(rows, labels):
        return nn.losses.cross_entropy(model(rows), labels, reduction="mean")

    def update(i):
        loss, gradients = nn.value_and_grad(model, loss_of)(x[i], y[i])
        optimizer.update(model, gradients)
        return loss

    if compiled:
        update = partial(mx.compile, inputs=state, outputs=state)(update)

    def step(total, i):
        return total + update(i) * len(i), state

    return looped(step, problem, **evaluation)


def scratch_lane(**options):
    return {
        "a column of the weight for each output": partial(scratch, **options),
        "the same, addmm": partial(scratch, scores=addmm, **options),
        "(weight @ features.T).T": partial(scratch, scores=transposed_product, **options),
        "a row of the weight for each output": partial(scratch, scores=rows_are_outputs, **options),
        "without the gradient of the shift": partial(
            scratch, loss_of=partial(softmax_loss, shift_gradient=False), **options
        ),
        "eval": partial(scratch, evaluate=mx.eval, **options),
        "async_eval every tenth step": partial(scratch, every=10, **options),
    }


def high_level_lane(**options):
    return {
        "Linear, cross_entropy, SGD": partial(high_level, **options),
        "eval": partial(high_level, evaluate=mx.eval, **options),
        "async_eval every tenth step": partial(high_level, every=10, **options),
    }


IDIOMS = {
    ("scratch", "eager"): scratch_lane(),
    ("scratch", "step"): scratch_lane(compiled=True),
    ("high_level", "eager"): high_level_lane(),
    ("high_level", "step"): high_level_lane(compiled=True),
}
