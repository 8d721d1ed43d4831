"""What a run says while it goes on."""

from __future__ import annotations

import io
from dataclasses import replace

from bench.analysis import accumulate
from bench.cli.progress import RunObserver, result_line
from bench.cli.terminal import Console
from bench.records.model import Check, Record
from tests.records.samples import pending_record, quiet, trial

LOAD = Check("load", "warning", "load average 2.5 on 2 CPUs", "Stop other work,\nand wait.")
CALM = Check("swap", "ok", "nothing swapped out", "")


def said(record: Record) -> list[str]:
    """Return the lines that the start of a run prints."""
    output = io.StringIO()
    RunObserver(Console(file=output, width=200)).started(record)
    return output.getvalue().splitlines()


def test_what_will_spoil_a_run_is_said_before_it_starts_with_advice():
    lines = said(replace(pending_record(), checks=(CALM, LOAD)))
    assert lines[0] == "warning: load average 2.5 on 2 CPUs. Stop other work, and wait."
    assert "2 cells x 2 blocks = 4 trials" in lines[1]


def test_on_a_quiet_machine_only_the_plan_is_said():
    assert len(said(replace(pending_record(), checks=(CALM,)))) == 1


def test_a_run_that_is_taken_up_again_says_how_much_is_there():
    record = pending_record()
    record = accumulate.with_trial(record, record.schedule[0], trial())
    assert said(record)[-1] == "1 of them were measured before"


def test_a_disturbed_trial_is_said_to_be_measured_again():
    record = pending_record()
    evidence = replace(quiet(3), reason="other processes used 1 s of CPU time")
    record = accumulate.with_trial(record, record.schedule[0], trial(interference=evidence))
    line = result_line(record, record.schedule[0])
    assert line == "disturbed, so it is measured again: other processes used 1 s of CPU time"
