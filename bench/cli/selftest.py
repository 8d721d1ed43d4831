"""``softmax-bench selftest``: would this machine and this harness notice a lie?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bench.analysis.selftest import Assessment, assess
from bench.cli import run
from bench.cli.assessment import print_assessments
from bench.cli.exit_status import ExitStatus
from bench.cli.measuring import Places, announce_record, carry_out
from bench.cli.options import HomeDirectory, ResultsDirectory, surroundings
from bench.cli.places import require_working_folder
from bench.cli.terminal import Console
from bench.plan.choices import ChoiceError, parse_share, split
from bench.plan.options import complete, parse
from bench.records.model import Record
from bench.records.plan import DEFAULT_SEED
from bench.run.selftest import (
    EPOCHS,
    FRAMEWORKS,
    MINUTES,
    SLOWDOWN,
    selftest_choices,
    selftest_plan,
)

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench selftest                       six minutes with NumPy and JAX
  softmax-bench selftest --max-time 30min      a smaller effect can be seen
  softmax-bench selftest --framework numpy     more blocks in the same time
  softmax-bench selftest --framework numpy,sklearn
  softmax-bench selftest --slowdown 2%,10% --max-time 1h
"""


def selftest_command(
    framework: Annotated[
        str, typer.Option(help="Those whose cells are used; comma-separated.")
    ] = ",".join(FRAMEWORKS),
    max_time: Annotated[
        str, typer.Option(metavar="DURATION", help="Blocks are added for so long: 90s, 10min, 1h.")
    ] = f"{MINUTES}min",
    slowdown: Annotated[
        str,
        typer.Option(
            metavar="SHARES",
            help="By how much a cell is slower on purpose; comma-separated, a cell each.",
        ),
    ] = f"{SLOWDOWN:.0%}",
    epochs: Annotated[
        str,
        typer.Option(
            metavar="NUMBER",
            help="Of each trial: the more, the fewer blocks fit into the time.",
        ),
    ] = str(EPOCHS),
    seed: Annotated[
        str, typer.Option(metavar="NUMBER", help="Of the schedule and the data.")
    ] = str(DEFAULT_SEED),
    environment: Annotated[
        str, typer.Option(help="managed: made by uv; current: this interpreter, as it is.")
    ] = "managed",
    home: HomeDirectory = Path(".softmax-bench"),
    results_dir: ResultsDirectory = Path("results/selftest"),
) -> int:
    """Compare identical cells, and cells that are slower on purpose: do the verdicts hold?"""
    require_working_folder()
    around = surroundings()
    given = {
        "framework": framework,
        "max-time": max_time,
        "epochs": epochs,
        "seed": seed,
        "environment": environment,
    }
    plan = selftest_choices(complete(parse(given, around), around))
    expand = partial(selftest_plan, parse_slowdowns(slowdown))
    record, path = carry_out(plan, Places(home, None, results_dir), expand)
    console = Console()
    assessments = assess(record)
    print_assessments(console, record, assessments)
    announce_record(path)
    return exit_status(record, assessments)


def parse_slowdowns(text: str) -> tuple[float, ...]:
    """Return the shares in ``2%,0.05``, each once.

    Raises
    ------
    ChoiceError
        If there is none, or one is not between 0.1 % and 100 %.
    """
    shares = tuple(dict.fromkeys(parse_share("Slowdown", one, 0.001, 1.0) for one in split(text)))
    if not shares:
        raise ChoiceError("No slowdown is named, such as 5%.")
    return shares


def exit_status(record: Record, assessments: Sequence[Assessment]) -> ExitStatus:
    """Return what the process says about an assessment."""
    measured = run.exit_status(record)
    lies = any(assessment.lies for assessment in assessments)
    return ExitStatus.SELFTEST if lies and measured != ExitStatus.INTERRUPTED else measured
