"""Cells in order: the comparable ones by their median epoch, the others apart."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import statistics
from bench.analysis.ranking import rank, rankings
from bench.records.model import Cell, Estimate
from tests.records.samples import identity, pending_record, trial


def cell(epoch_seconds: float, status: str = "ok", **fields: str) -> Cell:
    """Return a cell that was measured at `epoch_seconds`."""
    trials = (trial(epoch_seconds=(epoch_seconds,)),)
    summary = statistics.summarize(trials, pending_record().workloads[0])
    return Cell(identity(**fields), "numpy", status=status, trials=trials, summary=summary)


epoch_seconds = st.floats(1e-3, 1e3)


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_cells_are_ordered_by_their_median_epoch(values):
    medians = [one.summary.epoch_seconds.median for one in rank([cell(value) for value in values])]
    assert medians == sorted(values)


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_positions_count_from_one(values):
    ranked = rank([cell(value) for value in values])
    assert [one.position for one in ranked] == list(range(1, len(values) + 1))


def between(low: float, median: float, high: float) -> Cell:
    """Return a cell of several trials with this interval."""
    measured = cell(median)
    estimate = Estimate(median, low, high)
    return replace(measured, summary=replace(measured.summary, trials=5, epoch_seconds=estimate))


def ranks(*cells: Cell) -> list[tuple[int, bool]]:
    return [(one.rank, one.shared) for one in rank(cells)]


def test_cells_whose_intervals_overlap_share_a_rank_and_ranks_count_on():
    found = ranks(between(1.0, 1.1, 1.3), between(1.2, 1.4, 1.5), between(1.6, 1.7, 1.8))
    assert found == [(1, True), (1, True), (3, False)]


def test_intervals_that_touch_overlap():
    assert ranks(between(1.0, 1.1, 1.2), between(1.2, 1.3, 1.4)) == [(1, True), (1, True)]


def test_a_chain_of_overlaps_is_no_group():
    chain = [between(start, start + 0.6, start + 1.2) for start in (1.0, 2.0, 3.0, 4.0)]
    assert ranks(*chain) == [(1, True), (1, True), (3, True), (3, True)]


def test_a_single_trial_has_no_interval_and_shares_no_rank():
    found = ranks(between(1.0, 1.1, 1.3), cell(1.2), cell(1.2), between(1.1, 1.25, 1.4))
    assert found == [(1, False), (2, False), (3, False), (4, False)]


intervals = st.lists(st.tuples(epoch_seconds, epoch_seconds, epoch_seconds).map(sorted), max_size=8)


@given(intervals)
def test_a_rank_is_the_position_of_a_cell_that_all_who_share_it_overlap(values):
    ranked = rank([between(*value) for value in values])
    for one in ranked:
        first = ranked[one.rank - 1]
        assert first.rank == first.position
        assert one.summary.epoch_seconds.low <= first.summary.epoch_seconds.high
        assert one.shared == (sum(other.rank == one.rank for other in ranked) > 1)


@given(intervals)
def test_no_cell_has_a_lower_rank_than_one_before_it(values):
    found = [one.rank for one in rank([between(*value) for value in values])]
    assert found == sorted(found)


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_the_fastest_is_once_the_fastest(values):
    ranked = rank([cell(value) for value in values])
    assert ranked[0].times_fastest == 1
    assert [one.is_fastest for one in ranked] == [True, *[False] * (len(values) - 1)]
    assert all(one.times_fastest >= 1 for one in ranked)


def test_times_fastest_is_the_ratio_of_medians():
    assert [one.times_fastest for one in rank([cell(0.6), cell(0.2)])] == [1, 0.6 / 0.2]


def test_cells_of_equal_speed_keep_their_order():
    ranked = rank([cell(0.1, framework="one"), cell(0.1, framework="other")])
    assert [one.cell.identity.framework for one in ranked] == ["one", "other"]


def test_nothing_measured_ranks_nothing():
    assert rank([]) == ()


def test_a_cell_that_is_not_the_same_model_is_never_ranked():
    invalid = cell(0.001, status="invalid", framework="cheat")
    honest = cell(0.1)
    record = replace(pending_record(), cells=(invalid, honest))
    (ranking,) = rankings(record)
    assert [one.cell for one in ranking.ranked] == [honest]
    assert ranking.unranked == (invalid,)


def test_each_workload_is_ranked_by_itself():
    cells = (
        cell(0.2, workload="linear"),
        cell(0.1, workload="synthetic"),
        cell(0.4, workload="linear", form="high_level"),
    )
    record = replace(pending_record(), cells=cells)
    found = rankings(record)
    assert [ranking.workload for ranking in found] == ["linear", "synthetic"]
    assert [one.times_fastest for one in found[0].ranked] == [1, 2]
    assert [one.rank for one in found[1].ranked] == [1]


def test_every_cell_is_either_ranked_or_listed():
    statuses = ("ok", "failed", "timeout", "unavailable", "pending", "invalid", "ok")
    cells = tuple(
        cell(0.1, status=status, framework=str(number)) for number, status in enumerate(statuses)
    )
    (ranking,) = rankings(replace(pending_record(), cells=cells))
    shown = [*(one.cell for one in ranking.ranked), *ranking.unranked]
    assert {one.identity for one in shown} == {one.identity for one in cells}
    assert len(shown) == len(cells)
