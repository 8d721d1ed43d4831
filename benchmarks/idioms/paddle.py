"""Loops in PaddlePaddle, each as plain as it gets, by form and lane; the fastest stands first."""

from functools import partial

import numpy as np
import paddle
from paddle import nn

from benchmarks.idioms import once


@once
def data(problem):
    return paddle.to_tensor(np.array(problem.features)), paddle.to_tensor(problem.targets)


def gathered(problem):
    x, y = data(problem)
    return lambda i: (paddle.gather(x, i), paddle.gather(y, i))


def index_selected(problem):
    x, y = data(problem)
    return lambda i: (paddle.index_select(x, i), paddle.index_select(y, i))


def softmax_loss(z, y, shift_gradient=False, along_axis=False):
    shift = (z if shift_gradient else z.detach()).max(axis=1, keepdim=True)
    e = paddle.exp(z - shift)
    p = e / e.sum(axis=1, keepdim=True)
    if along_axis:
        return -paddle.log(paddle.take_along_axis(p, y.unsqueeze(1), axis=1)).mean()
    return -paddle.log(paddle.index_sample(p, y.unsqueeze(1))).mean()


def split(order, problem):
    full, rest = divmod(len(order), problem.batch_size)
    sizes = [problem.batch_size] * full + [rest] * (rest > 0)
    return paddle.to_tensor(order).split(sizes)


def sliced(order, problem):
    order, size = paddle.to_tensor(order), problem.batch_size
    return (order[start : start + size] for start in range(0, len(order), size))


def looped(step, problem, batches=split):
    """Return an epoch of steps, each of which takes row indices and returns its loss."""

    def epoch(order):
        total = paddle.zeros([])
        for i in batches(order, problem):
            total += step(i) * len(i)
        return float(total) / len(order)

    return epoch


def weights(problem, rows_are_outputs):
    w = problem.initial.weight.T if rows_are_outputs else problem.initial.weight
    return [
        paddle.to_tensor(np.array(values, order="C"), stop_gradient=False)
        for values in (w, problem.initial.bias)
    ]


def assign(parameter, value):
    paddle.assign(value, parameter)


def scratch_eager(
    problem,
    rows_are_outputs=True,
    gather=gathered,
    batches=split,
    with_grad=False,
    loss_of=softmax_loss,
):
    rows = gather(problem)
    w, b = weights(problem, rows_are_outputs)

    def step(i):
        x, y = rows(i)
        loss = loss_of(paddle.matmul(x, w, transpose_y=rows_are_outputs) + b, y)
        if with_grad:
            gradients = paddle.grad(loss, (w, b))
        else:
            loss.backward()
            gradients = w.grad, b.grad
        with paddle.no_grad():
            for parameter, gradient in zip((w, b), gradients):
                parameter.subtract_(problem.learning_rate * gradient)
                parameter.clear_gradient(set_to_zero=False)
        return loss.detach()

    return looped(step, problem, batches)


def scratch_step(problem, rows_are_outputs=True):
    """The whole step in one static graph, gathering and update too."""
    rows = gathered(problem)
    w, b = weights(problem, rows_are_outputs)

    def step(i):
        x, y = rows(i)
        loss = softmax_loss(paddle.matmul(x, w, transpose_y=rows_are_outputs) + b, y)
        dw, db = paddle.grad(loss, (w, b))
        paddle.assign(w.detach() - problem.learning_rate * dw.detach(), w)
        paddle.assign(b.detach() - problem.learning_rate * db.detach(), b)
        return loss.detach()

    return looped(paddle.jit.to_static(step, full_graph=True), problem)


def scratch_step_loss(problem):
    """The loss in one static graph; backward() and the update in Python."""
    rows = gathered(problem)
    w, b = weights(problem, rows_are_outputs=True)

    def loss_of(x, y):
        return softmax_loss(paddle.matmul(x, w, transpose_y=True) + b, y)

    loss_of = paddle.jit.to_static(loss_of, full_graph=True)

    def step(i):
        loss = loss_of(*rows(i))
        loss.backward()
        with paddle.no_grad():
            for parameter in (w, b):
                parameter.subtract_(problem.learning_rate * parameter.grad)
                parameter.clear_gradient(set_to_zero=False)
        return loss.detach()

    return looped(step, problem)


