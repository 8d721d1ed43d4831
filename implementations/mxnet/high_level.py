"""Softmax and linear regression in MXNet, high-level: gluon.nn, gluon.loss and gluon.Trainer."""

from __future__ import annotations

import mxnet
import numpy as np
from mxnet import autograd, gluon, nd

from implementations.contract import Options, Parameters, Problem

DEVICES = {"cpu": mxnet.cpu, "gpu": mxnet.gpu}


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]()
        self.features = nd.array(np.array(problem.features), self.device)
        self.targets = nd.array(np.array(problem.targets), self.device)
        n_features, n_outputs = problem.initial.weight.shape
        self.model = gluon.nn.Dense(n_outputs, in_units=n_features)
        self.model.initialize(ctx=self.device)
        self.model.weight.set_data(nd.array(problem.initial.weight.T))
        self.model.bias.set_data(nd.array(problem.initial.bias))
        self.optimizer = gluon.Trainer(
            self.model.collect_params(), "sgd", {"learning_rate": problem.learning_rate}
        )
        self.batch_size = problem.batch_size

    def gather(self, batch):
        return self.features.take(batch), self.targets.take(batch)

    def gradients(self, features, targets):
        with autograd.record():
            loss = self.loss(self.model(features), targets)
        loss.backward()
        # The gradients stay with the model's parameters, summed over the examples: the trainer
        # finds them there and asks how many examples it is to divide them by.
        return loss.mean(), len(features)

    def update(self, examples):
        self.optimizer.step(examples)

    def train_epoch(self, order):
        order = nd.array(order, self.device, dtype="int32")
        total = nd.zeros(1, self.device)
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            loss, gradients = self.gradients(*self.gather(batch))
            self.update(gradients)
            total += loss * len(batch)
        return float(total.asscalar()) / len(order)

    def parameters(self):
        return Parameters(
            self.model.weight.data().asnumpy().T.copy(), self.model.bias.data().asnumpy()
        )


class SoftmaxRegression(Regression):
    loss = gluon.loss.SoftmaxCrossEntropyLoss()

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        return self.model(features).argmax(axis=1).asnumpy().astype(np.int64)


class LinearRegression(Regression):
    loss = gluon.loss.L2Loss()

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        return self.model(features).asnumpy()
