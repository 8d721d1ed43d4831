"""Softmax regression in scikit-learn, as plain as it gets."""

import numpy as np
from sklearn.neural_network import MLPClassifier


def high_level(problem):
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
