"""Softmax and linear regression in PaddlePaddle, high-level: paddle.nn and paddle.optimizer."""

from __future__ import annotations

import numpy as np
import paddle
from paddle import nn

from implementations.contract import Options, Parameters, Problem
from implementations.paddle.execution import LANES
from implementations.paddle.feeds import FEEDS


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        self.lane = LANES[options.execution]()
        self.model = nn.Linear(*problem.initial.weight.shape)
        self.model.weight.set_value(np.array(problem.initial.weight))
        self.model.bias.set_value(np.array(problem.initial.bias))
        self.optimizer = paddle.optimizer.SGD(
            learning_rate=problem.learning_rate, parameters=self.model.parameters()
        )
        self.step = self.lane.compile(self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        loss = self.loss(self.model(features), targets)
        return self.lane.backward(loss, (self.model.weight, self.model.bias))

    def update(self, gradients):
        with paddle.no_grad():
            self.optimizer.apply_gradients(list(zip(self.model.parameters(), gradients)))

    # The update is no part of it: in a compiled step the optimizer does not find its learning rate.
    def step(self, batch):
        return self.gradients(*self.gather(batch))

    def train_epoch(self, order):
        total = paddle.zeros([])
        for batch, examples in self.feed(order):
            loss, gradients = self.step(batch)
            self.update(gradients)
            total += loss * examples
        return float(total) / len(order)

    def parameters(self):
        return Parameters(self.model.weight.numpy(), self.model.bias.numpy())


class SoftmaxRegression(Regression):
    loss = nn.CrossEntropyLoss()

    @paddle.no_grad()
    def predict(self, features):
        features = paddle.to_tensor(np.array(features))
        return self.model(features).argmax(axis=1).numpy()


class HalfMeanSquaredError(nn.MSELoss):
    """Half of the mean squared error, so that its gradient is the residual."""

    def forward(self, scores, values):
        return super().forward(scores, values) / 2


class LinearRegression(Regression):
    loss = HalfMeanSquaredError()

    @paddle.no_grad()
    def predict(self, features):
        features = paddle.to_tensor(np.array(features))
        return self.model(features).numpy()
