"""Softmax and linear regression that are never trained."""

from __future__ import annotations

import numpy as np

from implementations.contract import Options, Parameters, Problem


class Regression:
    """The initial parameters, for good."""

    def __init__(self, problem: Problem, options: Options):
        self.weight = np.array(problem.initial.weight)
        self.bias = np.array(problem.initial.bias)

    def train_epoch(self, order):
        return 0.0

    def parameters(self):
        return Parameters(self.weight.copy(), self.bias.copy())


class SoftmaxRegression(Regression):
    def predict(self, features):
        return np.zeros(len(features), np.int64)


class LinearRegression(Regression):
    def predict(self, features):
        return np.zeros((len(features), 1), np.float32)