def model_and_optimizer(problem):
    model = nn.Linear(*problem.initial.weight.shape)
    rate = problem.learning_rate
    return model, paddle.optimizer.SGD(learning_rate=rate, parameters=model.parameters())


def log_softmax_and_nll(z, y):
    return nn.functional.nll_loss(nn.functional.log_softmax(z, axis=1), y)


def high_level_eager(problem, gather=gathered, cross_entropy=nn.functional.cross_entropy):
    """The textbook's."""
    rows = gather(problem)
    model, optimizer = model_and_optimizer(problem)

    def step(i):
        x, y = rows(i)
        loss = cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        return loss.detach()

    return looped(step, problem)


def high_level_apply_gradients(problem):
    rows = gathered(problem)
    model, optimizer = model_and_optimizer(problem)

    def step(i):
        x, y = rows(i)
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        with paddle.no_grad():
            optimizer.apply_gradients(
                [(model.weight, model.weight.grad), (model.bias, model.bias.grad)]
            )
        for parameter in (model.weight, model.bias):
            parameter.clear_gradient(set_to_zero=False)
        return loss.detach()

    return looped(step, problem)


def high_level_compiled(problem, what):
    """Compile the loss of the model, or the model."""
    rows = gathered(problem)
    model, optimizer = model_and_optimizer(problem)
    scores = paddle.jit.to_static(model, full_graph=True) if what == "model" else model

    def loss_of(x, y):
        return nn.functional.cross_entropy(scores(x), y)

    if what == "loss":
        loss_of = paddle.jit.to_static(loss_of, full_graph=True)

    def step(i):
        loss = loss_of(*rows(i))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        return loss.detach()

    return looped(step, problem)


def high_level_gradients(problem):
    """Compile all but the optimizer, which finds no learning rate in a static graph."""
    rows = gathered(problem)
    model, optimizer = model_and_optimizer(problem)

    def gradients(i):
        x, y = rows(i)
        loss = nn.functional.cross_entropy(model(x), y)
        dw, db = paddle.grad(loss, (model.weight, model.bias))
        return loss.detach(), dw.detach(), db.detach()

    gradients = paddle.jit.to_static(gradients, full_graph=True)

    def step(i):
        loss, dw, db = gradients(i)
        with paddle.no_grad():
            optimizer.apply_gradients([(model.weight, dw), (model.bias, db)])
        return loss

    return looped(step, problem)


IDIOMS = {
    ("scratch", "eager"): {
        "gather, backward(), a row of the weight for each output": scratch_eager,
        "the same, a column for each output": partial(scratch_eager, rows_are_outputs=False),
        "the same, paddle.grad": partial(scratch_eager, with_grad=True),
        "the same, index_select": partial(scratch_eager, gather=index_selected),
        "the same, order[a:b]": partial(scratch_eager, batches=sliced),
        "the same, take_along_axis": partial(
            scratch_eager, loss_of=partial(softmax_loss, along_axis=True)
        ),
        "the same with the gradient of the shift": partial(
            scratch_eager, loss_of=partial(softmax_loss, shift_gradient=True)
        ),
    },
    ("scratch", "step"): {
        "whole step, a row of the weight for each output": scratch_step,
        "whole step, a column for each output": partial(scratch_step, rows_are_outputs=False),
        "loss alone": scratch_step_loss,
    },
    ("high_level", "eager"): {
        "Linear, cross_entropy, SGD.apply_gradients": high_level_apply_gradients,
        "Linear, cross_entropy, SGD.step": high_level_eager,
        "the same, log_softmax and nll_loss": partial(
            high_level_eager, cross_entropy=log_softmax_and_nll
        ),
        "the same, index_select": partial(high_level_eager, gather=index_selected),
    },
    ("high_level", "step"): {
        "all but the optimizer": high_level_gradients,
        "loss of the model": partial(high_level_compiled, what="loss"),
        "the model": partial(high_level_compiled, what="model"),
    },
}
