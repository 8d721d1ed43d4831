"""A cell's figures from its trials."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.statistics import (
    cold_start_seconds,
    counted_epochs,
    cpus_busy,
    median_of_last,
    median_with_interval,
    relative_half_width,
    steady_epoch_seconds,
    summarize,
)
from bench.records.model import Estimate, Settling
from tests.records.samples import quiet, trial, workload

seconds = st.floats(1e-6, 1e4)
observations = st.lists(seconds, min_size=1, max_size=12)
enough = st.lists(seconds, min_size=3, max_size=12)
# Relative: interpolation between two equal numbers may round.
ROUNDING = 1e-12


@given(enough)
def test_the_interval_contains_the_median(values):
    estimate = median_with_interval(values)
    assert estimate.low <= estimate.median * (1 + ROUNDING)
    assert estimate.high >= estimate.median * (1 - ROUNDING)


@given(observations)
def test_the_median_is_the_median(values):
    assert median_with_interval(values).median == np.median(values)


@given(st.lists(seconds, min_size=6, max_size=30))
def test_the_interval_of_many_lies_within_the_observations(values):
    estimate = median_with_interval(values)
    assert estimate.low >= min(values) * (1 - ROUNDING)
    assert estimate.high <= max(values) * (1 + ROUNDING)


@given(st.lists(seconds, min_size=3, max_size=5))
def test_the_interval_of_few_reaches_beyond_the_observations(values):
    estimate = median_with_interval(values)
    assert estimate.low <= min(values) * (1 + ROUNDING)
    assert estimate.high >= max(values) * (1 - ROUNDING)


@given(enough, st.floats(1e-3, 1e3))
def test_another_unit_of_time_scales_the_interval(values, factor):
    estimate = median_with_interval(values)
    scaled = median_with_interval([factor * value for value in values])
    for one, other in zip(
        (scaled.median, scaled.low, scaled.high), (estimate.median, estimate.low, estimate.high)
    ):
        assert one == pytest.approx(factor * other, rel=1e-9)


@given(observations)
def test_the_same_observations_always_give_the_same_interval(values):
    assert median_with_interval(values) == median_with_interval(values)


@given(st.lists(seconds, min_size=1, max_size=2))
def test_one_observation_and_two_have_no_interval(values):
    estimate = median_with_interval(values)
    assert (estimate.low, estimate.high) == (None, None)
    assert estimate.ends == (estimate.median, estimate.median)


@given(seconds, st.integers(3, 10))
def test_equal_observations_leave_no_uncertainty(value, count):
    estimate = median_with_interval([value] * count)
    assert estimate.median == value
    assert (estimate.low, estimate.high) == pytest.approx((value, value), rel=ROUNDING)


def test_the_interval_narrows_with_more_observations():
    generator = np.random.default_rng(0)
    few, many = generator.normal(1, 0.02, 5), generator.normal(1, 0.02, 100)
    few_estimate, many_estimate = median_with_interval(few), median_with_interval(many)
    assert many_estimate.high - many_estimate.low < few_estimate.high - few_estimate.low


def normal(generator: np.random.Generator, count: int) -> np.ndarray:
    return generator.normal(0, 0.05, count)


def skewed(generator: np.random.Generator, count: int) -> np.ndarray:
    return np.log(1 + 0.1 * generator.exponential(size=count))


def heavy_tailed(generator: np.random.Generator, count: int) -> np.ndarray:
    return 0.02 * generator.standard_t(2, count)


# The logarithms of observations, and their median.
POPULATIONS = {normal: 0.0, skewed: math.log(1 + 0.1 * math.log(2)), heavy_tailed: 0.0}


def check_coverage(population, count, runs):
    """At least 94 in 100 intervals hold the median of the population."""
    generator, median = np.random.default_rng(count), math.exp(POPULATIONS[population])
    estimates = [
        median_with_interval(np.exp(population(generator, count)).tolist()) for _ in range(runs)
    ]
    covered = np.mean([estimate.low <= median <= estimate.high for estimate in estimates])
    # Three standard errors of a share of so many runs.
    assert covered >= 0.94 - 3 * math.sqrt(0.94 * 0.06 / runs)


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("count", [3, 4, 5, 6, 7, 10, 20])
def test_the_interval_covers_the_median_as_often_as_it_says(population, count):
    check_coverage(population, count, runs=1_000)


@pytest.mark.selftest
@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("count", range(3, 21))
def test_the_interval_covers_the_median_as_often_as_it_says_in_many_runs(population, count):
    check_coverage(population, count, runs=40_000)


def test_a_trial_counts_once_by_its_median_steady_epoch():
    assert steady_epoch_seconds(trial(epoch_seconds=(0.1, 9.0, 0.2))) == 0.2


def test_the_first_epoch_does_not_enter_the_steady_ones():
    slow_start = trial(first_epoch_seconds=60.0)
    assert steady_epoch_seconds(slow_start) == steady_epoch_seconds(trial())


def disturbed(*epochs, of=3, reason=None):
    """Return the evidence of a trial with so many steady epochs, some of them disturbed."""
    return replace(quiet(of), disturbed_epochs=epochs, reason=reason)


def test_epochs_before_a_trial_settled_do_not_count():
    settled_late = trial(epoch_seconds=(9.0, 0.3, 0.2, 0.1), settling=Settling(1, True))
    assert counted_epochs(settled_late) == (1, 2, 3)
    assert steady_epoch_seconds(settled_late) == 0.2


def test_disturbed_epochs_do_not_count():
    one = trial(epoch_seconds=(0.1, 9.0, 0.3), interference=disturbed(1))
    assert counted_epochs(one) == (0, 2)
    assert steady_epoch_seconds(one) == pytest.approx(0.2)


def test_an_epoch_may_be_left_out_for_both_reasons():
    one = trial(interference=disturbed(0, 2), settling=Settling(1, True))
    assert counted_epochs(one) == (1,)


def test_where_no_epoch_is_left_all_count():
    nothing_left = trial(interference=disturbed(1, 2), settling=Settling(1, True))
    assert counted_epochs(nothing_left) == (0, 1, 2)
    assert steady_epoch_seconds(nothing_left) == steady_epoch_seconds(trial())


@given(
    st.integers(1, 12).flatmap(
        lambda count: st.tuples(
            st.just(count), st.integers(0, count), st.sets(st.integers(0, count - 1))
        )
    )
)
def test_an_epoch_counts_if_it_is_settled_and_not_disturbed(case):
    count, left_out, others = case
    one = trial(
        epoch_seconds=(0.1,) * count,
        interference=disturbed(*sorted(others), of=count),
        settling=Settling(left_out, True),
    )
    good = {epoch for epoch in range(left_out, count) if epoch not in others}
    assert set(counted_epochs(one)) == (good or set(range(count)))


def test_a_summary_counts_disturbed_and_unsettled_trials():
    trials = [
        trial(),
        trial(interference=disturbed(reason="the machine was busy")),
        trial(interference=disturbed(0, reason="the machine was busy")),
        trial(interference=disturbed(1), settling=Settling(1, False)),
    ]
    summary = summarize(trials, workload())
    assert (summary.disturbed_trials, summary.unsettled_trials) == (2, 1)


def test_a_trial_too_short_to_tell_is_not_unsettled():
    assert summarize([trial(settling=Settling(0, None))], workload()).unsettled_trials == 0


def test_half_the_width_is_set_against_the_median():
    assert relative_half_width(Estimate(2.0, 1.5, 3.5)) == 0.5


def test_without_an_interval_nothing_is_precise():
    assert relative_half_width(Estimate(2.0, None, None)) == math.inf


def test_what_a_clock_in_steps_cannot_tell_is_unknown():
    assert cpus_busy(trial(epoch_seconds=(0.0001, 0.0001), cpu_seconds=(0.01, 0.0))) is None


def test_cold_start_is_import_and_setup_and_first_epoch():
    assert cold_start_seconds(trial()) == 0.5 + 0.25 + 0.125


def test_a_summary_needs_a_trial():
    with pytest.raises(ValueError, match="at least one trial"):
        summarize([], workload())


def test_many_epochs_of_one_trial_weigh_as_much_as_few_of_another():
    summary = summarize(
        [
            trial(epoch_seconds=(1.0,) * 100),
            trial(epoch_seconds=(2.0,)),
            trial(epoch_seconds=(3.0,)),
        ],
        workload(),
    )
    assert summary.epoch_seconds.median == 2.0


def test_throughput_is_examples_over_the_median_epoch():
    assert summarize([trial(epoch_seconds=(0.5,))], workload()).examples_per_second == 120_000


def test_figures_are_medians_over_trials():
    trials = [
        trial(
            import_seconds=float(number),
            setup_seconds=10.0 * number,
            first_epoch_seconds=100.0 * number,
            memory=replace(trial().memory, peak_bytes=number * 2**20),
        )
        for number in (3, 1, 2)
    ]
    summary = summarize(trials, workload())
    assert summary.trials == 3
    assert summary.import_seconds == 2
    assert summary.setup_seconds == 20
    assert summary.first_epoch_seconds == 200
    assert summary.cold_start_seconds == 222
    assert summary.peak_memory_bytes == 2 * 2**20


def test_quality_is_that_of_the_last_epoch():
    summary = summarize([trial(train_loss=(0.9, 0.4), test_accuracy=(0.5, 0.8))], workload())
    assert (summary.train_loss, summary.test_accuracy) == (0.4, 0.8)


def test_what_a_task_does_not_have_is_unknown():
    summary = summarize([trial(test_accuracy=(), test_mean_squared_error=(2.0, 0.1))], workload())
    assert summary.test_accuracy is None
    assert summary.test_mean_squared_error == 0.1


def test_a_loss_that_one_trial_could_not_tell_is_unknown():
    assert summarize([trial(), trial(train_loss=(0.9, None))], workload()).train_loss is None


@given(st.lists(st.lists(st.floats(-10, 10), min_size=1), min_size=1))
def test_the_median_of_last_entries_ignores_earlier_ones(series):
    assert median_of_last(series) == median_of_last([one[-1:] for one in series])


def test_an_interval_holds_its_median_to_the_last_digit():
    estimate = median_with_interval([2548.163901815055] * 3)
    assert estimate.low <= estimate.median <= estimate.high


def test_cpus_busy_are_cpu_seconds_over_wall_seconds_of_the_epochs_that_count():
    one = trial(
        epoch_seconds=(9.0, 0.2, 0.2, 0.4),
        cpu_seconds=(9.0, 0.4, 0.2, 9.0),
        interference=disturbed(3, of=4),
        settling=Settling(1, True),
    )
    assert cpus_busy(one) == pytest.approx(0.6 / 0.4)


def test_a_summary_says_how_many_cpus_were_busy_in_the_middle_trial():
    trials = [trial(epoch_seconds=(1.0,), cpu_seconds=(busy,)) for busy in (2.0, 0.5, 1.0)]
    assert summarize(trials, workload()).cpus_busy == 1.0


def test_without_a_target_there_is_no_time_to_it():
    summary = summarize([trial()], workload(target=None))
    assert (summary.seconds_to_target, summary.seconds_to_target_from_cold) == (None, None)


def test_a_summary_tells_the_time_to_the_target():
    summary = summarize([trial()], workload(target=0.8))
    assert summary.seconds_to_target == pytest.approx(0.125 + 0.08 + 0.07)
    assert summary.seconds_to_target_from_cold == pytest.approx(0.75 + 0.125 + 0.08 + 0.07)
