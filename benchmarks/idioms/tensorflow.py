"""Softmax regression in TensorFlow, as plain as it gets, eager."""

import keras
import numpy as np
import tensorflow as tf


def scratch(problem):
    x_all, y_all = tf.constant(np.array(problem.features)), tf.constant(np.array(problem.targets))
    w, b = tf.Variable(problem.initial.weight), tf.Variable(problem.initial.bias)
    size, rate = problem.batch_size, problem.learning_rate

    def epoch(order):
        order = tf.constant(order)
        total = tf.zeros(())
        for start in range(0, len(order), size):
            i = order[start : start + size]
            x, y = tf.gather(x_all, i), tf.gather(y_all, i)
            with tf.GradientTape() as tape:
                z = x @ w + b
                e = tf.exp(z - tf.reduce_max(z, axis=1, keepdims=True))
                p = e / tf.reduce_sum(e, axis=1, keepdims=True)
                loss = -tf.reduce_mean(tf.math.log(tf.gather(p, y, batch_dims=1)))
            dw, db = tape.gradient(loss, (w, b))
            w.assign_sub(rate * dw)
            b.assign_sub(rate * db)
            total += loss * len(i)
        return float(total) / len(order)

    return epoch


def high_level(problem):
    x_all, y_all = tf.constant(np.array(problem.features)), tf.constant(np.array(problem.targets))
    model = keras.layers.Dense(10)
    model.build((None, 784))
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(problem.learning_rate)
    size = problem.batch_size

    def epoch(order):
        order = tf.constant(order)
        total = tf.zeros(())
        for start in range(0, len(order), size):
            i = order[start : start + size]
            x, y = tf.gather(x_all, i), tf.gather(y_all, i)
            with tf.GradientTape() as tape:
                loss = loss_of(y, model(x))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)
            total += loss * len(i)
        return float(total) / len(order)

    return epoch
