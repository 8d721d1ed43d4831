"""Loops in PyTorch, each as plain as it gets, by form and lane; what was fastest stands first."""

from functools import partial

import numpy as np
import torch
from torch.nn import functional

from benchmarks.idioms import once


@once
def data(problem):
    return torch.tensor(np.array(problem.features)), torch.tensor(problem.targets)


def softmax_loss(z, y):
    e = torch.exp(z - z.amax(dim=1, keepdim=True))
    return -torch.log((e / e.sum(dim=1, keepdim=True)).gather(1, y[:, None])).mean()


def looped(step, problem):
    """Return an epoch of steps, each of which takes row indices and returns its loss."""

    def epoch(order):
        total = torch.zeros(())
        for i in torch.from_numpy(order).split(problem.batch_size):
            total += step(i) * len(i)
        return float(total) / len(order)

    return epoch


def summed_at_the_end(step, problem):
    """Return the same, with the losses kept and put together once."""

    def epoch(order):
        batches = torch.from_numpy(order).split(problem.batch_size)
        losses = torch.stack([step(i) for i in batches])
        return float(losses @ torch.tensor([float(len(i)) for i in batches])) / len(order)

    return epoch


def weights(problem, rows_are_outputs):
    w = problem.initial.weight.T.copy() if rows_are_outputs else problem.initial.weight
    return torch.tensor(w), torch.tensor(problem.initial.bias)


def scratch_eager(problem, rows_are_outputs, *, linear=False, loop=looped):
    x, y = data(problem)
    w, b = (p.requires_grad_() for p in weights(problem, rows_are_outputs))

    def scores(rows):
        if linear:
            return functional.linear(rows, w, b)
        return rows @ (w.T if rows_are_outputs else w) + b

    def step(i):
        loss = softmax_loss(scores(x.index_select(0, i)), y.index_select(0, i))
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w.sub_(dw, alpha=problem.learning_rate)
            b.sub_(db, alpha=problem.learning_rate)
        return loss.detach()

    return loop(step, problem)


def scratch_backward(problem):
    """The textbook's: backward() leaves the gradients with the parameters."""
    x, y = data(problem)
    w, b = (p.requires_grad_() for p in weights(problem, rows_are_outputs=False))

    def step(i):
        loss = softmax_loss(x.index_select(0, i) @ w + b, y.index_select(0, i))
        loss.backward()
        with torch.no_grad():
            w.sub_(problem.learning_rate * w.grad)
            b.sub_(problem.learning_rate * b.grad)
        w.grad = b.grad = None
        return loss.detach()

    return looped(step, problem)


def scratch_compiled_step(problem, rows_are_outputs):
    x, y = data(problem)
    w, b = weights(problem, rows_are_outputs)

    def loss_of(parameters, rows, labels):
        w, b = parameters
        return softmax_loss(rows @ (w.T if rows_are_outputs else w) + b, labels)

    gradients_of = torch.func.grad_and_value(loss_of)

    @partial(torch.compile, fullgraph=True, dynamic=False)
    @torch.no_grad()
    def step(i):
        (dw, db), loss = gradients_of((w, b), x.index_select(0, i), y.index_select(0, i))
        w.sub_(dw, alpha=problem.learning_rate)
        b.sub_(db, alpha=problem.learning_rate)
        return loss

    return looped(step, problem)


def scratch_compiled_loss(problem, rows_are_outputs):
    x, y = data(problem)
    w, b = (p.requires_grad_() for p in weights(problem, rows_are_outputs))

    @partial(torch.compile, fullgraph=True, dynamic=False)
    def loss_of(rows, labels):
        return softmax_loss(rows @ (w.T if rows_are_outputs else w) + b, labels)

    def step(i):
        loss = loss_of(x.index_select(0, i), y.index_select(0, i))
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w.sub_(dw, alpha=problem.learning_rate)
            b.sub_(db, alpha=problem.learning_rate)
        return loss.detach()

    return looped(step, problem)


