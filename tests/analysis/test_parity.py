"""The proof: the honest implementation passes, and one mistake of any kind does not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import parity
from bench.analysis.parity import Course
from bench.records.model import Parity
from implementations.contract import Options, Parameters
from implementations.numpy.scratch import SoftmaxRegression
from tests.analysis.mutants import MUTANTS
from tests.records import samples
from tests.workloads.samples import FULL_TRAINING, full_problem, full_reference

LEARNING_RATE = 0.1
STEPS_PER_EPOCH = 235  # 60,000 examples in batches of 256, the last one short


def pair(parameters: Parameters) -> tuple[np.ndarray, np.ndarray]:
    return parameters.weight, parameters.bias


def trained(implementation_class, epochs: int = FULL_TRAINING.epochs) -> Course:
    """Return the course of a training as a worker reports it."""
    problem, orders = full_problem()
    implementation = implementation_class(problem, Options())
    train_loss = [implementation.train_epoch(order) for order in orders[:epochs]]
    fresh = implementation_class(problem, Options())
    fresh.train_epoch(orders[0][: problem.batch_size])
    return Course(train_loss, pair(fresh.parameters()), pair(implementation.parameters()))


@pytest.fixture(scope="session")
def expected() -> Course:
    reference = full_reference()
    return Course(
        list(map(float, reference.train_loss)), pair(reference.first_step), pair(reference.final)
    )


@pytest.fixture(scope="session")
def honest() -> Course:
    return trained(SoftmaxRegression)


def check(found: Course, expected: Course) -> Parity:
    return parity.check(found, expected, STEPS_PER_EPOCH, LEARNING_RATE)


def test_the_honest_implementation_passes(honest, expected):
    verdict = check(honest, expected)
    assert verdict.passed, verdict.reason
    assert verdict.reason is None


def test_the_honest_implementation_is_a_factor_ten_within_every_bound(honest, expected):
    verdict = check(honest, expected)
    assert verdict.first_step_error < verdict.first_step_tolerance / 10
    assert verdict.final_error < verdict.tolerance / 10
    assert verdict.loss_error < verdict.loss_tolerance / 10


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # some mutants diverge
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_rejected(mutant, expected):
    verdict = check(trained(mutant), expected)
    assert not verdict.passed
    assert verdict.reason


def test_one_epoch_too_few_is_rejected(expected):
    verdict = check(trained(SoftmaxRegression, epochs=FULL_TRAINING.epochs - 1), expected)
    assert not verdict.passed
    assert verdict.reason == "2 epochs instead of 3"


# The bounds, on courses made by hand.

WEIGHT = np.arange(6.0).reshape(3, 2) / 10
BIAS = np.array([0.5, -0.5])
REFERENCE = Course([0.9, 0.8], (WEIGHT, BIAS), (WEIGHT + 1, BIAS + 1))
STEPS = 10


def verdict_on(**differences) -> Parity:
    return parity.check(replace(REFERENCE, **differences), REFERENCE, STEPS, LEARNING_RATE)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_tolerance_never_falls_with_more_steps(one, other):
    fewer, more = sorted((one, other))
    assert parity.tolerance(fewer) <= parity.tolerance(more)


@given(st.integers(1, 10**12))
def test_tolerance_is_never_looser_than_a_ten_thousandth(steps):
    assert 0 < parity.tolerance(steps) <= 1e-4


@given(st.floats(0, 1e6), st.floats(1e-6, 1e3))
def test_the_bound_on_the_first_step_is_never_looser_than_a_ten_thousandth(largest, rate):
    assert 0 < parity.first_step_tolerance(([largest], [0.0]), rate) <= 1e-4


@given(st.integers(1, 10**6), st.floats(0, 1e6))
def test_the_bound_on_the_loss_is_absolute_below_one_and_relative_above(steps, loss):
    expected = parity.tolerance(steps) * (loss if loss > 1 else 1)
    assert parity.loss_tolerance(steps, loss) == expected


def test_the_reference_itself_passes_with_no_error():
    verdict = verdict_on()
    assert verdict.passed
    assert (verdict.max_abs_error, verdict.loss_error) == (0, 0)


@pytest.mark.parametrize(("factor", "passed"), [(0.999, True), (1.001, False)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_first_step_may_be_off_by_its_bound_and_no_more(factor, passed, sign):
    deviation = sign * factor * parity.first_step_tolerance((WEIGHT, BIAS), LEARNING_RATE)
    weight = WEIGHT.copy()
    weight[1, 1] += deviation
    assert verdict_on(first_step=(weight, BIAS)).passed is passed


@pytest.mark.parametrize(("factor", "passed"), [(0.999, True), (1.001, False)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_final_parameters_may_be_off_by_their_bound_and_no_more(factor, passed, sign):
    deviation = sign * factor * parity.tolerance(2 * STEPS)
    bias = BIAS + 1
    bias[0] += deviation
    assert verdict_on(final=(WEIGHT + 1, bias)).passed is passed


@pytest.mark.parametrize(("factor", "passed"), [(0.999, True), (1.001, False)])
@pytest.mark.parametrize("epoch", [1, 2])
def test_the_loss_of_an_epoch_may_be_off_by_its_bound_and_no_more(factor, passed, epoch):
    train_loss = list(REFERENCE.train_loss)
    train_loss[epoch - 1] += factor * parity.tolerance(epoch * STEPS)
    verdict = verdict_on(train_loss=train_loss)
    assert verdict.passed is passed
    assert passed or f"the loss of epoch {epoch}" in verdict.reason


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("moment", ["first_step", "final"])
def test_parameters_that_are_not_finite_are_rejected(value, moment):
    weight = getattr(REFERENCE, moment)[0].copy()
    weight[2, 0] = value
    verdict = verdict_on(**{moment: (weight, getattr(REFERENCE, moment)[1])})
    assert not verdict.passed
    assert verdict.max_abs_error is None


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_is_rejected(value):
    verdict = verdict_on(train_loss=[0.9, value])
    assert not verdict.passed
    assert verdict.loss_error is None


@pytest.mark.parametrize(
    "wrong",
    [(WEIGHT.T, BIAS), (WEIGHT, BIAS[:, None]), (WEIGHT[:2], BIAS), (WEIGHT, BIAS[0])],
    ids=["transposed weight", "bias as a column", "too few features", "scalar bias"],
)
def test_parameters_of_another_shape_are_rejected(wrong):
    assert not verdict_on(first_step=wrong).passed


@pytest.mark.parametrize("train_loss", [[], [0.9], [0.9, 0.8, 0.7]])
def test_another_number_of_epochs_is_rejected(train_loss):
    assert not verdict_on(train_loss=train_loss).passed


def test_the_earliest_mistake_is_the_reason():
    verdict = verdict_on(first_step=(WEIGHT + 1, BIAS), final=(WEIGHT, BIAS), train_loss=[2, 2])
    assert verdict.reason.startswith("after the first step")


def test_a_cell_passes_if_all_of_its_trials_pass():
    assert parity.worst([samples.trial(), samples.trial()]).passed


def test_a_cell_with_one_trial_that_failed_does_not_pass():
    assert not parity.worst([samples.trial(), samples.trial(parity=samples.REJECTED)]).passed


def test_the_largest_error_of_its_trials_is_the_cells():
    trials = [samples.trial(), samples.trial(parity=samples.REJECTED)]
    assert parity.worst(trials).max_abs_error == samples.REJECTED.max_abs_error


def test_a_cell_has_no_largest_error_where_a_trials_is_not_finite():
    diverged = replace(samples.REJECTED, max_abs_error=None)
    assert parity.worst([samples.trial(), samples.trial(parity=diverged)]).max_abs_error is None
