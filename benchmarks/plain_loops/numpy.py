"""Softmax regression in NumPy, as plain as it gets."""

import numpy as np


def scratch(problem):
    x_all, y_all = np.array(problem.features), np.array(problem.targets)
    w, b = problem.initial.weight.copy(), problem.initial.bias.copy()
    size, rate = problem.batch_size, problem.learning_rate

    def epoch(order):
        total = 0.0
        for start in range(0, len(order), size):
            i = order[start : start + size]
            x, y, rows = x_all.take(i, axis=0), y_all[i], np.arange(len(i))
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
