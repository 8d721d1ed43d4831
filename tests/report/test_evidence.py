"""What the page says of the trials' evidence: interference, settling, synchronization, input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.records.model import Cell, Interference, Settling, Trial
from bench.report import page
from tests.report import samples
from tests.report.document import parse
from tests.report.samples import FASHION, cell, disturbed, trial


def evidence_of(*cells: Cell) -> str:
    """Return what is said of the evidence of all cells together."""
    return _part(cells, "Evidence", "Cell by cell")


def details_of(*cells: Cell) -> str:
    """Return what is said of each cell alone."""
    return _part(cells, "Cell by cell", "Circumstances")


def _part(cells: Sequence[Cell], begin: str, end: str) -> str:
    text = parse(page.render([samples.record(*cells)])).text
    start = text.index(begin)
    return text[start : text.index(end, start)]


def measured(*trials: Trial) -> Cell:
    return samples.with_trials(cell(), trials)


def test_a_quiet_run_is_said_to_be_one() -> None:
    cells = cell("numpy"), cell("torch")
    assert "None of 12 steady epochs was disturbed by other work on the machine." in evidence_of(
        *cells
    )
    assert "Nothing was found that speaks against its figures." in details_of(*cells)


def test_disturbed_epochs_are_counted_and_said_not_to_count() -> None:
    usual = trial()
    one = replace(usual, interference=replace(usual.interference, disturbed_epochs=(0,)))
    cell_of_both = measured(one, trial(block=1))
    assert (
        "Other work on the machine disturbed 1 of 4 steady epochs, which do not enter a median."
        in evidence_of(cell_of_both)
    )
    assert "Unfinished work 0 1 of 2 0" in details_of(cell_of_both)


def test_a_trial_that_stayed_disturbed_is_listed_with_the_reason() -> None:
    doubtful = measured(trial(), disturbed(trial(block=1, attempt=2)))
    assert "1 trial of 2 stayed disturbed as a whole." in evidence_of(doubtful)
    assert (
        "disturbed Block 1, attempt 3, 50.0 ms an epoch, which counts all the same: "
        "other processes used 1 s of CPU time in 0.1 s of epochs." in details_of(doubtful)
    )


def test_an_attempt_that_was_set_aside_is_listed_with_the_reason() -> None:
    repeated = replace(
        measured(trial(attempt=1)), set_aside=(disturbed(trial(seconds=0.07), foreign_seconds=1),)
    )
    assert "1 disturbed trial had to be measured again." in evidence_of(repeated)
    details = details_of(repeated)
    assert (
        "disturbed Block 0, attempt 1, 70.0 ms an epoch, set aside and measured again: "
        "other processes used" in details
    )
    assert "0 attempt 2 0 of 2" in details


def test_a_system_without_counters_says_so_and_shows_no_figures() -> None:
    blind = measured(trial(interference=Interference("none", (), None, (), (), (), (), (), ())))
    assert "This system has no counters" in evidence_of(blind)
    dash = "\N{EN DASH}"
    assert f"0 0 of 2 0 1.00 {dash} {dash} {dash} {dash} {dash} 2.00" in details_of(blind)


def test_a_row_sums_what_was_counted_in_each_epoch() -> None:
    usual = trial(seconds=1.0, cpu_seconds=(1.9, 1.7))
    busy = replace(
        usual.interference,
        involuntary_context_switches=(1_000, 37),
        waiting_seconds=(0.25, 0.5),
        foreign_cpu_seconds=(0.02, 0.01),
        steal_seconds=(0.0, 0.01),
        run_queue=(2, 5),
    )
    details = details_of(measured(replace(usual, interference=busy)))
    assert "0 of 2 0 1.80 1,037 750 ms 30.0 ms 10.0 ms 5 2.00 µs ≤ 2.50 ms" in details


def test_epochs_left_out_as_not_settled_are_counted() -> None:
    restless = measured(
        trial(settling=Settling(1, True)),
        trial(block=1, settling=Settling(1, False)),
    )
    assert (
        "2 steady epochs at the beginning of trials had not settled and do not enter a median. "
        "1 trial of 2 never settled." in evidence_of(restless)
    )
    assert "1 never" in details_of(restless)
    assert "not settled The epochs of block 1 never settled." in details_of(restless)


def test_settled_trials_need_no_epoch_left_out() -> None:
    evidence = evidence_of(measured(trial(settling=Settling(0, True))))
    assert "No trial's first steady epochs had to be left out." in evidence


def test_too_few_epochs_to_settle_are_said_to_be_too_few() -> None:
    assert "too few epochs to tell whether they had settled" in evidence_of(cell())


def test_finished_work_is_said_with_its_bound() -> None:
    assert (
        "Every epoch's work was done when its clock stopped; what was left took 2.00 µs at most, "
        "where 2.50 ms is tolerated." in evidence_of(cell())
    )


def test_who_returns_too_early_is_named() -> None:
    evidence = evidence_of(cell("numpy"), samples.asynchronous(cell("jax")))
    assert "JAX from scratch returned before the work of an epoch was done" in evidence
    assert "Every epoch's work was done" not in evidence


def test_equal_input_is_said_with_short_digests() -> None:
    assert (
        "All trials started from the same parameters (SHA-256 111111111111…) and took the examples "
        "in the same order (SHA-256 222222222222…)." in evidence_of(cell())
    )


def test_who_had_another_input_is_named() -> None:
    evidence = evidence_of(cell("numpy"), samples.other_input(cell("torch")))
    assert "(SHA-256 222222222222…), except those of PyTorch from scratch." in evidence


def test_each_batch_size_has_an_order_of_its_own() -> None:
    small = replace(FASHION, batch_size=64, order_sha256="3" * 64)
    record = samples.record(cell("numpy"), cell("numpy", 0.06, small), workloads=(FASHION, small))
    text = parse(page.render([record])).text
    assert "Input, batches of 256. All trials" in text
    assert "Input, batches of 64. All trials" in text
    assert "order (SHA-256 333333333333…)" in text


def test_a_workload_without_trials_has_no_evidence() -> None:
    assert "Evidence" not in parse(page.render([samples.record(samples.failed(cell()))])).text


def test_the_cell_that_does_nothing_gives_no_evidence() -> None:
    assert evidence_of(cell(), samples.floor()) == evidence_of(cell())
