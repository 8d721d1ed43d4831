"""Data that several test modules train on, made once per session."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.workloads import reference, rounding, synthetic
from bench.workloads.preparation import Training, draw
from bench.workloads.reference import Reference
from bench.workloads.rounding import Rounding
from bench.workloads.workload import Dataset, Workload
from implementations.contract import Model, Problem

# Enough to tell every mutant from the model, and few enough to be quick.
FULL_TRAINING = Training(epochs=3, batch_size=synthetic.WORKLOAD.batch_size, seed=1)


@cache
def full_synthetic() -> Dataset:
    """Return the synthetic data set in the size of Fashion-MNIST."""
    return synthetic.load(None)


def problem_of(
    workload: Workload, dataset: Dataset, training: Training
) -> tuple[Problem, NDArray[np.int64]]:
    """Return a problem and the orders of its epochs, as a worker is given them."""
    examples, features = dataset.train_features.shape
    initial, orders = draw(workload, training, features, examples)
    problem = Problem(
        features=dataset.train_features,
        targets=dataset.train_targets,
        initial=initial,
        learning_rate=workload.learning_rate,
        batch_size=training.batch_size,
    )
    return problem, np.stack(list(orders))


@cache
def full_problem() -> tuple[Problem, NDArray[np.int64]]:
    """Return softmax regression on the full synthetic data set."""
    return problem_of(synthetic.WORKLOAD, full_synthetic(), FULL_TRAINING)


@cache
def full_reference() -> Reference:
    """Return the float64 course of training on the full synthetic data set."""
    problem, orders = full_problem()
    return reference.train(synthetic.WORKLOAD.model, problem, orders)


@cache
def full_rounding() -> Rounding:
    """Return what rounding does to that training."""
    problem, orders = full_problem()
    return rounding.measure(synthetic.WORKLOAD.model, problem, orders, full_reference())


def random_problem(
    model: Model, generator: np.random.Generator, batch_size: int, examples: int = 23
) -> tuple[Problem, NDArray[np.int64]]:
    """Return a small problem of random numbers and two orders."""
    features, outputs = 5, (4 if model == "SoftmaxRegression" else 1)
    rows = generator.random((examples, features), np.float32)
    targets = (
        generator.integers(outputs, size=examples)
        if model == "SoftmaxRegression"
        else generator.normal(size=(examples, outputs)).astype(np.float32)
    )
    workload = Workload(
        name="random",
        title="Random numbers",
        model=model,
        train_examples=examples,
        outputs=outputs,
        batch_size=batch_size,
        learning_rate=0.1,
        epochs=2,
        quick_epochs=2,
        load=lambda data_dir: dataset,
    )
    dataset = Dataset(rows, targets, rows, targets, "random")
    training = Training(epochs=2, batch_size=batch_size, seed=int(generator.integers(100)))
    return problem_of(workload, dataset, training)
