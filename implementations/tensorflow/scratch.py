"""Softmax and linear regression in TensorFlow, from scratch: tensors and GradientTape."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from implementations.contract import Options, Parameters, Problem
from implementations.tensorflow.execution import LANES
from implementations.tensorflow.feeds import DEVICES, FEEDS


def softmax(scores):
    exponentials = tf.exp(scores - tf.reduce_max(scores, axis=1, keepdims=True))
    return exponentials / tf.reduce_sum(exponentials, axis=1, keepdims=True)


def cross_entropy(scores, labels):
    # Picking the label's probability by tf.gather takes twice as long, and its gradient more.
    chosen = tf.one_hot(labels, scores.shape[1])
    return -tf.reduce_mean(tf.math.log(tf.reduce_sum(softmax(scores) * chosen, axis=1)))


def squared_loss(scores, values):
    return tf.reduce_mean((scores - values) ** 2 / 2)


def sgd(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients):
        parameter.assign_sub(learning_rate * gradient)


def scores(parameters, features):
    weight, bias = parameters
    return features @ weight + bias


class Regression:
    """Mini-batch gradient descent on ``features @ weight + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.device = DEVICES[options.device]
        self.feed = FEEDS[options.input](problem, options)
        with tf.device(self.device):
            self.weight = tf.Variable(problem.initial.weight)
            self.bias = tf.Variable(problem.initial.bias)
        self.learning_rate = problem.learning_rate
        self.run = LANES[options.execution](self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, features, targets):
        with tf.GradientTape() as tape:
            loss = type(self).loss(scores((self.weight, self.bias), features), targets)
        return loss, tape.gradient(loss, (self.weight, self.bias))

    def update(self, gradients):
        sgd((self.weight, self.bias), gradients, self.learning_rate)

    def step(self, batch):
        loss, gradients = self.gradients(*self.gather(batch))
        return loss, self.update(gradients)

    def train_epoch(self, order):
        with tf.device(self.device):
            return float(self.run(self.feed, order)) / len(order)

    def parameters(self):
        return Parameters(self.weight.numpy(), self.bias.numpy())


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        with tf.device(self.device):
            features = tf.constant(np.array(features))
            return tf.argmax(scores((self.weight, self.bias), features), axis=1).numpy()


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        with tf.device(self.device):
            features = tf.constant(np.array(features))
            return scores((self.weight, self.bias), features).numpy()
