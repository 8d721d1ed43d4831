"""Loops in scikit-learn, each as plain as it gets, by form and lane."""

from functools import partial

import numpy as np
from sklearn.neural_network import MLPClassifier


def model_of(problem):
    return MLPClassifier(
        (),
        solver="sgd",
        learning_rate_init=problem.learning_rate,
        momentum=0,
        alpha=0,
        batch_size=problem.batch_size,
        shuffle=False,
    )


def whole_pass(problem, into_one_buffer=True):
    """One call for the whole epoch, which the estimator cuts into mini-batches."""
    x, y = np.array(problem.features), np.array(problem.targets)
    model, classes = model_of(problem), np.arange(10)
    rows = np.empty_like(x)

    def epoch(order):
        if into_one_buffer:
            np.take(x, order, axis=0, out=rows[: len(order)], mode="clip")
        features = rows[: len(order)] if into_one_buffer else x[order]
        model.partial_fit(features, y[order], classes=classes)
        return model.loss_

    return epoch


def call_for_each_batch(problem):
    """One call for each mini-batch, with its checks of the input."""
    x, y = np.array(problem.features), np.array(problem.targets)
    model, classes = model_of(problem), np.arange(10)

    def epoch(order):
        total = 0.0
        for start in range(0, len(order), problem.batch_size):
            i = order[start : start + problem.batch_size]
            model.batch_size = len(i)
            model.partial_fit(x[i], y[i], classes=classes)
            total += model.loss_ * len(i)
        return total / len(order)

    return epoch


IDIOMS = {
    ("high_level", "eager"): {
        "partial_fit once an epoch, rows taken into one buffer": whole_pass,
        "the same, rows indexed anew": partial(whole_pass, into_one_buffer=False),
        "partial_fit for each batch": call_for_each_batch,
    }
}
