"""What came of attacks: a table of all, and words for each that was not survived."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from rich.table import Table

from bench.cli.terminal import Console
from tests.attack.campaign import Outcome

FAULTS_SHOWN = 6
NUMBERS_SHOWN = 4


def print_outcomes(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Print how many attacks were survived."""
    failed = [outcome for outcome in outcomes if outcome.faults]
    console.print(tally(outcomes))
    commands = sum(outcome.commands for outcome in outcomes)
    signals = sum(outcome.signals for outcome in outcomes)
    console.print(
        f"{len(outcomes):,} attacks, {commands:,} commands, {signals:,} signals: "
        + (f"{len(failed):,} not survived." if failed else "all survived."),
        highlight=False,
    )


def print_faults(console: Console, outcome: Outcome) -> None:
    """Print what an attack found, and how to repeat it."""
    lines = [f"{outcome.number} ({outcome.what}), in {outcome.folder}"]
    lines += [f"  {fault}" for fault in outcome.faults[:FAULTS_SHOWN]]
    if len(outcome.faults) > FAULTS_SHOWN:
        lines.append(f"  and {len(outcome.faults) - FAULTS_SHOWN} more")
    lines.append(f"  again: {again(outcome)}")
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def again(outcome: Outcome) -> str:
    """Return the command that repeats one attack."""
    words = ("--seed", str(outcome.number.seed), "--only", str(outcome.number))
    return shlex.join(("python", "-m", "tests.attack", *words))


def tally(outcomes: Sequence[Outcome]) -> Table:
    """Return how many attacks of each kind were survived."""
    table = Table("class", "what", title="Attacks", title_justify="left")
    for heading in ("tried", "survived"):
        table.add_column(heading, justify="right")
    table.add_column("failed")
    for row in _rows(outcomes):
        table.add_row(*row)
    return table


def _rows(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, ...]]:
    kinds = dict.fromkeys(sorted((one.number.of_class, one.what) for one in outcomes))
    previous = ""
    for of_class, what in kinds:
        kind = [one for one in outcomes if (one.number.of_class, one.what) == (of_class, what)]
        failed = [str(one.number) for one in kind if one.faults]
        shown = ", ".join(failed[:NUMBERS_SHOWN]) + (", ..." if failed[NUMBERS_SHOWN:] else "")
        of_class_shown = "" if of_class == previous else of_class
        yield of_class_shown, what, str(len(kind)), str(len(kind) - len(failed)), shown
        previous = of_class
