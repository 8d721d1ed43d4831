"""Softmax and linear regression in TensorFlow, high-level: a Keras layer, loss and optimizer."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from implementations.contract import Options, Parameters, Problem
from implementations.tensorflow.execution import LANES
from implementations.tensorflow.feeds import DEVICES, FEEDS


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        self.feed = FEEDS[options.input](problem, options)
        with tf.device(self.device):
            self.model = keras.layers.Dense(len(problem.initial.bias))
            self.model.build(problem.features.shape)
            self.model.set_weights([problem.initial.weight, problem.initial.bias])
            self.optimizer = keras.optimizers.SGD(learning_rate=problem.learning_rate)
            self.optimizer.build(self.model.trainable_variables)
        self.run = LANES[options.execution](self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        with tf.GradientTape() as tape:
            loss = self.loss(targets, self.model(features))
        return loss, tape.gradient(loss, self.model.trainable_variables)

    def update(self, gradients):
        self.optimizer.apply(gradients, self.model.trainable_variables)

    def step(self, batch):
        loss, gradients = self.gradients(*self.gather(batch))
        return loss, self.update(gradients)

    def train_epoch(self, order):
        with tf.device(self.device):
            return float(self.run(self.feed, order)) / len(order)

    def parameters(self):
        weight, bias = self.model.get_weights()
        return Parameters(weight, bias)


class SoftmaxRegression(Regression):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def predict(self, features):
        with tf.device(self.device):
            return tf.argmax(self.model(tf.constant(np.array(features))), axis=1).numpy()


class HalfMeanSquaredError(keras.losses.MeanSquaredError):
    """Half of the mean squared error, so that its gradient is the residual."""

    def call(self, values, scores):
        return super().call(values, scores) / 2


class LinearRegression(Regression):
    loss = HalfMeanSquaredError()

    def predict(self, features):
        with tf.device(self.device):
            return self.model(tf.constant(np.array(features))).numpy()
