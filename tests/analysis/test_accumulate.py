"""What one more trial does to a record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.analysis import accumulate, statistics
from bench.records.failures import REMEDIES
from bench.records.model import Slot
from tests.records.samples import REJECTED, failure, pending_record, trial

FIRST = Slot(block=0, slot=0, cell=0)


def test_a_first_trial_makes_a_pending_cell_ok():
    assert accumulate.with_trial(pending_record(), FIRST, trial()).cells[0].status == "ok"


def test_a_trial_touches_no_cell_but_its_own():
    before = pending_record(cells=3)
    after = accumulate.with_trial(before, replace(FIRST, cell=1), trial())
    assert (after.cells[0], after.cells[2]) == (before.cells[0], before.cells[2])
    assert replace(after, cells=before.cells) == before


def test_the_record_that_was_given_is_left_as_it_was():
    before = pending_record()
    accumulate.with_trial(before, FIRST, trial())
    assert before == pending_record()


def test_the_summary_is_worked_out_from_all_trials_anew():
    trials = (trial(), trial(block=1, epoch_seconds=(0.5,)))
    record = pending_record()
    for one in trials:
        record = accumulate.with_trial(record, FIRST, one)
    assert record.cells[0].trials == trials
    assert record.cells[0].summary == statistics.summarize(trials, 60_000)


def test_throughput_counts_the_examples_of_the_cells_own_workload():
    record = pending_record()
    small = replace(record.workloads[0], name="linear", train_examples=1_000)
    cell = replace(record.cells[0], identity=replace(record.cells[0].identity, workload="linear"))
    record = replace(record, workloads=(*record.workloads, small), cells=(cell, record.cells[1]))
    after = accumulate.with_trial(record, FIRST, trial(epoch_seconds=(0.5,)))
    assert after.cells[0].summary.examples_per_second == 2_000


def test_a_trial_of_another_model_makes_its_cell_invalid_with_a_reason():
    cell = accumulate.with_trial(pending_record(), FIRST, trial(parity=REJECTED)).cells[0]
    assert cell.status == "invalid"
    assert cell.reason == REJECTED.reason
    assert cell.remedy == REMEDIES["parity"]


def test_an_invalid_cell_keeps_its_figures():
    cell = accumulate.with_trial(pending_record(), FIRST, trial(parity=REJECTED)).cells[0]
    assert cell.summary is not None


def test_a_good_trial_does_not_make_an_invalid_cell_good():
    record = accumulate.with_trial(pending_record(), FIRST, trial(parity=REJECTED))
    record = accumulate.with_trial(record, FIRST, trial(block=1))
    assert record.cells[0].status == "invalid"


def test_a_bad_trial_makes_a_good_cell_invalid():
    record = accumulate.with_trial(pending_record(), FIRST, trial())
    record = accumulate.with_trial(record, FIRST, trial(block=1, parity=REJECTED))
    assert record.cells[0].status == "invalid"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("timeout", "timeout"),
        ("device_missing", "unavailable"),
        ("raised", "failed"),
        ("import_failed", "failed"),
        ("out_of_memory", "failed"),
        ("killed_by_signal", "failed"),
        ("exited", "failed"),
    ],
)
def test_a_failure_gives_its_cell_a_status(kind, status):
    cell = accumulate.with_failure(pending_record(), FIRST, failure(kind=kind)).cells[0]
    assert cell.status == status


def test_a_failure_says_why_and_what_to_do():
    cell = accumulate.with_failure(pending_record(), FIRST, failure()).cells[0]
    assert (cell.reason, cell.remedy) == (failure().reason, failure().remedy)
    assert cell.failures == (failure(),)


def test_a_failure_after_a_good_trial_keeps_what_was_measured():
    record = accumulate.with_trial(pending_record(), FIRST, trial())
    cell = accumulate.with_failure(record, FIRST, failure(block=1)).cells[0]
    assert cell.status == "timeout"
    assert cell.trials == (trial(),)
    assert cell.summary is not None


def test_a_complete_run_gets_no_notice():
    record = accumulate.with_trial(pending_record(cells=1, blocks=1), FIRST, trial())
    assert accumulate.ended(record, "complete") == replace(record, status="complete")


def test_an_interrupted_run_says_how_far_it_came():
    record = accumulate.with_trial(pending_record(cells=2, blocks=2), FIRST, trial())
    ended = accumulate.ended(record, "interrupted")
    assert ended.status == "interrupted"
    assert ended.notices == ("This run was interrupted: 1 of 4 trials were measured.",)


def test_an_interrupted_run_keeps_its_earlier_notices():
    record = replace(pending_record(), notices=("Synthetic images stand in.",))
    assert accumulate.ended(record, "interrupted").notices[0] == "Synthetic images stand in."


def test_a_cell_that_an_interrupted_run_never_reached_says_so():
    record = accumulate.with_trial(pending_record(cells=2), FIRST, trial())
    reached, unreached = accumulate.ended(record, "interrupted").cells
    assert reached.reason is None
    assert "interrupted before its first trial" in unreached.reason


def test_a_failure_does_not_hide_that_a_cell_is_another_model():
    record = accumulate.with_trial(pending_record(), FIRST, trial(parity=REJECTED))
    cell = accumulate.with_failure(record, FIRST, failure(block=1)).cells[0]
    assert cell.status == "invalid"
    assert len(cell.failures) == 1
