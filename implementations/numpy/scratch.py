"""Softmax and linear regression in NumPy, from scratch: arrays and hand-derived gradients."""

from __future__ import annotations

import numpy as np

from implementations.contract import Options, Parameters, Problem
from implementations.numpy.feeds import FEEDS, array_module, to_host


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    """Return the mean loss and its gradient with respect to the scores: softmax - one-hot."""
    rows = np.arange(len(labels), like=labels)
    gradient = softmax(scores)
    loss = -np.log(gradient[rows, labels]).mean()
    gradient[rows, labels] -= 1
    return loss, gradient / np.float32(len(labels))


def squared_loss(scores, values):
    """Return the mean loss and its gradient with respect to the scores: the residual."""
    residual = scores - values
    return (residual**2 / 2).mean(), residual / np.float32(len(values))


def sgd(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients):
        parameter -= learning_rate * gradient


def scores(parameters, features):
    weight, bias = parameters
    return features @ weight + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.xp = array_module(options.device)
        self.feed = FEEDS[options.input](problem, options)
        self.weight = self.xp.array(problem.initial.weight)
        self.bias = self.xp.array(problem.initial.bias)
        self.learning_rate = problem.learning_rate

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        loss, gradient = type(self).loss(scores((self.weight, self.bias), features), targets)
        return loss, (features.T @ gradient, gradient.sum(axis=0))

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

    def step(self, batch):
        # Passed straight on, a batch is let go before the next one is gathered, into the same
        # memory while that is still in the cache.
        loss, gradients = self.gradients(*self.gather(batch))
        return loss, self.update(gradients)

    def train_epoch(self, order):
        total = self.xp.zeros((), np.float32)
        for batch, examples in self.feed(order):
            loss, _ = self.step(batch)
            total += loss * examples
        return float(total) / len(order)

    def parameters(self):
        return Parameters(to_host(self.weight), to_host(self.bias))


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        features = self.xp.array(features)
        return to_host(scores((self.weight, self.bias), features).argmax(axis=1))


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        features = self.xp.array(features)
        return to_host(scores((self.weight, self.bias), features))
