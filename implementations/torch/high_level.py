"""Softmax and linear regression in PyTorch, high-level: torch.nn and torch.optim."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from implementations.contract import Options, Parameters, Problem
from implementations.torch import execution
from implementations.torch.feeds import DEVICES, FEEDS


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        self.feed = FEEDS[options.input](problem, options)
        self.lane = execution.lane(options)
        self.model = nn.Linear(*problem.initial.weight.shape).to(self.device)
        with torch.no_grad():
            self.model.weight.copy_(torch.tensor(problem.initial.weight.T))
            self.model.bias.copy_(torch.tensor(problem.initial.bias))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=problem.learning_rate)
        self.step = self.lane.compile(self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        def batch_loss(model):
            return self.loss(model(features), targets)

        # The gradients stay with the model's parameters, where the optimizer finds them.
        return self.lane.backward(batch_loss, self.model), None

    def update(self, gradients):
        self.optimizer.step()

    def step(self, batch):
        loss, gradients = self.gradients(*self.gather(batch))
        return loss, self.update(gradients)

    def train_epoch(self, order):
        total = torch.zeros((), device=self.device)
        for batch, examples in self.feed(order):
            loss, _ = self.step(batch)
            total += loss * examples
        return float(total) / len(order)

    def parameters(self):
        return Parameters(
            self.model.weight.detach().cpu().numpy().T.copy(),
            self.model.bias.detach().cpu().numpy().copy(),
        )


class SoftmaxRegression(Regression):
    loss = nn.CrossEntropyLoss()

    @torch.no_grad()
    def predict(self, features):
        features = torch.tensor(np.array(features), device=self.device)
        return self.model(features).argmax(dim=1).cpu().numpy()


class HalfMeanSquaredError(nn.MSELoss):
    """Half of the mean squared error, so that its gradient is the residual."""

    def forward(self, scores, values):
        return super().forward(scores, values) / 2


class LinearRegression(Regression):
    loss = HalfMeanSquaredError()

    @torch.no_grad()
    def predict(self, features):
        features = torch.tensor(np.array(features), device=self.device)
        return self.model(features).cpu().numpy()
