"""Softmax and linear regression in NumPy, from scratch: arrays and hand-derived gradients."""

from __future__ import annotations

import numpy as np

from implementations.contract import Options, Parameters, Problem


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def cross_entropy(scores, labels):
    """Return the mean loss and its gradient with respect to the scores: softmax - one-hot."""
    rows = np.arange(len(labels))
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


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.features = np.array(problem.features)
        self.targets = np.array(problem.targets)
        self.weight = np.array(problem.initial.weight)
        self.bias = np.array(problem.initial.bias)
        self.learning_rate = problem.learning_rate
        self.batch_size = problem.batch_size

    def scores(self, features):
        return features @ self.weight + self.bias

    def gather(self, batch):
        return self.features.take(batch, axis=0), self.targets.take(batch, axis=0)

    def gradients(self, features, targets):
        loss, gradient = type(self).loss(self.scores(features), targets)
        return loss, (features.T @ gradient, gradient.sum(axis=0))

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

    def train_epoch(self, order):
        total = np.float32(0)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            # Passed straight on, a batch is let go before the next one is gathered, into the same
            # memory while that is still in the cache.
            loss, gradients = self.gradients(*self.gather(batch))
            self.update(gradients)
            total += loss * len(batch)
        return float(total) / len(order)

    def parameters(self):
        return Parameters(self.weight.copy(), self.bias.copy())


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        return self.scores(np.array(features)).argmax(axis=1)


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        return self.scores(np.array(features))
