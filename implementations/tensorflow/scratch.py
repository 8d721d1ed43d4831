"""Softmax and linear regression in TensorFlow, from scratch: tensors and GradientTape."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from implementations.contract import Options, Parameters, Problem

DEVICES = {"cpu": "CPU:0", "gpu": "GPU:0"}


def softmax(scores):
    exponentials = tf.exp(scores - tf.reduce_max(scores, axis=1, keepdims=True))
    return exponentials / tf.reduce_sum(exponentials, axis=1, keepdims=True)


def cross_entropy(scores, labels):
    return -tf.reduce_mean(tf.math.log(tf.gather(softmax(scores), labels, batch_dims=1)))


def squared_loss(scores, values):
    return tf.reduce_mean((scores - values) ** 2 / 2)


def sgd(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients):
        parameter.assign_sub(learning_rate * gradient)


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        with tf.device(self.device):
            self.features = tf.constant(np.array(problem.features))
            self.targets = tf.constant(np.array(problem.targets))
            self.weight = tf.Variable(problem.initial.weight)
            self.bias = tf.Variable(problem.initial.bias)
        self.learning_rate = problem.learning_rate
        self.batch_size = problem.batch_size

    def scores(self, features):
        return features @ self.weight + self.bias

    def gather(self, batch):
        return tf.gather(self.features, batch), tf.gather(self.targets, batch)

    def gradients(self, features, targets):
        with tf.GradientTape() as tape:
            loss = type(self).loss(self.scores(features), targets)
        return loss, tape.gradient(loss, (self.weight, self.bias))

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

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
        return Parameters(self.weight.numpy(), self.bias.numpy())


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        with tf.device(self.device):
            return tf.argmax(self.scores(tf.constant(np.array(features))), axis=1).numpy()


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        with tf.device(self.device):
            return self.scores(tf.constant(np.array(features))).numpy()
