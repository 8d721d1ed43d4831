"""The proof: the honest implementation passes, and one mistake of any kind does not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import parity
from bench.analysis.parity import Course, Distances
from bench.records.model import Parity
from bench.workloads.rounding import bounds_for, larger
from implementations.contract import Options, Parameters
from implementations.mxnet.framework import Framework as MXNet
from implementations.numpy.framework import Framework as NumPy
from implementations.numpy.scratch import SoftmaxRegression
from tests.analysis.mutants import MUTANTS
from tests.records import samples
from tests.workloads.samples import (
    FULL_TRAINING,
    full_problem,
    full_reference,
    full_rounding,
)


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
    return full_reference().course()


@pytest.fixture(scope="session")
def bounds() -> Distances:
    return bounds_for(NumPy(), "scratch", full_rounding(), full_reference())


@pytest.fixture(scope="session")
def honest() -> Course:
    return trained(SoftmaxRegression)


def test_the_honest_implementation_passes(honest, expected, bounds):
    verdict = parity.check(honest, expected, bounds)
    assert verdict.passed, verdict.reason
    assert verdict.reason is None


def test_the_honest_implementation_is_within_half_of_every_bound(honest, expected, bounds):
    verdict = parity.check(honest, expected, bounds)
    assert verdict.first_step_error < verdict.first_step_tolerance / 2
    assert verdict.final_error < verdict.tolerance / 2
    assert verdict.loss_error < verdict.loss_tolerance / 2


def test_a_frameworks_own_arithmetic_widens_its_bounds_in_that_form_alone(bounds):
    scratch = bounds_for(MXNet(), "scratch", full_rounding(), full_reference())
    high_level = bounds_for(MXNet(), "high_level", full_rounding(), full_reference())
    assert scratch == bounds
    assert high_level.first_step > bounds.first_step
    assert high_level.final > bounds.final
    assert all(np.greater(high_level.train_loss, bounds.train_loss))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # some mutants diverge
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_rejected(mutant, expected, bounds):
    verdict = parity.check(trained(mutant), expected, bounds)
    assert not verdict.passed
    assert verdict.reason


def test_one_epoch_too_few_is_rejected(expected, bounds):
    course = trained(SoftmaxRegression, epochs=FULL_TRAINING.epochs - 1)
    verdict = parity.check(course, expected, bounds)
    assert not verdict.passed
    assert verdict.reason == "2 epochs instead of 3"


# The bounds, on courses made by hand.

WEIGHT = np.arange(6.0).reshape(3, 2) / 10
BIAS = np.array([0.5, -0.5])
REFERENCE = Course([0.9, 0.8], (WEIGHT, BIAS), (WEIGHT + 1, BIAS + 1))
BOUNDS = Distances(first_step=1e-8, final=1e-6, train_loss=[1e-7, 2e-7])
NOTHING = Distances(0.0, 0.0, [0.0, 0.0])


def verdict_on(**differences) -> Parity:
    return parity.check(replace(REFERENCE, **differences), REFERENCE, BOUNDS)


effects = st.floats(0, 1) | st.just(math.inf)
every_effect = st.builds(Distances, effects, effects, st.tuples(effects, effects))


def all_of(found: Distances) -> np.ndarray:
    return np.array([found.first_step, found.final, *found.train_loss])


@given(every_effect)
def test_a_bound_is_four_times_the_effect_of_rounding_within_its_limits(effect):
    found = all_of(parity.bounds(effect, NOTHING, REFERENCE))
    # Four units in the last place of the largest number of each: 0.5, 1.5, and the losses.
    smallest = 4 * np.array([2**-24, 2**-23, 2**-24, 2**-24])
    assert (found == np.clip(4 * all_of(effect), smallest, 1e-4)).all()


@given(every_effect, every_effect)
def test_a_bound_never_falls_where_rounding_does_more(one, other):
    less = all_of(parity.bounds(one, NOTHING, REFERENCE))
    more = all_of(parity.bounds(larger(one, other), NOTHING, REFERENCE))
    assert (less <= more).all()


@given(every_effect, every_effect)
def test_a_bound_is_never_looser_than_a_ten_thousandth_whatever_a_framework_adds(effect, own):
    found = all_of(parity.bounds(effect, own, REFERENCE))
    assert ((found > 0) & (found <= 1e-4)).all()


def test_what_a_framework_adds_may_come_to_half_of_a_bound_together_with_rounding():
    own = Distances(1e-6, 1e-5, [2e-6, 3e-6])
    together = all_of(BOUNDS) + all_of(own)
    assert all_of(parity.bounds(BOUNDS, own, REFERENCE)) == pytest.approx(2 * together)


def test_what_a_framework_adds_changes_no_bound_where_rounding_does_as_much():
    without = parity.bounds(BOUNDS, NOTHING, REFERENCE)
    assert parity.bounds(BOUNDS, BOUNDS, REFERENCE) == without


@given(st.floats(1, 1e6))
def test_the_loosest_bound_on_a_loss_above_one_is_relative(loss):
    course = replace(REFERENCE, train_loss=[loss, loss])
    endless = Distances(math.inf, math.inf, [math.inf, math.inf])
    assert parity.bounds(endless, NOTHING, course).train_loss == [1e-4 * loss] * 2


def test_the_reference_itself_passes_with_no_error():
    verdict = verdict_on()
    assert verdict.passed
    assert (verdict.max_abs_error, verdict.loss_error) == (0, 0)


@pytest.mark.parametrize(("factor", "passed"), [(0.999, True), (1.001, False)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_first_step_may_be_off_by_its_bound_and_no_more(factor, passed, sign):
    deviation = sign * factor * BOUNDS.first_step
    weight = WEIGHT.copy()
    weight[1, 1] += deviation
    assert verdict_on(first_step=(weight, BIAS)).passed is passed


@pytest.mark.parametrize(("factor", "passed"), [(0.999, True), (1.001, False)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_final_parameters_may_be_off_by_their_bound_and_no_more(factor, passed, sign):
    deviation = sign * factor * BOUNDS.final
    bias = BIAS + 1
    bias[0] += deviation
    assert verdict_on(final=(WEIGHT + 1, bias)).passed is passed


@pytest.mark.parametrize(("factor", "passed"), [(0.999, True), (1.001, False)])
@pytest.mark.parametrize("epoch", [1, 2])
def test_the_loss_of_an_epoch_may_be_off_by_its_bound_and_no_more(factor, passed, epoch):
    train_loss = list(REFERENCE.train_loss)
    train_loss[epoch - 1] += factor * BOUNDS.train_loss[epoch - 1]
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
