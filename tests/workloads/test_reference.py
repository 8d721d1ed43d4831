"""The float64 reference: its gradients against finite differences, its losses against formulas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from bench.workloads.reference import (
    LOSSES,
    PROBABILITY_FLOOR,
    softmax_loss,
    squared_loss,
    train,
)
from implementations.contract import Parameters
from tests.workloads.samples import random_problem

STEP = 1e-6
MODELS = sorted(LOSSES)
scores_and_labels = arrays_of.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6).flatmap(
    lambda shape: st.tuples(
        arrays_of.arrays(np.float64, shape, elements=st.floats(-20, 20)),
        arrays_of.arrays(np.int64, shape[0], elements=st.integers(0, shape[1] - 1)),
    )
)


def finite_differences(loss_of, scores):
    """Return the derivative of a loss with respect to every score, by central differences."""
    derivative = np.empty_like(scores)
    for index in np.ndindex(scores.shape):
        step = np.zeros_like(scores)
        step[index] = STEP
        derivative[index] = (loss_of(scores + step) - loss_of(scores - step)) / (2 * STEP)
    return derivative


@given(scores_and_labels)
def test_the_softmax_residual_is_the_derivative_of_the_cross_entropy(given_):
    scores, labels = given_
    residual = softmax_loss(scores, labels).residual
    expected = finite_differences(lambda moved: softmax_loss(moved, labels).losses.sum(), scores)
    assert residual == pytest.approx(expected, abs=1e-6)


@given(scores_and_labels)
def test_the_squared_residual_is_the_derivative_of_half_the_squared_error(given_):
    scores, _ = given_
    values = np.ones_like(scores)
    residual = squared_loss(scores, values).residual
    expected = finite_differences(lambda moved: squared_loss(moved, values).losses.sum(), scores)
    assert residual == pytest.approx(expected, abs=1e-6)


@given(scores_and_labels, st.floats(-1e3, 1e3))
def test_the_cross_entropy_does_not_change_when_all_scores_move_together(given_, offset):
    scores, labels = given_
    loss = softmax_loss(scores, labels).losses
    assert softmax_loss(scores + offset, labels).losses == pytest.approx(loss, abs=1e-9)


@given(scores_and_labels)
def test_the_rows_of_the_softmax_residual_add_up_to_zero(given_):
    residual = softmax_loss(*given_).residual
    assert residual.sum(axis=1) == pytest.approx(np.zeros(len(residual)), abs=1e-12)


def test_huge_scores_do_not_overflow():
    batch = softmax_loss(np.array([[1e4, -1e4]]), np.array([1]))
    assert batch.losses == [2e4]
    assert batch.residual.tolist() == [[1, -1]]


def test_the_clipped_loss_is_bounded_by_the_logarithm_of_the_floor():
    batch = softmax_loss(np.array([[1e4, -1e4], [0.0, 0.0]]), np.array([1, 0]))
    assert batch.clipped_losses == pytest.approx([-np.log(PROBABILITY_FLOOR), np.log(2)])


@given(scores_and_labels)
def test_clipping_changes_nothing_where_no_probability_is_extreme(given_):
    scores, labels = given_
    batch = softmax_loss(np.tanh(scores), labels)
    assert batch.clipped_losses == pytest.approx(batch.losses, abs=2 * PROBABILITY_FLOOR)


def test_of_ten_equal_scores_the_cross_entropy_is_the_logarithm_of_ten():
    losses = softmax_loss(np.zeros((7, 10)), np.arange(7)).losses
    assert losses == pytest.approx(np.full(7, np.log(10)))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("batch_size", [1, 8, 23, 100])
def test_a_first_step_goes_against_the_gradient_of_the_batchs_mean_loss(model, batch_size):
    problem, orders = random_problem(model, np.random.default_rng(0), batch_size)
    batch = orders[0][:batch_size]
    features, targets = problem.features[batch].astype(np.float64), problem.targets[batch]

    def mean_loss(weight, bias):
        return LOSSES[model](features @ weight + bias, targets).losses.mean()

    weight = problem.initial.weight.astype(np.float64)
    bias = problem.initial.bias.astype(np.float64)
    by_weight = finite_differences(lambda moved: mean_loss(moved, bias), weight)
    by_bias = finite_differences(lambda moved: mean_loss(weight, moved), bias)
    step = train(model, problem, orders).first_step
    assert step.weight == pytest.approx(weight - problem.learning_rate * by_weight, abs=1e-8)
    assert step.bias == pytest.approx(bias - problem.learning_rate * by_bias, abs=1e-8)


def test_the_first_loss_of_uniform_parameters_is_the_logarithm_of_the_classes():
    problem, orders = random_problem("SoftmaxRegression", np.random.default_rng(0), 23)
    zeros = Parameters(np.zeros_like(problem.initial.weight), np.zeros_like(problem.initial.bias))
    answer = train("SoftmaxRegression", replace(problem, initial=zeros), orders)
    assert answer.train_loss[0] == pytest.approx(np.log(4))


@pytest.mark.parametrize("model", MODELS)
def test_there_is_one_loss_an_epoch_and_it_falls(model):
    problem, orders = random_problem(model, np.random.default_rng(0), 23)
    losses = train(model, problem, orders).train_loss
    assert losses.shape == (2,)
    assert losses[1] < losses[0]


@pytest.mark.parametrize("model", MODELS)
def test_every_example_counts_those_of_the_last_short_batch_too(model):
    problem, orders = random_problem(model, np.random.default_rng(0), batch_size=8)
    last = orders[-1][-1]
    features = problem.features.copy()
    features[last] += 1
    before = train(model, problem, orders).final.weight
    after = train(model, replace(problem, features=features), orders).final.weight
    assert (before != after).any()


@pytest.mark.parametrize("model", MODELS)
def test_training_computes_in_float64_and_leaves_the_problem_alone(model):
    problem, orders = random_problem(model, np.random.default_rng(0), batch_size=8)
    weight, bias = problem.initial.weight.copy(), problem.initial.bias.copy()
    answer = train(model, problem, orders)
    assert answer.final.weight.dtype == answer.first_step.bias.dtype == np.float64
    assert (problem.initial.weight == weight).all()
    assert (problem.initial.bias == bias).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_first_step_is_the_whole_training_where_there_is_one_step(model):
    problem, orders = random_problem(model, np.random.default_rng(0), batch_size=23)
    answer = train(model, problem, orders[:1])
    assert (answer.first_step.weight == answer.final.weight).all()
    assert (answer.first_step.bias == answer.final.bias).all()
