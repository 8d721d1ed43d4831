"""Softmax and linear regression in PaddlePaddle, from scratch: tensors and autograd."""

from __future__ import annotations

import numpy as np
import paddle

from implementations.contract import Options, Parameters, Problem
from implementations.paddle.execution import LANES
from implementations.paddle.feeds import FEEDS


def softmax(scores):
    # A shift changes no probability, so its gradient is nothing; that of max is slow to find.
    exponentials = paddle.exp(scores - scores.detach().max(axis=1, keepdim=True))
    return exponentials / exponentials.sum(axis=1, keepdim=True)


def cross_entropy(scores, labels):
    return -paddle.log(paddle.index_sample(softmax(scores), labels.unsqueeze(1))).mean()


def squared_loss(scores, values):
    return ((scores - values) ** 2 / 2).mean()


def sgd(parameters, gradients, learning_rate):
    # assign() changes a parameter in place in a compiled step too.
    with paddle.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            paddle.assign(parameter - learning_rate * gradient, parameter)


def scores(parameters, features):
    weight, bias = parameters
    return paddle.matmul(features, weight, transpose_y=True) + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight.T + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        self.lane = LANES[options.execution]()
        # A row for each output: its gradient is a faster product.
        weight = np.ascontiguousarray(problem.initial.weight.T)
        self.weight = paddle.to_tensor(weight, stop_gradient=False)
        self.bias = paddle.to_tensor(np.array(problem.initial.bias), stop_gradient=False)
        self.learning_rate = problem.learning_rate
        self.step = self.lane.compile(self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        loss = type(self).loss(scores((self.weight, self.bias), features), targets)
        return self.lane.backward(loss, (self.weight, self.bias))

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

    def step(self, batch):
        loss, gradients = self.gradients(*self.gather(batch))
        return loss, self.update(gradients)

    def train_epoch(self, order):
        total = paddle.zeros([])
        for batch, examples in self.feed(order):
            loss, _ = self.step(batch)
            total += loss * examples
        return float(total) / len(order)

    def parameters(self):
        return Parameters(self.weight.numpy().T.copy(), self.bias.numpy())


class SoftmaxRegression(Regression):
    loss = cross_entropy

    @paddle.no_grad()
    def predict(self, features):
        features = paddle.to_tensor(np.array(features))
        return scores((self.weight, self.bias), features).argmax(axis=1).numpy()


class LinearRegression(Regression):
    loss = squared_loss

    @paddle.no_grad()
    def predict(self, features):
        features = paddle.to_tensor(np.array(features))
        return scores((self.weight, self.bias), features).numpy()
