"""Loops in scikit-learn, each as plain as it gets, by form and lane."""

import numpy as np
from sklearn.neural_network import MLPClassifier


def whole_pass(problem):
    """One call for the whole epoch, which the estimator cuts into mini-batches."""
    x, y = np.array(problem.features), np.array(problem.targets)
    model = MLPClassifier(
        (),
        solver="sgd",
        learning_rate_init=problem.learning_rate,
        momentum=0,
        alpha=0,
        batch_size=problem.batch_size,
        shuffle=False,
    )
    classes = np.arange(10)

    def epoch(order):
        model.partial_fit(x[order], y[order], classes=classes)
        return model.loss_

    return epoch


def call_for_each_batch(problem):
    """One call for each mini-batch, with its checks of the input."""
    x, y = np.array(problem.features), np.array(problem.targets)
    model = MLPClassifier(
        (),
        solver="sgd",
        learning_rate_init=problem.learning_rate,
        momentum=0,
        alpha=0,
        batch_size=problem.batch_size,
        shuffle=False,
    )
    classes = np.arange(10)

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
        "partial_fit once an epoch": whole_pass,
        "partial_fit for each batch": call_for_each_batch,
    }
}
