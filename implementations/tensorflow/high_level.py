"""Softmax and linear regression in TensorFlow, high-level: a Keras layer, loss and optimizer."""

from __future__ import annotations

from functools import partial

import keras
import numpy as np
import tensorflow as tf

from implementations.contract import Options, Parameters, Problem
from implementations.tensorflow.execution import lane
from implementations.tensorflow.feeds import FEEDS


class Regression:
    """One linear layer, trained by mini-batch SGD."""

    loss = None

    def __init__(self, problem: Problem, options: Options):
        self.feed = FEEDS[options.input](problem, options)
        self.model = keras.layers.Dense(len(problem.initial.bias))
        self.model.build(problem.features.shape)
        self.model.set_weights([problem.initial.weight, problem.initial.bias])
        self.optimizer = keras.optimizers.SGD(learning_rate=problem.learning_rate)
        self.optimizer.build(self.model.trainable_variables)
        # XLA's gradient of a weight with a column for each output, as Keras has it, is slow.
        self.run = lane(options, xla_step=False)(self.step)

    def gather(self, batch):
        return self.feed.gather(batch)

    def gradients(self, model, features, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(type(self).loss(targets, model(features)))
        return loss, tape.gradient(loss, model.trainable_variables)

    def update(self, model, optimizer, gradients):
        return optimizer.apply(gradients, model.trainable_variables)

    # The parameters change in place, so update() has nothing to return. Whatever it did return
    # would be a result of the compiled step: TensorFlow computes nothing that is not.
    def step(self, batch):
        loss, gradients = self.gradients(self.model, *self.gather(batch))
        return loss, self.update(self.model, self.optimizer, gradients)

    def train_epoch(self, order):
        return float(self.run(self.feed, order)) / len(order)

    def parameters(self):
        return Parameters(*self.model.get_weights())


class SoftmaxRegression(Regression):
    loss = partial(keras.losses.sparse_categorical_crossentropy, from_logits=True)

    def predict(self, features):
        return tf.argmax(self.model(tf.constant(np.array(features))), axis=1).numpy()


def half_squared_error(values, scores):
    """Half of the squared error, so that its gradient is the residual."""
    return keras.losses.mean_squared_error(values, scores) / 2


class LinearRegression(Regression):
    loss = half_squared_error

    def predict(self, features):
        return self.model(tf.constant(np.array(features))).numpy()
