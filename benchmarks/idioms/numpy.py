"""Loops in NumPy, each as plain as it gets, by form and lane; what was fastest stands first."""

import numpy as np


def scratch(problem, gather=np.take):
    x_all, y_all = np.array(problem.features), np.array(problem.targets)
    w, b = problem.initial.weight.copy(), problem.initial.bias.copy()
    size, rate = problem.batch_size, problem.learning_rate

    def epoch(order):
        total = 0.0
        for start in range(0, len(order), size):
            i = order[start : start + size]
            x, y, rows = gather(x_all, i, axis=0), y_all[i], np.arange(len(i))
            z = x @ w + b
            z -= z.max(axis=1, keepdims=True)
            p = np.exp(z)
            p /= p.sum(axis=1, keepdims=True)
            total -= np.log(p[rows, y]).sum()
            p[rows, y] -= 1
            p *= np.float32(rate / len(i))
            w[...] -= x.T @ p
            b[...] -= p.sum(axis=0)
        return total / len(order)

    return epoch


def scratch_rows_are_outputs(problem):
    """The weight with a row for each output, and one buffer for all batches."""
    x_all, y_all = np.array(problem.features), np.array(problem.targets)
    w, b = problem.initial.weight.T.copy(), problem.initial.bias.copy()
    size, rate = problem.batch_size, problem.learning_rate
    buffer = np.empty((size, x_all.shape[1]), np.float32)

    def epoch(order):
        total = 0.0
        for start in range(0, len(order), size):
            i = order[start : start + size]
            x, y, rows = buffer[: len(i)], y_all[i], np.arange(len(i))
            np.take(x_all, i, axis=0, out=x, mode="clip")
            z = x @ w.T + b
            z -= z.max(axis=1, keepdims=True)
            p = np.exp(z)
            p /= p.sum(axis=1, keepdims=True)
            total -= np.log(p[rows, y]).sum()
            p[rows, y] -= 1
            p *= np.float32(rate / len(i))
            w[...] -= p.T @ x
            b[...] -= p.sum(axis=0)
        return total / len(order)

    return epoch


def indexed(features, batch, axis):
    return features[batch]


IDIOMS = {
    ("scratch", "eager"): {
        "take": scratch,
        "take into one buffer, a row of the weight for each output": scratch_rows_are_outputs,
        "indexing": lambda problem: scratch(problem, indexed),
    }
}
