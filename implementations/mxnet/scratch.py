"""Softmax and linear regression in MXNet, from scratch: arrays and autograd."""

from __future__ import annotations

import mxnet
import numpy as np
from mxnet import autograd, nd

from implementations.contract import Options, Parameters, Problem

DEVICES = {"cpu": mxnet.cpu, "gpu": mxnet.gpu}


def softmax(scores):
    exponentials = nd.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    return -nd.log(nd.pick(softmax(scores), labels)).mean()


def squared_loss(scores, values):
    return ((scores - values) ** 2 / 2).mean()


def sgd(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients):
        parameter -= learning_rate * gradient


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]()
        self.features = nd.array(np.array(problem.features), self.device)
        self.targets = nd.array(np.array(problem.targets), self.device)
        self.weight = nd.array(problem.initial.weight, self.device)
        self.bias = nd.array(problem.initial.bias, self.device)
        self.weight.attach_grad()
        self.bias.attach_grad()
        self.learning_rate = problem.learning_rate
        self.batch_size = problem.batch_size

    def scores(self, features):
        return nd.dot(features, self.weight) + self.bias

    def gather(self, batch):
        return self.features.take(batch), self.targets.take(batch)

    def gradients(self, features, targets):
        with autograd.record():
            loss = type(self).loss(self.scores(features), targets)
        loss.backward()
        return loss, (self.weight.grad, self.bias.grad)

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

    def train_epoch(self, order):
        order = nd.array(order, self.device, dtype="int32")
        total = nd.zeros(1, self.device)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            loss, gradients = self.gradients(*self.gather(batch))
            self.update(gradients)
            total += loss * len(batch)
        return float(total.asscalar()) / len(order)

    def parameters(self):
        return Parameters(self.weight.asnumpy(), self.bias.asnumpy())


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        return self.scores(features).argmax(axis=1).asnumpy().astype(np.int64)


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        return self.scores(features).asnumpy()
