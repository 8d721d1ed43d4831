"""Softmax and linear regression in PyTorch, high-level: torch.nn and torch.optim."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from implementations.contract import Options, Parameters, Problem

DEVICES = {"cpu": "cpu", "gpu": "cuda"}


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        self.features = torch.tensor(np.array(problem.features), device=self.device)
        self.targets = torch.tensor(np.array(problem.targets), device=self.device)
        self.model = nn.Linear(*problem.initial.weight.shape).to(self.device)
        with torch.no_grad():
            self.model.weight.copy_(torch.tensor(problem.initial.weight.T))
            self.model.bias.copy_(torch.tensor(problem.initial.bias))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=problem.learning_rate)
        self.batch_size = problem.batch_size

    def gather(self, batch):
        # index_select gathers rows three times as fast as features[batch] on a CPU.
        return self.features.index_select(0, batch), self.targets.index_select(0, batch)

    def gradients(self, features, targets):
        self.optimizer.zero_grad()
        loss = self.loss(self.model(features), targets)
        loss.backward()
        # The gradients stay with the model's parameters, where the optimizer finds them.
        return loss.detach(), None

    def update(self, gradients):
        self.optimizer.step()

    def train_epoch(self, order):
        order = torch.tensor(order, device=self.device)
        total = torch.zeros((), device=self.device)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            loss, gradients = self.gradients(*self.gather(batch))
            self.update(gradients)
            total += loss * len(batch)
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
