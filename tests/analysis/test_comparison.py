"""The verdict on two cells, and what it takes where there is none."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from bench.analysis.comparison import (
    MAXIMUM_BLOCKS,
    compare,
    compare_cells,
    observations,
    smallest_effect,
)
from bench.records.model import Cell
from tests.records.samples import failure, identity, trial

seconds = st.floats(1e-3, 1e3)
pairs = st.lists(st.tuples(seconds, seconds), min_size=2, max_size=20)
OPPOSITE = {"faster": "slower", "slower": "faster", "same": "same", "inconclusive": "inconclusive"}


def blocks(values):
    return dict(enumerate(values))


def compare_ratios(*ratios):
    """Compare with a baseline of one second in every block."""
    return compare(blocks([1.0] * len(ratios)), blocks(ratios))


def spread_around(ratio, spread, count):
    """Return ratios with just this geometric mean and standard deviation of the logarithms."""
    logs = np.random.default_rng(0).normal(size=count)
    logs = (logs - logs.mean()) / logs.std(ddof=1)
    return np.exp(math.log(ratio) + spread * logs).tolist()


def cell(*epoch_seconds, **fields):
    """Return a measured cell with one trial for each median epoch."""
    trials = tuple(
        trial(block=block, epoch_seconds=(value,)) for block, value in enumerate(epoch_seconds)
    )
    return replace(Cell(identity(), "numpy", status="ok", trials=trials), **fields)


def test_a_candidate_that_takes_longer_in_every_block_is_slower():
    assert compare_ratios(1.19, 1.20, 1.21, 1.20, 1.20).verdict == "slower"


def test_a_candidate_that_takes_less_in_every_block_is_faster():
    assert compare_ratios(0.79, 0.80, 0.81, 0.80, 0.80).verdict == "faster"


def test_a_candidate_within_one_percent_is_the_same():
    assert compare_ratios(1.001, 0.999, 1.002, 0.998, 1.0).verdict == "same"


def test_a_difference_beside_the_noise_is_inconclusive():
    assert compare_ratios(1.3, 0.9, 1.1, 0.8, 1.2).verdict == "inconclusive"


def test_a_sure_difference_within_the_noise_band_is_no_verdict():
    found = compare_ratios(*spread_around(1.009, 0.002, 10))
    assert found.p_value < 1e-6
    assert found.verdict == "inconclusive"


def test_an_interval_beside_the_noise_band_is_no_verdict_without_significance():
    found = compare_ratios(*spread_around(1.2, 0.06, 3))
    assert found.low > 1.01
    assert found.p_value > 0.005
    assert found.verdict == "inconclusive"


def test_blocks_that_agree_by_chance_are_not_called_the_same():
    """Three blocks within half a percent: among noisy processes that happens."""
    found = compare_ratios(0.999, 1.0, 1.003)
    assert 1 / 1.01 < found.low < found.high < 1.01
    assert found.verdict == "inconclusive"


def test_the_ratio_is_the_candidates_epoch_over_the_baselines():
    found = compare(blocks([2.0, 2.0, 2.0]), blocks([3.0, 3.0, 3.0]))
    assert found.ratio == pytest.approx(1.5)


def test_only_blocks_that_both_have_are_paired():
    found = compare({0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0}, {1: 1.2, 2: 1.21, 3: 1.19, 7: 50.0})
    assert found.blocks == 3
    assert found == replace(compare_ratios(1.2, 1.21, 1.19), blocks=3)


def test_what_slows_both_cells_of_a_block_down_does_not_count():
    ratios = (1.19, 1.20, 1.21, 1.20, 1.20)
    machine = (1.0, 7.0, 2.0, 0.5, 3.0)
    slowed = [one * other for one, other in zip(ratios, machine)]
    found, undisturbed = compare(blocks(machine), blocks(slowed)), compare_ratios(*ratios)
    assert found.verdict == undisturbed.verdict
    assert found.low == pytest.approx(undisturbed.low)


def test_without_a_common_block_nothing_is_known():
    found = compare({0: 1.0}, {1: 1.0})
    assert found.verdict == "inconclusive"
    assert math.isnan(found.ratio)
    assert (found.low, found.high, found.p_value) == (0.0, math.inf, None)
    assert (found.blocks, found.blocks_needed) == (0, 3)


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_blocks_are_inconclusive_and_ask_for_three(count):
    found = compare_ratios(*[1.2] * count)
    assert (found.verdict, found.blocks, found.blocks_needed) == ("inconclusive", count, 3)
    assert found.ratio == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("ratio", "verdict", "p_value"),
    [(1.0, "same", 1.0), (1.5, "slower", 0.0), (0.5, "faster", 0.0)],
)
def test_blocks_that_agree_exactly_leave_no_doubt(ratio, verdict, p_value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compare_ratios(ratio, ratio, ratio)
    assert (found.verdict, found.p_value) == (verdict, p_value)
    assert (found.low, found.high) == pytest.approx((ratio, ratio))


@pytest.mark.parametrize("ratio", [1.01, 1 / 1.01])
def test_the_edge_of_the_noise_band_belongs_to_it(ratio):
    assert compare_ratios(*[ratio] * 3).verdict == "same"


@given(pairs)
def test_the_interval_and_p_are_those_of_the_paired_t_test(values):
    baseline, candidate = map(list, zip(*values))
    differences = np.log(candidate) - np.log(baseline)
    assume(differences.std() > 1e-6)
    expected = stats.ttest_rel(np.log(candidate), np.log(baseline))
    interval = expected.confidence_interval(0.95)
    found = compare(blocks(baseline), blocks(candidate))
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-6)
    assert math.log(found.low) == pytest.approx(interval.low, rel=1e-6, abs=1e-9)
    assert math.log(found.high) == pytest.approx(interval.high, rel=1e-6, abs=1e-9)


@given(pairs)
def test_swapping_the_cells_turns_the_verdict_round(values):
    baseline, candidate = map(list, zip(*values))
    one = compare(blocks(baseline), blocks(candidate))
    other = compare(blocks(candidate), blocks(baseline))
    assert other.verdict == OPPOSITE[one.verdict]
    assert other.ratio == pytest.approx(1 / one.ratio)
    assert other.blocks_needed == one.blocks_needed


@given(pairs)
def test_the_interval_holds_the_ratio(values):
    found = compare(*map(blocks, zip(*values)))
    assert found.low <= found.ratio <= found.high


@given(pairs)
def test_a_verdict_is_what_its_gates_say(values):
    found = compare(*map(blocks, zip(*values)))
    if found.verdict == "slower":
        assert found.low > 1.01
        assert found.p_value < 0.005
    if found.verdict == "faster":
        assert found.high < 1 / 1.01
        assert found.p_value < 0.005
    if found.verdict == "same":
        assert found.low >= 1 / 1.01 - 1e-12
        assert found.high <= 1.01 + 1e-12


@given(pairs)
def test_blocks_needed_are_more_than_there_are_and_no_more_than_can_be_run(values):
    found = compare(*map(blocks, zip(*values)))
    if found.blocks_needed is not None:
        assert found.verdict == "inconclusive"
        assert max(3, found.blocks + 1) <= found.blocks_needed <= MAXIMUM_BLOCKS


@pytest.mark.parametrize(
    ("ratio", "spread", "verdict"),
    [(1.05, 0.04, "slower"), (0.9, 0.1, "faster"), (1.0, 0.02, "same"), (1.002, 0.015, "same")],
)
def test_that_many_blocks_like_these_give_the_verdict(ratio, spread, verdict):
    found = compare_ratios(*spread_around(ratio, spread, 6))
    assert found.verdict == "inconclusive"
    later = compare_ratios(*spread_around(ratio, spread, found.blocks_needed))
    assert later.verdict == verdict


def test_more_spread_needs_more_blocks():
    needed = [
        compare_ratios(*spread_around(1.05, spread, 5)).blocks_needed
        for spread in (0.03, 0.06, 0.12, 0.24)
    ]
    assert needed == sorted(set(needed))


def test_a_mean_near_the_edge_of_the_band_does_not_ask_for_blocks_without_end():
    """At 1.1 %, no verdict is near; but soon enough, one of 5 % or none at all would be out."""
    assert compare_ratios(*spread_around(1.011, 0.015, 5)).blocks_needed < 50


def test_a_mean_that_stays_near_the_edge_says_that_it_takes_more_than_can_be_run():
    found = compare_ratios(*spread_around(1.0101, 0.02, 200))
    assert (found.verdict, found.blocks_needed) == ("inconclusive", None)


def test_after_more_blocks_than_are_planned_for_there_is_still_a_verdict():
    assert compare_ratios(*spread_around(1.2, 0.1, 1_500)).verdict == "slower"
    assert compare_ratios(*spread_around(1.0101, 0.1, 1_500)).blocks_needed is None


def test_cells_are_compared_by_the_one_number_of_each_trial():
    one = cell(0.1, 0.11, 0.1)
    assert observations(one) == {0: 0.1, 1: 0.11, 2: 0.1}


def test_cells_are_paired_by_block():
    slower = cell(0.2, 0.22, 0.2)
    assert compare_cells(cell(0.1, 0.11, 0.1), slower) == compare(
        {0: 0.1, 1: 0.11, 2: 0.1}, {0: 0.2, 1: 0.22, 2: 0.2}
    )


@pytest.mark.parametrize(
    "other",
    [
        cell(0.1, 0.1, 0.1, identity=identity(workload="linear")),
        cell(0.1, 0.1, 0.1, identity=identity(batch_size=32)),
        cell(),
        cell(0.1, 0.1, 0.1, status="invalid"),
        cell(0.1, 0.1, 0.1, status="timeout", failures=(failure(),)),
    ],
    ids=["other workload", "other batch size", "no trial", "other model", "failed"],
)
def test_cells_that_did_not_do_the_same_work_are_incomparable(other):
    one = cell(0.1, 0.1, 0.1)
    for found in (compare_cells(one, other), compare_cells(other, one)):
        assert (found.verdict, found.blocks_needed, found.p_value) == ("incomparable", None, None)


@pytest.mark.parametrize(
    "fields",
    [{"framework": "torch"}, {"framework_version": "2.0"}, {"threads": 2}, {"device": "gpu"}],
)
def test_cells_that_did_the_same_work_otherwise_are_comparable(fields):
    other = cell(0.1, 0.1, 0.1, identity=identity(**fields))
    assert compare_cells(cell(0.1, 0.1, 0.1), other).verdict == "same"


differences = st.lists(st.floats(-0.3, 0.3), min_size=2, max_size=20)


@given(differences, st.integers(3, 500))
def test_more_blocks_find_smaller_effects(logs, count):
    assume(np.std(logs) > 1e-6)
    assert smallest_effect(logs, count + 1) < smallest_effect(logs, count)


@given(differences, st.integers(3, 500))
def test_no_effect_within_the_noise_band_is_found(logs, count):
    assert smallest_effect(logs, count) >= 0.01 - 1e-12


@given(differences, st.floats(-1, 1), st.integers(3, 500))
def test_what_sets_two_cells_apart_does_not_change_the_smallest_effect(logs, offset, count):
    moved = [one + offset for one in logs]
    assert smallest_effect(moved, count) == pytest.approx(smallest_effect(logs, count))


@pytest.mark.parametrize(("logs", "count"), [([0.1], 10), ([], 10), ([0.1, 0.2, 0.3], 2)])
def test_with_too_little_to_tell_no_effect_is_small_enough(logs, count):
    assert smallest_effect(logs, count) == math.inf
