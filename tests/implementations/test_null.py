"""The implementation that does nothing: it satisfies the contract and never trains."""

from __future__ import annotations

import numpy as np
import pytest

from implementations.contract import Options
from implementations.null import scratch
from tests.workloads.samples import random_problem


@pytest.fixture(params=["SoftmaxRegression", "LinearRegression"])
def model(request) -> str:
    return request.param


@pytest.fixture
def given_problem(model):
    return random_problem(model, np.random.default_rng(0), batch_size=8)


def test_an_epoch_changes_nothing(model, given_problem):
    problem, orders = given_problem
    implementation = getattr(scratch, model)(problem, Options())
    assert implementation.train_epoch(orders[0]) == 0
    found = implementation.parameters()
    assert (found.weight == problem.initial.weight).all()
    assert (found.bias == problem.initial.bias).all()


def test_predictions_are_zeros_of_the_shape_and_type_of_the_targets(model, given_problem):
    problem, _ = given_problem
    predicted = getattr(scratch, model)(problem, Options()).predict(problem.features)
    assert predicted.shape == problem.targets.shape
    assert predicted.dtype == problem.targets.dtype
    assert not predicted.any()


def test_no_data_are_copied(model, given_problem):
    problem, _ = given_problem
    held = vars(getattr(scratch, model)(problem, Options())).values()
    assert sum(np.asarray(one).nbytes for one in held) == (
        problem.initial.weight.nbytes + problem.initial.bias.nbytes
    )
