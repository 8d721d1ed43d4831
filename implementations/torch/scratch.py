"""Softmax and linear regression in PyTorch, from scratch: tensors and autograd."""

from __future__ import annotations

import numpy as np
import torch

from implementations.contract import Options, Parameters, Problem

DEVICES = {"cpu": "cpu", "gpu": "cuda"}


def softmax(scores):
    exponentials = torch.exp(scores - scores.amax(dim=1, keepdim=True))
    return exponentials / exponentials.sum(dim=1, keepdim=True)


def cross_entropy(scores, labels):
    return -torch.log(softmax(scores).gather(1, labels[:, None])).mean()


def squared_loss(scores, values):
    return ((scores - values) ** 2 / 2).mean()


def sgd(parameters, gradients, learning_rate):
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients):
            parameter -= learning_rate * gradient
            parameter.grad = None


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        self.features = torch.tensor(np.array(problem.features), device=self.device)
        self.targets = torch.tensor(np.array(problem.targets), device=self.device)
        self.weight = torch.tensor(problem.initial.weight, device=self.device, requires_grad=True)
        self.bias = torch.tensor(problem.initial.bias, device=self.device, requires_grad=True)
        self.learning_rate = problem.learning_rate
        self.batch_size = problem.batch_size

    def scores(self, features):
        return features @ self.weight + self.bias

    def gather(self, batch):
        # index_select gathers rows three times as fast as features[batch] on a CPU.
        return self.features.index_select(0, batch), self.targets.index_select(0, batch)

    def gradients(self, features, targets):
        loss = type(self).loss(self.scores(features), targets)
        loss.backward()
        return loss.detach(), (self.weight.grad, self.bias.grad)

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

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
            self.weight.detach().cpu().numpy().copy(), self.bias.detach().cpu().numpy().copy()
        )


class SoftmaxRegression(Regression):
    loss = cross_entropy

    @torch.no_grad()
    def predict(self, features):
        features = torch.tensor(np.array(features), device=self.device)
        return self.scores(features).argmax(dim=1).cpu().numpy()


class LinearRegression(Regression):
    loss = squared_loss

    @torch.no_grad()
    def predict(self, features):
        features = torch.tensor(np.array(features), device=self.device)
        return self.scores(features).cpu().numpy()
