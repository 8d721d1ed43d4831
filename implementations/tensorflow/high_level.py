"""Softmax and linear regression in TensorFlow, high-level: a Keras layer, loss and optimizer."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from implementations.contract import Options, Parameters, Problem

DEVICES = {"cpu": "CPU:0", "gpu": "GPU:0"}


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        with tf.device(self.device):
            self.features = tf.constant(np.array(problem.features))
            self.targets = tf.constant(np.array(problem.targets))
            self.model = keras.layers.Dense(len(problem.initial.bias))
            self.model.build(problem.features.shape)
            self.model.set_weights([problem.initial.weight, problem.initial.bias])
            self.optimizer = keras.optimizers.SGD(learning_rate=problem.learning_rate)
            self.optimizer.build(self.model.trainable_variables)
        self.batch_size = problem.batch_size

    def gather(self, batch):
        return tf.gather(self.features, batch), tf.gather(self.targets, batch)

    def gradients(self, features, targets):
        with tf.GradientTape() as tape:
            loss = self.loss(targets, self.model(features))
        parameters = self.model.trainable_variables
        return loss, zip(tape.gradient(loss, parameters), parameters)

    def update(self, gradients):
        self.optimizer.apply_gradients(gradients)

    def train_epoch(self, order):
        with tf.device(self.device):
            order = tf.constant(order)
            total = tf.zeros(())
            for start in range(0, len(order), self.batch_size):
                batch = order[start : start + self.batch_size]
                loss, gradients = self.gradients(*self.gather(batch))
                self.update(gradients)
                total += loss * len(batch)
            return float(total) / len(order)

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
