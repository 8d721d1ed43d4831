"""The application, and how errors become messages and exit statuses."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
import typer.main
from rich.markup import escape
from typer.core import TyperGroup

from bench.cli import signals, streams
from bench.cli.exit_status import ExitStatus, listed
from bench.cli.faults import of_surroundings
from bench.cli.places import keep_rights_of_owner
from bench.cli.terminal import Console, harmless
from bench.engines.lock import MachineBusy
from bench.plan.choices import ChoiceError
from bench.records.store import RecordError
from bench.workloads.workload import DataError
from implementations.registry import BrokenFramework

# Typer carries its own copy of Click; this is its UsageError, under a public name's base.
UsageError: Any = typer.BadParameter.__base__

STATUS_OF_ERROR = {
    DataError: ExitStatus.DATA,
    RecordError: ExitStatus.RECORD,
    MachineBusy: ExitStatus.BUSY,
    ChoiceError: ExitStatus.USAGE,
    BrokenFramework: ExitStatus.USAGE,
}


def _exit_status(*never: ExitStatus) -> str:
    """Return the table of exit statuses for a help text, but for those that never come."""
    return f"[bold]Exit status[/bold]\n\n{listed(*never)}\n"


# Those with which runs alone end, and the two commands that judge.
OF_A_RUN = (ExitStatus.CELLS_FAILED, ExitStatus.BUSY)
OF_ASSESSMENTS = (ExitStatus.WARNINGS, ExitStatus.SELFTEST)
# The exit statuses with which each subcommand never ends.
NEVER: dict[str, tuple[ExitStatus, ...]] = {
    "run": OF_ASSESSMENTS,
    "report": (*OF_A_RUN, *OF_ASSESSMENTS),
    "list": (ExitStatus.DATA, *OF_A_RUN, *OF_ASSESSMENTS),
    "doctor": (ExitStatus.DATA, *OF_A_RUN, ExitStatus.SELFTEST),
    "selftest": (ExitStatus.WARNINGS,),
}


class Subcommands(Mapping[str, Any]):
    """Subcommands by name; each is imported when it is asked for, as none waits for the others."""

    def __getitem__(self, name: str) -> Any:
        # Looked up first, for what is no subcommand is not imported.
        never = NEVER[name]
        module = import_module(f"bench.cli.{name}")
        single = typer.Typer(add_completion=False, rich_markup_mode="rich")
        single.command(name, epilog=f"{module.EXAMPLES}\n{_exit_status(*never)}")(
            getattr(module, f"{name}_command")
        )
        return typer.main.get_command(single)

    def __iter__(self) -> Iterator[str]:
        return iter(NEVER)

    def __len__(self) -> int:
        return len(NEVER)


# Typer declares a dict, and needs a mapping.
SUBCOMMANDS: Any = Subcommands()

app = TyperGroup(
    name="softmax-bench",
    commands=SUBCOMMANDS,
    help="Train the same small model in every framework, prove that it is the same, measure what "
    "it costs, and show it.",
    epilog=_exit_status(),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


def main() -> None:
    """Run the command line and exit."""
    signals.interrupt()
    streams.prepare()
    keep_rights_of_owner()
    errors = Console(stderr=True)
    try:
        status = app(standalone_mode=False)
    except UsageError as error:
        error.message = harmless(shortened(error.message))
        error.show()
        status = ExitStatus.USAGE
    except (typer.Abort, KeyboardInterrupt):
        status = ExitStatus.INTERRUPTED
    except tuple(STATUS_OF_ERROR) as error:
        say(errors, str(error))
        status = next(code for kind, code in STATUS_OF_ERROR.items() if isinstance(error, kind))
    except Exception as error:
        told = of_surroundings(error) if isinstance(error, OSError) else None
        say(errors, told or unforeseen(error))
        status = ExitStatus.RECORD if told else ExitStatus.CRASH
    signals.ignore()
    sys.exit(streams.conclude(status or ExitStatus.OK))


# In a message about what was typed; names of files are shorter.
LONG_WORD = re.compile(r"(\S{60})\S{240,}")


def shortened(message: str) -> str:
    """Return a message with its very long words cut."""
    return LONG_WORD.sub(r"\1...", message)


def say(errors: Console, message: str) -> None:
    """Print what went wrong."""
    errors.print(f"[red]error:[/red] {escape(message)}", highlight=False, soft_wrap=True)


def unforeseen(error: Exception) -> str:
    """Return the sentence for a fault of softmax-bench itself, whose traceback goes to a file."""
    kind = type(error).__name__
    try:
        descriptor, log = tempfile.mkstemp(prefix="softmax-bench-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(harmless("".join(traceback.format_exception(error))))
    except OSError as failed:
        where = f"The traceback cannot be written ({failed.strerror})"
    else:
        where = f"The traceback is in {log}"
    return f"softmax-bench itself failed, as it never should ({kind}). {where}: please report it."
