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

from bench.analysis.comparison import compare, compare_all, compare_cells, observations
from bench.analysis.verdicts import MAXIMUM_BLOCKS, SIGNIFICANCE, Evidence, smallest_effect
from bench.records.model import Cell
from tests.records.samples import failure, identity, trial

seconds = st.floats(1e-3, 1e3)
pairs = st.lists(st.tuples(seconds, seconds), min_size=3, max_size=20)
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


def between(baseline, candidate):
    """Compare two cells, the second under another name where they have the same."""
    if candidate.identity == baseline.identity:
        candidate = replace(candidate, identity=replace(candidate.identity, variant="other"))
    found = compare_cells([baseline, candidate])
    return found.between(baseline.identity, candidate.identity)


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
    assert found.low > 1
    assert found.verdict == "inconclusive"


def test_a_difference_that_the_95_percent_interval_alone_would_show_is_no_verdict():
    found = compare_ratios(*spread_around(1.2, 0.06, 3))
    assert found.low < 1 < found.high
    assert found.verdict == "inconclusive"


def test_blocks_that_agree_by_chance_are_not_called_the_same():
    """Three blocks within a quarter of a percent: among noisy processes that happens."""
    found = compare_ratios(0.9995, 1.0, 1.0015)
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
    assert (found.low, found.high) == (0.0, math.inf)
    assert (found.blocks, found.blocks_needed) == (0, 3)


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_blocks_are_inconclusive_and_ask_for_three(count):
    found = compare_ratios(*[1.2] * count)
    assert (found.verdict, found.blocks, found.blocks_needed) == ("inconclusive", count, 3)
    assert found.ratio == pytest.approx(1.2)


@pytest.mark.parametrize(("ratio", "verdict"), [(1.0, "same"), (1.5, "slower"), (0.5, "faster")])
def test_blocks_that_agree_exactly_leave_no_doubt(ratio, verdict):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compare_ratios(ratio, ratio, ratio)
    assert found.verdict == verdict
    assert (found.low, found.high) == pytest.approx((ratio, ratio))


@pytest.mark.parametrize("ratio", [1.01, 1 / 1.01])
def test_the_edge_of_the_noise_band_belongs_to_it(ratio):
    assert compare_ratios(*[ratio] * 3).verdict == "same"


