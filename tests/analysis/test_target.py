"""Time to accuracy: when a cell has learned enough, and how long that took."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.target import epochs_to_target, goal, median_to_target, seconds_to_target
from tests.records.samples import trial, workload

# In an epoch each: the first one, of 0.125 s, and three steady ones of 0.08, 0.07 and 0.09 s.
ACCURACIES = (0.75, 0.78, 0.8, 0.81)
ERRORS = (0.5, 0.2, 0.1, 0.09)
SECONDS = (0.125, 0.08, 0.07, 0.09)
COLD_START_SECONDS = 0.5 + 0.25


def regression(errors=ERRORS):
    return trial(test_accuracy=(), test_mean_squared_error=errors)


def test_the_goal_is_a_share_of_the_accuracy_that_the_reference_ends_with():
    assert goal(workload(), 0.99, 0.8345) == pytest.approx(0.99 * 0.8345)


def test_of_an_error_the_goal_is_larger_than_the_references():
    assert goal(workload(task="regression"), 0.99, 0.1) == pytest.approx(0.1 / 0.99)


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_whole_share_is_what_the_reference_reaches(task):
    assert goal(workload(task=task), 1.0, 0.25) == 0.25


@pytest.mark.parametrize(
    ("target", "epochs"), [(0.7, 1), (0.75, 1), (0.751, 2), (0.8, 3), (0.81, 4), (0.811, None)]
)
def test_an_accuracy_is_reached_in_the_first_epoch_that_is_no_lower(target, epochs):
    assert epochs_to_target(trial(), workload(target=target)) == epochs


@pytest.mark.parametrize(
    ("target", "epochs"), [(0.5, 1), (0.49, 2), (0.1, 3), (0.09, 4), (0.089, None)]
)
def test_an_error_is_reached_in_the_first_epoch_that_is_no_higher(target, epochs):
    info = workload(task="regression", target=target)
    assert epochs_to_target(regression(), info) == epochs


def test_what_falls_below_the_target_again_has_reached_it_all_the_same():
    info = workload(target=0.8)
    assert epochs_to_target(trial(test_accuracy=(0.75, 0.8, 0.79, 0.81)), info) == 2


def test_an_error_that_is_not_finite_reaches_nothing():
    info = workload(task="regression", target=0.1)
    assert epochs_to_target(regression((0.5, None, None, 0.05)), info) == 4
    assert epochs_to_target(regression((None,) * 4), info) is None


def test_an_older_record_without_a_target_tells_no_time():
    assert epochs_to_target(trial(), workload(target=None)) is None
    assert seconds_to_target(trial(), workload(target=None)) is None
    assert median_to_target([trial()], workload(target=None)) == (None, None)


@pytest.mark.parametrize("epochs", [1, 2, 3, 4])
def test_the_seconds_are_those_of_all_epochs_up_to_that_one_the_first_included(epochs):
    info = workload(target=ACCURACIES[epochs - 1])
    assert seconds_to_target(trial(), info) == pytest.approx(sum(SECONDS[:epochs]))


def test_a_target_that_is_never_reached_takes_no_number_of_seconds():
    assert seconds_to_target(trial(), workload(target=0.9)) is None


def test_cold_start_is_counted_in_and_out():
    without, with_cold_start = median_to_target([trial()], workload(target=0.78))
    assert without == pytest.approx(0.125 + 0.08)
    assert with_cold_start == pytest.approx(COLD_START_SECONDS + 0.125 + 0.08)


def test_of_several_trials_the_median_counts():
    trials = [trial(first_epoch_seconds=seconds) for seconds in (3.0, 1.0, 2.0)]
    assert median_to_target(trials, workload(target=0.7))[0] == 2.0


def test_where_one_trial_never_reached_the_target_there_is_no_median():
    late = trial(test_accuracy=(0.5, 0.5, 0.5, 0.5))
    assert median_to_target([trial(), late], workload(target=0.8)) == (None, None)


shares = st.floats(0.01, 1.0)
accuracies = st.lists(st.floats(0, 1), min_size=1, max_size=6).map(tuple)


@given(accuracies, shares, shares)
def test_less_is_never_reached_later(course, one, other):
    least, most = sorted((one, other))
    one_trial = trial(test_accuracy=course, epoch_seconds=(0.1,) * (len(course) - 1))
    early = seconds_to_target(one_trial, workload(target=least))
    late = seconds_to_target(one_trial, workload(target=most))
    assert late is None or (early is not None and early <= late)