def model_and_optimizer(problem, **options):
    model = torch.nn.Linear(*problem.initial.weight.shape)
    return model, torch.optim.SGD(model.parameters(), lr=problem.learning_rate, **options)


def high_level_eager(problem, loop=looped, **options):
    x, y = data(problem)
    model, optimizer = model_and_optimizer(problem, **options)

    def step(i):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x.index_select(0, i)), y.index_select(0, i))
        loss.backward()
        optimizer.step()
        return loss.detach()

    return loop(step, problem)


def high_level_compiled(problem, what):
    """Compile the loss of the model, the model, or the textbook's whole step."""
    x, y = data(problem)
    model, optimizer = model_and_optimizer(problem)
    compiled = partial(torch.compile, dynamic=False)
    scores = compiled(model) if what == "model" else model

    def loss_of(rows, labels):
        return functional.cross_entropy(scores(rows), labels)

    loss_of = compiled(loss_of) if what == "loss" else loss_of

    def step(i):
        optimizer.zero_grad()
        loss = loss_of(x.index_select(0, i), y.index_select(0, i))
        loss.backward()
        optimizer.step()
        return loss.detach()

    return looped(compiled(step) if what == "step" else step, problem)


def high_level_functional(problem, with_optimizer):
    """Transform the function; compile the gradients alone, or the optimizer's step with them."""
    x, y = data(problem)
    model, optimizer = model_and_optimizer(problem)
    parameters = dict(model.named_parameters())

    def loss_of(parameters, rows, labels):
        scores = torch.func.functional_call(model, parameters, (rows,))
        return functional.cross_entropy(scores, labels)

    def gradients(i):
        found, loss = torch.func.grad_and_value(loss_of)(
            parameters, x.index_select(0, i), y.index_select(0, i)
        )
        return found, loss

    compiled = partial(torch.compile, dynamic=False)
    gradients = gradients if with_optimizer else compiled(gradients)

    @torch.no_grad()
    def step(i):
        found, loss = gradients(i)
        for name, parameter in parameters.items():
            parameter.grad = found[name]
        optimizer.step()
        return loss

    return looped(compiled(step) if with_optimizer else step, problem)


IDIOMS = {
    ("scratch", "eager"): {
        "autograd.grad, a row of the weight for each output": partial(
            scratch_eager, rows_are_outputs=True
        ),
        "the same with functional.linear": partial(
            scratch_eager, rows_are_outputs=True, linear=True
        ),
        "the same, losses summed at the end": partial(
            scratch_eager, rows_are_outputs=True, loop=summed_at_the_end
        ),
        "autograd.grad, a column for each output": partial(scratch_eager, rows_are_outputs=False),
        "backward(), a column for each output": scratch_backward,
    },
    ("scratch", "step"): {
        "whole step, func.grad_and_value, a row for each output": partial(
            scratch_compiled_step, rows_are_outputs=True
        ),
        "whole step, a column for each output": partial(
            scratch_compiled_step, rows_are_outputs=False
        ),
        "loss alone, a row for each output": partial(scratch_compiled_loss, rows_are_outputs=True),
        "loss alone, a column for each output": partial(
            scratch_compiled_loss, rows_are_outputs=False
        ),
    },
    ("high_level", "eager"): {
        "nn.Linear, cross_entropy, SGD": high_level_eager,
        "the same, losses summed at the end": partial(high_level_eager, loop=summed_at_the_end),
        "SGD(fused=True)": partial(high_level_eager, fused=True),
        "SGD(foreach=True)": partial(high_level_eager, foreach=True),
    },
    ("high_level", "step"): {
        "whole step, func.functional_call": partial(high_level_functional, with_optimizer=True),
        "gradients alone, func.functional_call": partial(
            high_level_functional, with_optimizer=False
        ),
        "loss of the model": partial(high_level_compiled, what="loss"),
        "the textbook's whole step": partial(high_level_compiled, what="step"),
        "the model": partial(high_level_compiled, what="model"),
    },
}
