"""``python -m tests.attack``: attack the command line for some minutes, from a seed."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.progress import Progress, TextColumn, TimeElapsedColumn

from bench.cli.terminal import Console
from tests.attack import processes, stock
from tests.attack.attack import Number
from tests.attack.campaign import CLASSES, Camp, Outcome
from tests.attack.table import print_faults, print_outcomes

EXAMPLES = """examples:
  python -m tests.attack                            ten minutes, everything
  python -m tests.attack --minutes 2 --class plans,options
  python -m tests.attack --seed 7                   other attacks
  python -m tests.attack --seed 7 --only kills-12   one of them again; its folder is kept

exit status:
  0    all were survived
  1    some were not: each is listed with the command that repeats it
  130  Ctrl-C; what was found until then is listed
"""
GRACE_SECONDS = 1.0
NOT_SURVIVED, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a campaign, or repeat one attack, and print what came of it."""
    chosen = parser().parse_args(arguments)
    # What starts this in the background may ignore it, and commands would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="softmax-bench-attacks-"))
    outcomes: list[Outcome] = []
    interrupted = False
    try:
        with console.status("measuring what records are attacked"):
            place = stock.make(folder / "stock")
        camp = Camp(folder, place, GRACE_SECONDS)
        if chosen.only:
            attacks = iter([camp.attack(number(chosen.seed, chosen.only))])
        else:
            attacks = camp.timed(chosen.seed, chosen.classes, chosen.minutes * 60, chosen.jobs)
        follow(attacks, outcomes, console)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        processes.end(folder)
    print_outcomes(console, outcomes)
    console.print(f"seed {chosen.seed}; folders are below {folder}", highlight=False)
    if interrupted:
        return INTERRUPTED
    return NOT_SURVIVED if any(outcome.faults for outcome in outcomes) else 0


def follow(attacks: Iterable[Outcome], outcomes: list[Outcome], console: Console) -> None:
    """Collect outcomes, and show how it goes."""
    columns = (TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("the first attacks", total=None)
        for outcome in attacks:
            outcomes.append(outcome)
            failed = sum(bool(one.faults) for one in outcomes)
            progress.update(task, description=f"{len(outcomes)} attacks, {failed} not survived")
            if outcome.faults:
                print_faults(progress.console, outcome)


def parser() -> argparse.ArgumentParser:
    """Return what understands the command's words."""
    parsing = argparse.ArgumentParser(
        prog="python -m tests.attack",
        description="Attack the command line at random: kills, damaged inputs, toxic workers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parsing.add_argument("--minutes", type=float, default=10.0, help="how long [10]")
    parsing.add_argument("--seed", type=int, default=1, help="all choices come from it [1]")
    parsing.add_argument(
        "--class",
        dest="classes",
        type=classes,
        default=tuple(CLASSES),
        metavar="WORDS",
        help=f"comma-separated: {', '.join(CLASSES)} [all]",
    )
    parsing.add_argument("--only", metavar="ATTACK", help="one attack, such as kills-12")
    parsing.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="attacks at a time [one a CPU]"
    )
    return parsing


def classes(text: str) -> tuple[str, ...]:
    """Return the classes that an option names."""
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    unknown = [word for word in words if word not in CLASSES]
    if unknown or not words:
        raise argparse.ArgumentTypeError(f"not among {', '.join(CLASSES)}: {text!r}")
    return words


def number(seed: int, text: str) -> Number:
    """Return which attack ``CLASS-NUMBER`` is."""
    of_class, _, count = text.rpartition("-")
    if of_class not in CLASSES or not count.isdigit():
        raise SystemExit(f"--only takes a class and a number, such as kills-12, not {text!r}.")
    return Number(seed, of_class, int(count))


if __name__ == "__main__":
    sys.exit(main())
