"""Softmax regression in MXNet, as plain as it gets."""

import numpy as np
from mxnet import autograd, gluon, nd


def scratch(problem):
    x_all, y_all = nd.array(np.array(problem.features)), nd.array(np.array(problem.targets))
    w, b = nd.array(problem.initial.weight), nd.array(problem.initial.bias)
    w.attach_grad()
    b.attach_grad()
    size, rate = problem.batch_size, problem.learning_rate

    def epoch(order):
        order = nd.array(order, dtype="int32")
        total = nd.zeros(1)
        for start in range(0, len(order), size):
            i = order[start : start + size]
            x, y = x_all.take(i), y_all.take(i)
            with autograd.record():
                z = nd.dot(x, w) + b
                e = nd.exp(z - z.max(axis=1, keepdims=True))
                p = e / e.sum(axis=1, keepdims=True)
                loss = -nd.log(nd.pick(p, y)).mean()
            loss.backward()
            w[:] = w - rate * w.grad
            b[:] = b - rate * b.grad
            total += loss * len(i)
        return float(total.asscalar()) / len(order)

    return epoch


def high_level(problem):
    x_all, y_all = nd.array(np.array(problem.features)), nd.array(np.array(problem.targets))
    model = gluon.nn.Dense(10, in_units=784)
    model.initialize()
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(model.collect_params(), "sgd", {"learning_rate": problem.learning_rate})
    size = problem.batch_size

    def epoch(order):
        order = nd.array(order, dtype="int32")
        total = nd.zeros(1)
        for start in range(0, len(order), size):
            i = order[start : start + size]
            with autograd.record():
                loss = loss_of(model(x_all.take(i)), y_all.take(i))
            loss.backward()
            trainer.step(len(i))
            total += loss.sum()
        return float(total.asscalar()) / len(order)

    return epoch