@given(pairs)
def test_of_two_cells_alone_the_interval_is_that_of_the_paired_t_test(values):
    baseline, candidate = map(list, zip(*values))
    differences = np.log(candidate) - np.log(baseline)
    assume(differences.std() > 1e-6)
    expected = stats.ttest_rel(np.log(candidate), np.log(baseline))
    interval = expected.confidence_interval(1 - SIGNIFICANCE)
    found = compare(blocks(baseline), blocks(candidate))
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
        assert found.low >= 1
        assert found.ratio > 1.01
    if found.verdict == "faster":
        assert found.high <= 1
        assert found.ratio < 1 / 1.01
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
    """At 1.1 %, no verdict is near; but as soon as within the band, one of 5 % or none is out."""
    near, within = (compare_ratios(*spread_around(one, 0.015, 5)) for one in (1.011, 1.005))
    assert near.blocks_needed == within.blocks_needed < 100


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
    assert between(cell(0.1, 0.11, 0.1), slower) == compare(
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
    for found in (between(one, other), between(other, one)):
        assert (found.verdict, found.blocks_needed) == ("incomparable", None)


@pytest.mark.parametrize(
    "fields",
    [{"framework": "torch"}, {"framework_version": "2.0"}, {"threads": 2}, {"device": "gpu"}],
)
def test_cells_that_did_the_same_work_otherwise_are_comparable(fields):
    other = cell(0.1, 0.1, 0.1, identity=identity(**fields))
    assert between(cell(0.1, 0.1, 0.1), other).verdict == "same"


def evidence(spread, count):
    return Evidence(0.0, spread, count, count - 1)


spreads = st.floats(1e-4, 0.5)


@given(spreads, st.integers(3, 500))
def test_more_blocks_find_smaller_effects(spread, count):
    more, fewer = (smallest_effect(evidence(spread, one), 0.005) for one in (count + 1, count))
    assert more < fewer


@given(spreads, st.integers(3, 500))
def test_no_effect_within_the_noise_band_is_found(spread, count):
    assert smallest_effect(evidence(spread, count), 0.005) >= 0.01 - 1e-12


@given(spreads, st.floats(-1, 1), st.integers(3, 500))
def test_what_sets_two_cells_apart_does_not_change_the_smallest_effect(spread, offset, count):
    moved = replace(evidence(spread, count), mean=offset)
    assert smallest_effect(moved, 0.005) == smallest_effect(evidence(spread, count), 0.005)


def test_with_too_few_blocks_no_effect_is_small_enough():
    assert smallest_effect(evidence(0.1, 2), 0.005) == math.inf


def several(spread, count, *ratios, seed=0):
    """Return the blocks of cells whose epochs are these ratios of a second, with a spread."""
    generator = np.random.default_rng(seed)
    return {
        number: blocks((ratio * generator.lognormal(0, spread, count)).tolist())
        for number, ratio in enumerate(ratios)
    }


families = st.builds(
    several,
    st.floats(0.001, 0.3),
    st.integers(3, 8),
    *[st.floats(0.5, 2)] * 4,
    seed=st.integers(0, 100),
)


@given(families)
def test_an_interval_holds_one_unless_its_pair_is_told_apart_by_holms_rule(cells):
    found = compare_all(cells)
    p_values = sorted(one.p_value for one in found.evidence.values())
    thresholds = [SIGNIFICANCE / (len(p_values) - place) for place in range(len(p_values))]
    apart = next(
        (place for place, (p, most) in enumerate(zip(p_values, thresholds)) if p > most),
        len(p_values),
    )
    without_one = [one for one in found.found.values() if not one.low <= 1 <= one.high]
    assert len(without_one) == apart
    told = [one for one in found.found.values() if one.verdict in ("faster", "slower")]
    assert all(one in without_one for one in told)


@given(families)
def test_the_order_of_the_cells_does_not_matter(cells):
    found, turned = compare_all(cells), compare_all(dict(reversed(cells.items())))
    for one, other in found.found:
        expected, seen = found.between(one, other), turned.between(one, other)
        assert seen.verdict == expected.verdict
        assert math.log(seen.low) == pytest.approx(math.log(expected.low), rel=1e-6, abs=1e-9)


@given(families)
def test_seen_from_the_other_cell_a_comparison_is_turned_round(cells):
    found = compare_all(cells)
    one, other = found.between(0, 1), found.between(1, 0)
    assert other.verdict == OPPOSITE[one.verdict]
    assert (other.low, other.high) == pytest.approx((1 / one.high, 1 / one.low))


def test_among_many_cells_a_difference_must_be_clearer():
    two = several(0.02, 5, 1.0, 1.1)
    many = several(0.02, 5, 1.0, 1.1, *[1.3] * 8)
    assert compare_all(many).significance < compare_all(two).significance


def test_a_pair_borrows_its_spread_from_the_others():
    cells = several(0.02, 3, *np.linspace(1, 2, 10))
    assert all(one.freedom > 2 for one in compare_all(cells).evidence.values())
    alone = compare_all({key: cells[key] for key in (0, 1)})
    assert alone.evidence[0, 1].freedom == 2


def test_an_unsteady_cell_stays_unsteady_among_steady_ones():
    cells = several(0.01, 5, *np.linspace(1, 2, 9))
    cells[9] = several(0.3, 5, 1.0, seed=9)[0]
    found = compare_all(cells).evidence
    assert found[0, 9].spread > 5 * found[0, 1].spread


def test_the_unbeaten_are_those_that_none_is_told_to_beat():
    cells = several(0.01, 5, 1.0, 1.003, 2.0, 2.01)
    found = compare_all(cells)
    assert found.unbeaten(list(cells)) == (0, 1)
    assert found.unbeaten([2, 3]) == (2, 3)


def test_cells_without_the_blocks_leave_the_others_their_verdicts():
    cells = several(0.01, 5, 1.0, 2.0) | {"late": {4: 1.0}}
    found = compare_all(cells)
    assert found.between(0, 1) == compare_all(several(0.01, 5, 1.0, 2.0)).between(0, 1)
    assert found.between(0, "late").verdict == "inconclusive"
    assert found.between("late", 1).blocks_needed == 3
