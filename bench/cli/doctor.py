"""``softmax-bench doctor``: what on this machine will spoil measurements, and how to mend it."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

import bench
from bench.analysis.doctor import examine, pace_check, warnings
from bench.analysis.pace import pace_of
from bench.cli.exit_status import ExitStatus
from bench.cli.terminal import Console
from bench.engines import machine, probing
from bench.engines.conditions import read_conditions
from bench.engines.probing import Prober
from bench.engines.worker_environment import THREAD_VARIABLES
from bench.plan import choices as plan_choices
from bench.plan.choices import ChoiceError
from bench.records.axes import DEVICES
from bench.records.masking import without_secrets
from bench.records.model import Check
from bench.report.wording import count

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench doctor
  softmax-bench doctor --device gpu               the GPU's clocks as well
  softmax-bench doctor && softmax-bench run       measure if nothing was found
"""

# Symbols and words both, so that nobody depends on colours.
# Some seconds. As in a run, of a few readings in a row the median counts.
PROBES, IN_A_ROW = 150, 5
SYMBOLS = {"ok": "✓", "warning": "!", "unknown": "?"}
STYLES = {"ok": "green", "warning": "yellow", "unknown": "dim"}
STATUS_WIDTH = max(len(f"{symbol} {status}") for status, symbol in SYMBOLS.items())
NAME_WIDTH = len("thermal-throttling")
ADVICE_INDENT = 4


def doctor_command(
    device: Annotated[str, typer.Option(help="What will be measured: cpu, gpu or both.")] = "cpu",
) -> int:
    """Look for what will spoil measurements on this machine, and say how to mend it."""
    devices = plan_choices.split(device)
    plan_choices.check("device", devices, DEVICES)
    if not devices:
        raise ChoiceError(f"No device is named. Valid: {', '.join(DEVICES)}.")
    console = Console()
    checks = examine(read_conditions(), wants_gpu="gpu" in devices)
    with console.status("probing the machine for some seconds"):
        found = pace_of(probed_seconds())
    checks = (*checks, pace_check(found))
    print_checks(console, checks)
    return ExitStatus.WARNINGS if warnings(checks) else ExitStatus.OK


def probed_seconds() -> tuple[float, ...]:
    """Return what products of matrices take on all CPUs, again and again for some seconds."""
    if not probing.possible():
        return ()
    repository = str(Path(bench.__file__).parents[1])
    alone = dict.fromkeys(THREAD_VARIABLES, "1") | {"PYTHONPATH": repository}
    environment = without_secrets(os.environ) | alone
    prober = Prober(Path(sys.executable), machine.available_cpus(), environment)
    try:
        readings = [prober.read() for _ in range(PROBES)]
    finally:
        prober.close()
    seconds = [reading.product for reading in readings if reading]
    rows = (seconds[start : start + IN_A_ROW] for start in range(0, len(seconds), IN_A_ROW))
    return tuple(map(statistics.median, rows))


def print_checks(console: Console, checks: Sequence[Check]) -> None:
    """Print every check, with advice below those that want attention, and a last line."""
    for check in checks:
        console.print(_row(check))
        if check.status == "warning":
            _print_advice(console, check.advice)
    console.print()
    console.print(conclusion(checks), highlight=False)


def _row(check: Check) -> Table:
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_column(width=STATUS_WIDTH)
    row.add_column(width=NAME_WIDTH)
    row.add_column()
    status = Text(f"{SYMBOLS[check.status]} {check.status}", STYLES[check.status])
    row.add_row(status, check.name, Text(check.finding))
    return row


def _print_advice(console: Console, advice: str) -> None:
    """Print prose wrapped, and commands whole, so that they can be copied."""
    prose, *commands = advice.split("\n")
    console.print(Padding(Text(prose), (0, 0, 0, ADVICE_INDENT)))
    for command in commands:
        line = Text(" " * 2 * ADVICE_INDENT + command, "bold")
        console.print(line, soft_wrap=True)


def conclusion(checks: Sequence[Check]) -> str:
    """Return what all checks say together."""
    found = len(warnings(checks))
    if found:
        verb = "wants" if found == 1 else "want"
        return f"{found} of {len(checks)} checks {verb} attention."
    unread = sum(check.status == "unknown" for check in checks)
    if unread:
        return (
            "Nothing here will spoil measurements, as far as could be seen; "
            f"{count(unread, 'check')} had nothing to read."
        )
    return "Nothing here will spoil measurements."
