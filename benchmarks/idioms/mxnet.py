"""Loops in MXNet, each as plain as it gets, by form and lane; what was fastest stands first."""

from contextlib import nullcontext
from functools import partial

import mxnet
import numpy as np
from mxnet import autograd, gluon, nd

from benchmarks.idioms import once


@once
def data(problem):
    return nd.array(np.array(problem.features)), nd.array(np.array(problem.targets))


def looped(step, problem, bulk=0):
    """Return an epoch of steps; the engine may take so many operations as one."""

    def epoch(order):
        order = nd.array(order, dtype="int32")
        total = nd.zeros(1)
        with mxnet.engine.bulk(bulk) if bulk else nullcontext():
            for start in range(0, len(order), problem.batch_size):
                i = order[start : start + problem.batch_size]
                total += step(i) * len(i)
        return float(total.asscalar()) / len(order)

    return epoch


def scratch(problem, rows_are_outputs=False, shift_gradient=True, bulk=0):
    x, y = data(problem)
    w = nd.array(problem.initial.weight.T if rows_are_outputs else problem.initial.weight)
    b = nd.array(problem.initial.bias)
    w.attach_grad()
    b.attach_grad()

    def loss_of(z, labels):
        shift = z.max(axis=1, keepdims=True)
        e = nd.exp(z - (shift if shift_gradient else nd.stop_gradient(shift)))
        return -nd.log(nd.pick(e / e.sum(axis=1, keepdims=True), labels)).mean()

    def step(i):
        rows, labels = x.take(i), y.take(i)
        with autograd.record():
            loss = loss_of(nd.dot(rows, w, transpose_b=rows_are_outputs) + b, labels)
        loss.backward()
        w[:] = w - problem.learning_rate * w.grad
        b[:] = b - problem.learning_rate * b.grad
        return loss

    return looped(step, problem, bulk)


def high_level(problem, bulk=0, hybridize=None, **trainer_options):
    x, y = data(problem)
    n_features, n_outputs = problem.initial.weight.shape
    model = gluon.nn.Dense(n_outputs, in_units=n_features)
    model.initialize()
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    if hybridize is not None:
        model.hybridize(**hybridize)
        loss_of.hybridize(**hybridize)
    options = {"learning_rate": problem.learning_rate}
    trainer = gluon.Trainer(model.collect_params(), "sgd", options, **trainer_options)

    def step(i):
        with autograd.record():
            loss = loss_of(model(x.take(i)), y.take(i))
        loss.backward()
        trainer.step(len(i))
        return loss.mean()

    return looped(step, problem, bulk)


class ModelWithLoss(gluon.HybridBlock):
    """A network and its loss in one block."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.loss = gluon.loss.SoftmaxCrossEntropyLoss()

    def hybrid_forward(self, F, features, targets):
        return self.loss(self.model(features), targets)


def high_level_in_one_block(problem, bulk=0):
    x, y = data(problem)
    n_features, n_outputs = problem.initial.weight.shape
    model = gluon.nn.Dense(n_outputs, in_units=n_features)
    model.initialize()
    loss_of = ModelWithLoss(model)
    loss_of.hybridize(**STATIC)
    options = {"learning_rate": problem.learning_rate}
    trainer = gluon.Trainer(model.collect_params(), "sgd", options)

    def step(i):
        with autograd.record():
            loss = loss_of(x.take(i), y.take(i))
        loss.backward()
        trainer.step(len(i))
        return loss.mean()

    return looped(step, problem, bulk)


STATIC = {"static_alloc": True, "static_shape": True}

IDIOMS = {
    ("scratch", "eager"): {
        "pick, a column of the weight for each output": scratch,
        "the same without the gradient of the shift": partial(scratch, shift_gradient=False),
        "a row of the weight for each output": partial(scratch, rows_are_outputs=True),
        "engine.bulk(15)": partial(scratch, bulk=15),
    },
    ("high_level", "eager"): {
        "Dense, SoftmaxCrossEntropyLoss, Trainer": high_level,
        "engine.bulk(30)": partial(high_level, bulk=30),
        "Trainer(kvstore=None)": partial(high_level, kvstore=None),
    },
    ("high_level", "step"): {
        "hybridize in one block, engine.bulk(30)": partial(high_level_in_one_block, bulk=30),
        "hybridize in one block": high_level_in_one_block,
        "hybridize, engine.bulk(30)": partial(high_level, hybridize=STATIC, bulk=30),
        "hybridize(static_alloc, static_shape)": partial(high_level, hybridize=STATIC),
        "hybridize()": partial(high_level, hybridize={}),
    },
}
