"""Softmax and linear regression in PyTorch, from scratch: tensors and autograd."""

from __future__ import annotations

import numpy as np
import torch

from implementations.contract import Options, Parameters, Problem
from implementations.torch import execution
from implementations.torch.feeds import DEVICES, FEEDS


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


def scores(parameters, features):
    weight, bias = parameters
    return features @ weight.T + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight.T + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        self.feed = FEEDS[options.input](problem, options)
        self.lane = execution.lane(options)
        # A row for each output, as torch.nn.Linear has it: its gradient is a faster product.
        weight = torch.tensor(problem.initial.weight.T, device=self.device).contiguous()
        self.weight = weight.requires_grad_()
        self.bias = torch.tensor(problem.initial.bias, device=self.device, requires_grad=True)
        self.learning_rate = problem.learning_rate
        self.step = self.lane.compile(self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        def batch_loss(parameters):
            return type(self).loss(scores(parameters, features), targets)

        return self.lane.value_and_gradients(batch_loss, (self.weight, self.bias))

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

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
            self.weight.detach().cpu().numpy().T.copy(), self.bias.detach().cpu().numpy().copy()
        )


class SoftmaxRegression(Regression):
    loss = cross_entropy

    @torch.no_grad()
    def predict(self, features):
        features = torch.tensor(np.array(features), device=self.device)
        return scores((self.weight, self.bias), features).argmax(dim=1).cpu().numpy()


class LinearRegression(Regression):
    loss = squared_loss

    @torch.no_grad()
    def predict(self, features):
        features = torch.tensor(np.array(features), device=self.device)
        return scores((self.weight, self.bias), features).cpu().numpy()
