"""Softmax and linear regression in MXNet, high-level: gluon.nn, gluon.loss and gluon.Trainer."""

from __future__ import annotations

import numpy as np
from mxnet import autograd, gluon, nd

from implementations.contract import Options, Parameters, Problem
from implementations.mxnet.execution import LANES
from implementations.mxnet.feeds import DEVICES, FEEDS


class BatchLoss(gluon.HybridBlock):
    """The loss of a model for each example of a batch."""

    def __init__(self, model, loss):
        super().__init__()
        self.model, self.loss = model, loss

    def hybrid_forward(self, F, features, targets):
        return self.loss(self.model(features), targets)


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]()
        self.feed = FEEDS[options.input](problem, options)
        lane = LANES[options.execution]()
        n_features, n_outputs = problem.initial.weight.shape
        self.model = gluon.nn.Dense(n_outputs, in_units=n_features)
        self.model.initialize(ctx=self.device)
        self.model.weight.set_data(nd.array(problem.initial.weight.T))
        self.model.bias.set_data(nd.array(problem.initial.bias))
        self.optimizer = gluon.Trainer(
            self.model.collect_params(), "sgd", {"learning_rate": problem.learning_rate}
        )
        self.batch_loss = lane.hybridize(BatchLoss(self.model, self.loss()))
        self.step = lane.compile(self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        with autograd.record():
            loss = self.batch_loss(features, targets)
        loss.backward()
        # The gradients stay with the model's parameters, summed over the examples: the trainer
        # finds them there and asks how many examples it is to divide them by.
        return loss.mean(), len(features)

    def update(self, examples):
        self.optimizer.step(examples)

    def step(self, batch):
        loss, gradients = self.gradients(*self.gather(batch))
        return loss, self.update(gradients)

    def train_epoch(self, order):
        total = nd.zeros(1, self.device)
        for batch, examples in self.feed(order):
            loss, _ = self.step(batch)
            total += loss * examples
        return float(total.asscalar()) / len(order)

    def parameters(self):
        return Parameters(
            self.model.weight.data().asnumpy().T.copy(), self.model.bias.data().asnumpy()
        )


class SoftmaxRegression(Regression):
    loss = gluon.loss.SoftmaxCrossEntropyLoss

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        return self.model(features).argmax(axis=1).asnumpy().astype(np.int64)


class LinearRegression(Regression):
    loss = gluon.loss.L2Loss

    def predict(self, features):
        features = nd.array(np.array(features), self.device)
        return self.model(features).asnumpy()
