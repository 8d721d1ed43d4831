"""Softmax and linear regression in MXNet, from scratch: arrays and autograd."""

from __future__ import annotations

import numpy as np
from mxnet import autograd, nd

from implementations.contract import Options, Parameters, Problem
from implementations.mxnet.feeds import DEVICES, FEEDS


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


def scores(parameters, features):
    weight, bias = parameters
    return nd.dot(features, weight) + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]()
        self.feed = FEEDS[options.input](problem, options)
        self.weight = nd.array(problem.initial.weight, self.device)
        self.bias = nd.array(problem.initial.bias, self.device)
        self.weight.attach_grad()
        self.bias.attach_grad()
        self.learning_rate = problem.learning_rate

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        with autograd.record():
            loss = type(self).loss(scores((self.weight, self.bias), features), targets)
        loss.backward()
        return loss, (self.weight.grad, self.bias.grad)

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

    def step(self, batch):
        loss, gradients = self.gradients(*self.gather(batch))
        return loss, self.update(gradients)

    def train_epoch(self, order):
        total = nd.zeros(1, self.device)
        for batch, examples in self.feed(order):
            loss, _ = self.step(batch)
            total += loss * examples
        return float(total.asscalar()) / len(order)

    def parameters(self):
        return Parameters(self.weight.asnumpy(), self.bias.asnumpy())


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        predicted = scores((self.weight, self.bias), features).argmax(axis=1)
        return predicted.asnumpy().astype(np.int64)


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        return scores((self.weight, self.bias), features).asnumpy()
