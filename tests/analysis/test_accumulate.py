"""What one more trial does to a record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.analysis import accumulate, questions, statistics
from bench.records.failures import REMEDIES
from bench.records.model import Ceiling, InputProof, Slot, SyncProof
from tests.records.samples import (
    CONDITIONS,
    PLAN,
    REJECTED,
    failure,
    identity,
    pending_record,
    quiet,
    trial,
    workload,
)

FIRST = Slot(block=0, slot=0, cell=0)
DISTURBED = replace(quiet(3), disturbed_epochs=(0, 1), reason="other processes used 80% of a CPU")


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
    assert record.cells[0].summary == statistics.summarize(trials, workload())


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
    assert accumulate.ended(record, "complete", CONDITIONS) == replace(
        record, status="complete", conditions_after=CONDITIONS
    )


def test_an_interrupted_run_says_how_far_it_came():
    record = accumulate.with_trial(pending_record(cells=2, blocks=2), FIRST, trial())
    ended = accumulate.ended(record, "interrupted", None)
    assert ended.status == "interrupted"
    assert ended.notices == (
        "This run was interrupted: 1 of 4 trials were measured. softmax-bench run --resume "
        "finishes it.",
    )


def test_an_interrupted_run_keeps_its_earlier_notices():
    record = replace(pending_record(), notices=("Synthetic images stand in.",))
    assert accumulate.ended(record, "interrupted", None).notices[0] == "Synthetic images stand in."


def test_a_cell_that_an_interrupted_run_never_reached_says_so():
    record = accumulate.with_trial(pending_record(cells=2), FIRST, trial())
    reached, unreached = accumulate.ended(record, "interrupted", None).cells
    assert reached.reason is None
    assert "interrupted before its first trial" in unreached.reason


def test_a_failure_does_not_hide_that_a_cell_is_another_model():
    record = accumulate.with_trial(pending_record(), FIRST, trial(parity=REJECTED))
    cell = accumulate.with_failure(record, FIRST, failure(block=1)).cells[0]
    assert cell.status == "invalid"
    assert len(cell.failures) == 1


def test_a_disturbed_trial_is_set_aside_and_its_slot_stays_open():
    record = accumulate.with_trial(pending_record(), FIRST, trial(interference=DISTURBED))
    assert record.cells[0].trials == ()
    assert len(record.cells[0].set_aside) == 1
    assert record.cells[0].status == "pending"
    assert not questions.is_filled(record, FIRST)


def test_a_quiet_attempt_then_counts_and_knows_how_many_went_before():
    record = accumulate.with_trial(pending_record(), FIRST, trial(interference=DISTURBED))
    record = accumulate.with_trial(record, FIRST, trial())
    assert record.cells[0].trials == (trial(attempt=1),)
    assert questions.is_filled(record, FIRST)


def test_repeats_are_bounded_and_the_least_disturbed_attempt_counts():
    record = pending_record()
    worse = replace(DISTURBED, disturbed_epochs=(0, 1, 2))
    for evidence in (worse, DISTURBED, worse):
        assert not questions.is_filled(record, FIRST)
        record = accumulate.with_trial(record, FIRST, trial(interference=evidence))
    cell = record.cells[0]
    assert questions.is_filled(record, FIRST)
    assert [one.attempt for one in cell.trials] == [1]
    assert sorted(one.attempt for one in cell.set_aside) == [0, 2]
    assert cell.summary.disturbed_trials == 1
    assert cell.status == "ok"


def test_without_repeats_a_disturbed_trial_counts_at_once():
    record = replace(pending_record(), plan=replace(PLAN, repeats=0))
    record = accumulate.with_trial(record, FIRST, trial(interference=DISTURBED))
    assert len(record.cells[0].trials) == 1


def test_no_neighbour_excuses_another_model():
    wrong = trial(interference=DISTURBED, parity=REJECTED)
    record = accumulate.with_trial(pending_record(), FIRST, wrong)
    assert record.cells[0].status == "invalid"


def test_an_earlier_attempt_does_not_hide_that_a_later_one_is_another_model():
    record = accumulate.with_trial(pending_record(), FIRST, trial(interference=DISTURBED))
    worse = replace(DISTURBED, disturbed_epochs=(0, 1, 2))
    record = accumulate.with_trial(record, FIRST, trial(interference=worse, parity=REJECTED))
    assert record.cells[0].status == "invalid"


def test_an_attempt_in_one_block_says_nothing_about_another():
    record = accumulate.with_trial(pending_record(), FIRST, trial(interference=DISTURBED))
    assert questions.attempts(record, FIRST) == 1
    assert questions.attempts(record, replace(FIRST, block=1)) == 0


def test_a_failed_cell_needs_no_worker_any_more():
    record = accumulate.with_failure(pending_record(), FIRST, failure())
    assert questions.is_filled(record, replace(FIRST, block=1))


def test_an_asynchronous_implementation_is_invalid_with_the_seconds_it_hid():
    proof = SyncProof(False, 0.04, 1e-3)
    cell = accumulate.with_trial(pending_record(), FIRST, trial(synchronization=proof)).cells[0]
    assert cell.status == "invalid"
    assert "0.04 s before their work is done" in cell.reason
    assert cell.remedy == REMEDIES["asynchronous"]


def test_other_input_is_invalid():
    proof = InputProof(False, "a" * 64, "b" * 64)
    cell = accumulate.with_trial(pending_record(), FIRST, trial(input=proof)).cells[0]
    assert (cell.status, cell.remedy) == ("invalid", REMEDIES["other_input"])


def test_an_epoch_is_set_against_floor_and_ceiling():
    record = pending_record(cells=2)
    nothing = replace(record.cells[1], role="floor", identity=identity(framework="null"))
    ceiling = Ceiling("cpu", 1, 1e11, 1e10, "a product, a sum")
    record = replace(record, cells=(record.cells[0], nothing), ceilings=(ceiling,))
    floor_trial = trial(epoch_seconds=(1e-6,) * 3)
    record = accumulate.with_trial(record, replace(FIRST, cell=1), floor_trial)
    record = accumulate.with_trial(record, FIRST, trial(epoch_seconds=(0.05,) * 3))
    contender, floor = record.cells
    info = record.workloads[0]
    shortest = max(info.epoch_operations / 1e11, info.epoch_bytes / 1e10)
    assert contender.summary.times_ceiling == pytest.approx(0.05 / shortest)
    assert contender.summary.times_floor == pytest.approx(0.05 / 1e-6)
    assert floor.summary.times_ceiling is None
    assert floor.summary.times_floor is None


def test_one_more_block_makes_the_schedule_longer():
    record = pending_record(cells=2, blocks=2)
    more = accumulate.with_blocks(record, [Slot(2, 0, 1), Slot(2, 1, 0)])
    assert more.blocks == 3
    assert more.schedule[:4] == record.schedule
    assert len(more.schedule) == 6


def test_a_run_that_is_taken_up_again_says_so_and_forgets_that_it_was_interrupted():
    record = accumulate.with_trial(pending_record(cells=2), FIRST, trial())
    resumed = accumulate.resumed(accumulate.ended(record, "interrupted", None), "2025-01-02")
    assert resumed.status == "running"
    assert resumed.cells == record.cells
    (notice,) = resumed.notices
    assert notice.startswith("This run was taken up again at 2025-01-02, after 1 of")


def test_of_two_measurements_of_the_ceiling_the_higher_rates_count():
    record = accumulate.with_trial(pending_record(), FIRST, trial())
    first = Ceiling("cpu", 1, 1e11, 2e11, "first")
    record = accumulate.with_ceilings(replace(record, ceilings=(first,)), ())
    assert record.ceilings == (first,)
    low = record.cells[0].summary.times_ceiling
    record = accumulate.with_ceilings(record, [Ceiling("cpu", 1, 2e11, 1e11, "second")])
    assert record.ceilings == (Ceiling("cpu", 1, 2e11, 2e11, "second"),)
    assert record.cells[0].summary.times_ceiling == pytest.approx(2 * low)
