"""Cells in order: the comparable ones by what their comparison found, the others apart."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import statistics
from bench.analysis.ranking import rank, rankings
from bench.records.model import Cell
from tests.records.samples import identity, pending_record, trial


def cell(*epoch_seconds: float, status: str = "ok", **fields: object) -> Cell:
    """Return a cell with one trial a block."""
    trials = tuple(
        trial(block=block, epoch_seconds=(seconds,)) for block, seconds in enumerate(epoch_seconds)
    )
    summary = statistics.summarize(trials, pending_record().workloads[0])
    return Cell(identity(**fields), "numpy", status=status, trials=trials, summary=summary)


def named(*cells: Cell) -> list[Cell]:
    """Return the cells, each with an identity of its own."""
    return [
        replace(one, identity=replace(one.identity, variant=str(number)))
        for number, one in enumerate(cells)
    ]


def steady(seconds: float, seed: int, spread: float = 0.005, blocks: int = 5) -> Cell:
    """Return a cell whose trials differ a little."""
    source = random.Random(seed)
    return cell(*(seconds * math.exp(source.gauss(0, spread)) for _ in range(blocks)))


def ranks(*cells: Cell) -> list[tuple[int, bool]]:
    return [(one.rank, one.shared) for one in rank(named(*cells))]


epoch_seconds = st.floats(1e-3, 1e3)
some_cells = st.lists(
    st.builds(steady, st.floats(0.5, 2), st.integers(0, 99), st.floats(0.001, 0.2)),
    min_size=1,
    max_size=8,
).map(lambda cells: named(*cells))


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_cells_of_one_trial_are_ordered_by_it(values):
    ranked = rank(named(*map(cell, values)))
    medians = [one.summary.epoch_seconds.median for one in ranked]
    assert medians == pytest.approx(sorted(values), rel=1e-9)


@given(st.lists(epoch_seconds, min_size=1, max_size=8))
def test_positions_count_from_one(values):
    ranked = rank(named(*map(cell, values)))
    assert [one.position for one in ranked] == list(range(1, len(values) + 1))


def test_cells_that_are_not_told_apart_share_a_rank_and_ranks_count_on():
    found = ranks(steady(1.0, 0), steady(1.002, 1), steady(1.5, 2))
    assert found == [(1, True), (1, True), (3, False)]


def test_too_few_blocks_tell_no_cells_apart():
    assert ranks(cell(1.0, 1.0), cell(9.0, 9.1), cell(20.0, 20.1)) == [(1, True)] * 3


@given(some_cells)
def test_cells_share_a_rank_exactly_if_none_is_told_to_be_slower(cells):
    ranked = rank(cells)
    for one in ranked:
        slower_than = [other for other in ranked if one.against(other).verdict == "slower"]
        assert not any(other.rank == one.rank for other in slower_than)
        # Those of the rank above beat it, or it would be one of them.
        above = [other for other in ranked if other.rank < one.rank]
        if above:
            nearest = max(other.rank for other in above)
            assert any(other.rank == nearest for other in slower_than)


@given(some_cells)
def test_no_cell_has_a_lower_rank_than_one_before_it(cells):
    found = [one.rank for one in rank(cells)]
    assert found == sorted(found)


@given(some_cells)
def test_what_is_said_against_the_best_is_what_the_rank_says(cells):
    ranked = rank(cells)
    for one in ranked:
        if len(ranked) == 1:
            assert one.against_best.verdict == "incomparable"
        elif one.rank > 1:
            assert one.against_best.verdict == "slower"
        elif one.shared:
            assert one.against_best.verdict in ("same", "inconclusive")
        else:
            assert one.against_best.verdict == "faster"


@given(some_cells)
def test_the_interval_against_the_best_holds_its_ratio(cells):
    for one in rank(cells):
        found = one.against_best
        assert math.isnan(found.ratio) or found.low <= found.ratio <= found.high


@given(some_cells)
def test_the_first_leads_and_stands_at_one(cells):
    ranked = rank(cells)
    assert ranked[0].times_fastest == 1
    assert [one.leads for one in ranked] == [True, *[False] * (len(cells) - 1)]


def test_times_fastest_is_paired_by_block():
    slow_hour = rank(named(cell(1.0, 2.0, 1.0), cell(1.5, 3.0, 1.5)))
    assert [one.times_fastest for one in slow_hour] == pytest.approx([1, 1.5])


def test_a_cell_that_missed_a_slow_block_is_none_the_faster_for_it():
    """The machine takes four times as long in the last block, in which one cell has no trial."""
    whole, part = cell(1.0, 1.01, 1.0, 4.0), cell(1.1, 1.11, 1.1)
    found = rank(named(part, whole))
    assert [one.cell.identity.variant for one in found] == ["1", "0"]


def test_the_blocks_that_are_asked_for_settle_all_that_may_be_the_fastest():
    ranked = rank(named(steady(1.0, 0, 0.05), steady(1.05, 1, 0.05), steady(1.1, 2, 0.05)))
    first = ranked[0]
    rivals = [one.against(first).blocks_needed for one in ranked[1:] if one.may_be_fastest]
    assert first.against_best.blocks_needed == max(rivals)


def test_cells_of_other_batches_are_ranked_apart():
    cells = named(steady(1.0, 0), steady(2.0, 1), steady(0.5, 2), steady(0.7, 3))
    cells = [
        replace(one, identity=replace(one.identity, batch_size=size))
        for one, size in zip(cells, (256, 256, 1024, 1024))
    ]
    found = [(one.cell.identity.batch_size, one.rank, one.leads) for one in rank(cells)]
    assert found == [(1024, 1, True), (1024, 2, False), (256, 1, True), (256, 2, False)]


def test_a_cell_that_nothing_can_be_compared_with_is_alone():
    one, other = named(steady(1.0, 0), steady(2.0, 1))
    other = replace(other, identity=replace(other.identity, batch_size=32))
    verdicts = [entry.against_best.verdict for entry in rank([one, other])]
    assert verdicts == ["incomparable", "incomparable"]


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
    assert [one.times_fastest for one in found[0].ranked] == pytest.approx([1, 2])
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
