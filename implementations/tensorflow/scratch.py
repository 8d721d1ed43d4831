"""Softmax and linear regression in TensorFlow, from scratch: tensors and GradientTape."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from implementations.contract import Options, Parameters, Problem
from implementations.tensorflow.execution import lane
from implementations.tensorflow.feeds import FEEDS


def softmax(scores):
    # The largest score is a mere shift. Its gradient, which is zero, costs eager steps a tenth.
    largest = tf.stop_gradient(tf.reduce_max(scores, axis=1, keepdims=True))
    exponentials = tf.exp(scores - largest)
    return exponentials / tf.reduce_sum(exponentials, axis=1, keepdims=True)


def cross_entropy(scores, labels):
    # With tf.gather(..., batch_dims=1) in its place a whole eager step takes twice as long.
    chosen = tf.one_hot(labels, scores.shape[1])
    return -tf.reduce_mean(tf.math.log(tf.reduce_sum(softmax(scores) * chosen, axis=1)))


def squared_loss(scores, values):
    return tf.reduce_mean((scores - values) ** 2 / 2)


def sgd(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients):
        parameter.assign_sub(learning_rate * gradient, read_value=False)


def scores(parameters, features):
    weight, bias = parameters
    return tf.nn.bias_add(tf.matmul(features, weight, transpose_b=True), bias)


class Regression:
    """Mini-batch gradient descent on ``features @ weight.T + bias``."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        # A row for each output, as torch.nn.Linear has it: its gradient is a faster product.
        self.weight = tf.Variable(problem.initial.weight.T)
        self.bias = tf.Variable(problem.initial.bias)
        self.learning_rate = problem.learning_rate
        self.run = lane(options, xla_step=True)(self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, parameters, features, targets):
        with tf.GradientTape() as tape:
            loss = type(self).loss(scores(parameters, features), targets)
        return loss, tape.gradient(loss, parameters)

    def update(self, parameters, gradients):
        return sgd(parameters, gradients, self.learning_rate)

    # The parameters change in place, so update() has nothing to return. Whatever it did return
    # would be a result of the compiled step: TensorFlow computes nothing that is not.
    def step(self, batch):
        parameters = self.weight, self.bias
        loss, gradients = self.gradients(parameters, *self.gather(batch))
        return loss, self.update(parameters, gradients)

    def train_epoch(self, order):
        return float(self.run(self.feed, order)) / len(order)

    def parameters(self):
        return Parameters(self.weight.numpy().T.copy(), self.bias.numpy())


class SoftmaxRegression(Regression):
    loss = cross_entropy

    def predict(self, features):
        features = tf.constant(np.array(features))
        return tf.argmax(scores((self.weight, self.bias), features), axis=1).numpy()


class LinearRegression(Regression):
    loss = squared_loss

    def predict(self, features):
        return scores((self.weight, self.bias), tf.constant(np.array(features))).numpy()
