"""Softmax and linear regression in scikit-learn: a perceptron without hidden layers."""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from implementations.contract import Options, Parameters, Problem


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    def __init__(self, problem: Problem, options: Options):
        self.features = np.array(problem.features)
        self.targets = np.array(problem.targets).ravel()
        # An epoch's rows always go to the same memory: new memory of that size costs page faults.
        self.rows = np.empty_like(self.features)
        self.model = self.estimator(
            hidden_layer_sizes=(),
            solver="sgd",
            learning_rate_init=problem.learning_rate,
            momentum=0.0,
            alpha=0.0,
            batch_size=problem.batch_size,
            shuffle=False,
        )
        # Only a first call to partial_fit makes the estimator's parameters; they are overwritten.
        self.first_partial_fit(problem)
        self.model.coefs_ = [np.array(problem.initial.weight)]
        self.model.intercepts_ = [np.array(problem.initial.bias)]

    def gather(self, order):
        # Any other mode than clip would gather into a buffer first.
        rows = np.take(self.features, order, axis=0, out=self.rows[: len(order)], mode="clip")
        return rows, self.targets[order]

    def step(self, features, targets):
        # Without shuffling, one call is one pass in batches of batch_size, the short last one too.
        self.model.partial_fit(features, targets)
        return self.model.loss_

    def train_epoch(self, order):
        return float(self.step(*self.gather(order)))

    def parameters(self):
        return Parameters(self.model.coefs_[0].copy(), self.model.intercepts_[0].copy())


class SoftmaxRegression(Regression):
    estimator = MLPClassifier

    def first_partial_fit(self, problem):
        batch = slice(problem.batch_size)
        classes = np.arange(len(problem.initial.bias))
        self.model.partial_fit(self.features[batch], self.targets[batch], classes=classes)

    def predict(self, features):
        return self.model.predict(np.array(features))


class LinearRegression(Regression):
    estimator = MLPRegressor

    def first_partial_fit(self, problem):
        batch = slice(problem.batch_size)
        self.model.partial_fit(self.features[batch], self.targets[batch])

    def predict(self, features):
        return self.model.predict(np.array(features))[:, None]
