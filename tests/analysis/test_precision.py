"""When a run needs another block."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.analysis import accumulate
from bench.analysis.precision import Budget, wants_block, widest
from bench.records.model import Estimate, Record
from tests.records.samples import pending_record, trial

PLENTY = 3600.0


def record_with(half_width: float, blocks: int = 5) -> Record:
    """Return a record whose first cell's interval reaches so far to either side."""
    record = replace(pending_record(), blocks=blocks)
    record = accumulate.with_trial(record, record.schedule[0], trial())
    cell = record.cells[0]
    interval = Estimate(1.0, 1 - half_width, 1 + half_width)
    cell = replace(cell, summary=replace(cell.summary, epoch_seconds=interval))
    return replace(record, cells=(cell, *record.cells[1:]))


def test_without_a_precision_no_block_is_added():
    assert not wants_block(record_with(0.5), Budget(None, PLENTY), 10, 10)


def test_a_wide_interval_wants_a_block_and_a_narrow_one_does_not():
    assert wants_block(record_with(0.03), Budget(0.02, PLENTY), 10, 10)
    assert not wants_block(record_with(0.01), Budget(0.02, PLENTY), 10, 10)


def test_two_blocks_are_never_enough():
    assert wants_block(record_with(0.0, blocks=2), Budget(0.02, PLENTY), 10, 10)


def test_no_block_is_begun_that_would_not_end_in_time():
    budget = Budget(0.02, 60)
    assert wants_block(record_with(0.03), budget, 40, 20)
    assert not wants_block(record_with(0.03), budget, 41, 20)


def test_precision_zero_asks_for_as_many_blocks_as_fit():
    assert wants_block(record_with(0.001), Budget(0.0, 60), 10, 10)


def test_a_run_in_which_nothing_can_be_measured_wants_no_block():
    assert not wants_block(pending_record(), Budget(0.02, PLENTY), 10, 10)


def test_the_floor_s_own_interval_does_not_matter():
    record = record_with(0.5)
    floor = replace(record.cells[0], role="floor")
    assert widest(replace(record, cells=(floor,))) is None


def test_a_precision_that_was_not_reached_is_told():
    record = accumulate.with_precision_notice(record_with(0.031), 0.02)
    (notice,) = record.notices
    assert "precision of 2.0% was not reached" in notice
    assert "3.1%" in notice


@pytest.mark.parametrize("half_width", [0.0, 0.019])
def test_one_that_was_reached_is_not(half_width):
    assert accumulate.with_precision_notice(record_with(half_width), 0.02).notices == ()
