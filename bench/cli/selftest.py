"""``softmax-bench selftest``: would this machine and this harness notice a lie?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.analysis.comparison import Comparison
from bench.analysis.selftest import Assessment, Finding, assess
from bench.cli.exit_status import ExitStatus
from bench.cli.measuring import Places, carry_out
from bench.cli.options import HomeDirectory, surroundings
from bench.cli.tables import compact_table
from bench.plan.choices import parse_duration
from bench.plan.options import complete, parse
from bench.records.plan import DEFAULT_SEED
from bench.run.selftest import selftest_choices, selftest_plan

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench selftest                       five minutes with NumPy
  softmax-bench selftest --max-time 30min      a smaller effect can be seen
  softmax-bench selftest --framework torch

[bold]Exit status[/bold]

  0    no false verdict
  8    identical cells were told apart, or a planted slowdown was called the same
"""

SIGNS = {
    "right": "[green]right[/green]",
    "open": "[yellow]open[/yellow]",
    "false alarm": "[red]FALSE ALARM[/red]",
    "missed": "[red]MISSED[/red]",
}


def selftest_command(
    framework: Annotated[str, typer.Option(help="The framework whose cells are used.")] = "numpy",
    max_time: Annotated[
        str, typer.Option(metavar="DURATION", help="Blocks are added for so long: 90s, 10min, 1h.")
    ] = "5min",
    seed: Annotated[int, typer.Option(min=0, help="Of the schedule and the data.")] = DEFAULT_SEED,
    environment: Annotated[
        str, typer.Option(help="managed: made by uv; current: this interpreter, as it is.")
    ] = "managed",
    home: HomeDirectory = Path(".softmax-bench"),
    results_dir: Annotated[Path, typer.Option(help="Where the record is written.")] = Path(
        "results/selftest"
    ),
) -> int:
    """Compare identical cells, and cells slowed by 2, 5 and 10 %, and see if the verdicts hold."""
    around = surroundings()
    given = {"seed": str(seed), "environment": environment}
    plan = selftest_choices(
        framework, parse_duration(max_time), complete(parse(given, around), around)
    )
    record, path = carry_out(plan, Places(home, None, results_dir), selftest_plan)
    console = Console()
    assessment = assess(record)
    print_assessment(console, assessment)
    console.print(f"record: {path}", soft_wrap=True, highlight=False, markup=False)
    return exit_status(record.status == "interrupted", assessment)


def exit_status(interrupted: bool, assessment: Assessment) -> ExitStatus:
    """Return what the process says about an assessment."""
    if interrupted:
        return ExitStatus.INTERRUPTED
    lies = assessment.count("false alarm") + assessment.count("missed")
    return ExitStatus.SELFTEST if lies else ExitStatus.OK


def print_assessment(console: Console, assessment: Assessment) -> None:
    """Print every comparison, then the sums."""
    table = compact_table(f"Self-test, {assessment.blocks} blocks")
    for heading in ("candidate", "against", "found", "95 % CI", "verdict", ""):
        table.add_column(heading, no_wrap=True)
    for finding in assessment.findings:
        table.add_row(*_row(finding))
    console.print(table)
    for line in summary_lines(assessment):
        console.print(line, highlight=False, soft_wrap=True)


def _row(finding: Finding) -> tuple[str, ...]:
    comparison = finding.comparison
    return (
        finding.candidate,
        finding.baseline,
        f"{comparison.ratio - 1:+.1%}",
        f"{comparison.low - 1:+.1%} to {comparison.high - 1:+.1%}",
        verdict_words(comparison),
        SIGNS[finding.outcome],
    )


def verdict_words(comparison: Comparison) -> str:
    """Return a verdict, and what it takes where there is none."""
    if comparison.verdict != "inconclusive":
        return comparison.verdict
    needed = comparison.blocks_needed
    return "needs more blocks" if needed is None else f"needs {needed} blocks"


def summary_lines(assessment: Assessment) -> tuple[str, ...]:
    """Return the sums in words."""
    same = [one for one in assessment.findings if not one.planted]
    slowed = [one for one in assessment.findings if one.planted]
    found = sum(one.outcome == "right" for one in slowed)
    undecided = sum(one.outcome == "open" for one in slowed)
    smallest = assessment.smallest_effect
    return (
        f"False alarms: {assessment.count('false alarm')} of {len(same)} comparisons of identical "
        "cells.",
        f"Planted slowdowns: {found} of {len(slowed)} found, {undecided} left open, "
        f"{assessment.count('missed')} missed in silence.",
        "Too few blocks to say which effect could be seen: give more time with --max-time."
        if smallest is None
        else f"In {assessment.blocks} blocks this machine shows a slowdown of {smallest:.1%} or "
        "more 95 times in 100.",
    )
