"""What the terminal says of a self-test: a table that fits, and sentences."""

from __future__ import annotations

import io
from dataclasses import replace

from bench.analysis.selftest import assess
from bench.cli.assessment import print_assessments
from bench.cli.exit_status import ExitStatus
from bench.cli.selftest import exit_status
from bench.cli.terminal import Console
from bench.records.model import Record
from tests.analysis.selftests import Machine, record

QUIET = record(Machine())
WANDERS = record(Machine(own=0.008, common=0.05))
NOISY = record(Machine(own=0.03), blocks=6)
BIASED = record(Machine(real={"identical B": 0.08}))
DEAF = record(Machine(own=0.001, real={"5% slower": 0.0}))


def printed(found: Record) -> str:
    """Return what is printed on a terminal of 80 columns."""
    console = Console(file=io.StringIO(), width=80)
    print_assessments(console, found, assess(found))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def without_jax(found: Record, **fields: object) -> Record:
    """Return the record with JAX's cells as they are where that could not be measured."""
    cells = (
        replace(cell, **{"status": "unavailable", "trials": ()} | fields)
        if cell.identity.framework == "jax"
        else cell
        for cell in found.cells
    )
    return replace(found, cells=tuple(cells))


def test_the_tables_fit_into_80_columns() -> None:
    for found in (QUIET, WANDERS, NOISY, BIASED, record(Machine(own=0.5), blocks=3)):
        table = printed(found).partition("NumPy (eager): ")[0]
        assert "…" not in table
        assert all(len(line) <= 80 for line in table.splitlines())


def test_a_row_has_what_was_found_its_interval_and_whether_it_is_right() -> None:
    rows = [line.split() for line in printed(QUIET).splitlines() if "slower" in line]
    assert rows[0][:3] == ["2%", "slower", "A"]
    assert rows[0][-1] == "right"
    assert abs(float(rows[0][3]) - 2) < 1


def test_corrected_and_raw_stand_side_by_side_only_where_probes_correct() -> None:
    assert "clock" in printed(WANDERS).partition("NumPy (eager): ")[0]
    assert "clock" not in printed(QUIET)


def test_a_self_test_without_lies_ends_with_what_the_machine_is_good_for() -> None:
    text = printed(QUIET)
    assert "NumPy (eager): identical cells were not told apart." in text
    assert "Of slowdowns that were planted, 2 %, 5 % and 10 % were found." in text
    assert "All 7 intervals hold the difference that there is." in text
    assert "In 6 min (12 blocks) this machine shows it 95 times in 100 if JAX (compiled" in text
    last = text.strip().splitlines()[-1]
    assert last.startswith("No verdict of 14 is false: comparisons on this machine can be trusted")
    assert "four times as long (24 min)" in last


def test_what_was_left_open_is_named_and_no_lie() -> None:
    text = printed(NOISY)
    assert "left open, which is no lie (telling needs some" in text
    assert "false: comparisons on this machine can be trusted" in text


def test_where_all_is_open_nothing_is_claimed() -> None:
    text = printed(record(Machine(own=0.3), blocks=4))
    assert "No comparison came to a verdict, so that nothing is false and nothing is shown" in text
    assert "trusted" not in text


def test_what_the_probes_were_worth_is_said() -> None:
    text = printed(WANDERS)
    assert "The clock alone, without the probes, would have found" in text
    assert "or more; by the clock alone, by" in text
    assert "the variance of comparisons is" in text
    assert "Placebo: cells do not differ in their probes (p = " in text


def test_a_placebo_that_fails_is_said() -> None:
    text = printed(record(Machine(own=0.01, common=0.05, influence=0.5)))
    assert "as if they had moved them: nothing is corrected." in text
    assert "Placebo" not in text


def test_a_false_alarm_is_no_machine_to_trust() -> None:
    text = printed(BIASED)
    assert "identical cells were told apart in 1 of 1 comparison, a false alarm." in text
    assert "Do not trust comparisons on this machine yet" in text
    assert "softmax-bench doctor" in text


def test_a_slowdown_that_was_missed_is_named() -> None:
    assert "5 % was called the same or faster, and so missed" in printed(DEAF)


def test_too_few_blocks_are_said_and_what_to_do() -> None:
    text = printed(record(Machine(), blocks=2))
    assert "2 blocks, and a verdict takes 3. Give more time with --max-time." in text
    assert "Nothing can be said of this machine" in text


def test_a_framework_that_is_not_there_is_named_once_with_its_remedy() -> None:
    text = printed(without_jax(QUIET, reason="not installed", remedy="Install it."))
    assert (
        text.count("Cells of JAX were not measured (unavailable): not installed. Install it.") == 1
    )
    assert "No verdict of 7 is false" in text


def test_what_a_failed_cell_leaves_unsaid_is_not_made_up() -> None:
    cells = tuple(
        replace(cell, status="timeout", reason="still running", remedy=None)
        if cell.identity.variant == "identical B" or cell.planted_slowdown
        else cell
        for cell in QUIET.cells
    )
    text = printed(replace(QUIET, cells=cells))
    assert "Cells of NumPy were not measured (timeout): still running." in text
    assert "Nothing can be said of this machine" in text


def test_the_exit_status_says_whether_there_was_a_lie() -> None:
    def status(found: Record) -> ExitStatus:
        return exit_status(found, assess(found))

    assert status(QUIET) == ExitStatus.OK
    assert status(NOISY) == ExitStatus.OK
    assert status(BIASED) == ExitStatus.SELFTEST
    assert status(DEAF) == ExitStatus.SELFTEST
    assert status(without_jax(QUIET)) == ExitStatus.OK
    assert status(without_jax(QUIET, status="failed")) == ExitStatus.CELLS_FAILED
    assert status(replace(BIASED, status="interrupted")) == ExitStatus.INTERRUPTED
