"""Softmax regression in PyTorch, as plain as it gets."""

import numpy as np
import torch
from torch.nn import functional


def scratch(problem):
    x_all, y_all = torch.tensor(np.array(problem.features)), torch.tensor(problem.targets)
    w = torch.tensor(problem.initial.weight, requires_grad=True)
    b = torch.tensor(problem.initial.bias, requires_grad=True)
    size, rate = problem.batch_size, problem.learning_rate

    def epoch(order):
        order = torch.from_numpy(order)
        total = torch.zeros(())
        for start in range(0, len(order), size):
            i = order[start : start + size]
            z = x_all.index_select(0, i) @ w + b
            e = torch.exp(z - z.amax(dim=1, keepdim=True))
            p = e / e.sum(dim=1, keepdim=True)
            loss = -torch.log(p.gather(1, y_all[i][:, None])).mean()
            loss.backward()
            with torch.no_grad():
                w.sub_(rate * w.grad)
                b.sub_(rate * b.grad)
            w.grad = b.grad = None
            total += loss.detach() * len(i)
        return float(total) / len(order)

    return epoch


def high_level(problem):
    x_all, y_all = torch.tensor(np.array(problem.features)), torch.tensor(problem.targets)
    model = torch.nn.Linear(784, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=problem.learning_rate)
    size = problem.batch_size

    def epoch(order):
        order = torch.from_numpy(order)
        total = torch.zeros(())
        for start in range(0, len(order), size):
            i = order[start : start + size]
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(x_all.index_select(0, i)), y_all[i])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(i)
        return float(total) / len(order)

    return epoch
