"""``softmax-bench run``: measure."""

from __future__ import annotations

import signal
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, NoReturn, Optional

import typer
from rich.console import Console

from bench.cli.exit_status import ExitStatus
from bench.cli.progress import make_observer
from bench.cli.report import write_report
from bench.cli.tables import print_plan, print_rankings
from bench.engines import machine
from bench.engines.lock import machine_lock
from bench.plan import choices as plan_choices
from bench.plan.choices import (
    DEFAULT_BLOCKS,
    DEFAULT_SEED,
    DEVICES,
    FORMS,
    QUICK_BLOCKS,
    ChoiceError,
    Choices,
)
from bench.plan.estimate import rough_seconds
from bench.records import store
from bench.records.model import Record
from bench.run.execution import Run
from bench.run.planning import Planned, make_plan
from bench.run.setting import Home, Setting
from bench.workloads import catalog
from implementations import registry

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench run                               everything; some minutes
  softmax-bench run --quick                       a first look
  softmax-bench run --framework torch,jax --form scratch
  softmax-bench run --framework sklearn,sklearn==1.8.0
  softmax-bench run --workload linear,blobs
  softmax-bench run --data-dir ~/data/fashion-mnist
  softmax-bench run --dry-run                     what would run, how long

[bold]Exit status[/bold]

  0    all measured
  2    a cell failed or was not the same model, or none could run
  3    wrong usage
  4    the data are damaged or cannot be had
  5    a record or report cannot be read or written
  6    another run is measuring on this machine
  130  interrupted; what was measured is kept
"""


class EnvironmentKind(str, Enum):
    """Where frameworks come from."""

    managed = "managed"
    current = "current"


def run_command(
    framework: Annotated[
        str, typer.Option(help="Comma-separated; NAME==VERSION for another version. [default: all]")
    ] = "",
    form: Annotated[str, typer.Option(help="scratch, high_level or both.")] = ",".join(FORMS),
    workload: Annotated[
        str,
        typer.Option(
            help="auto, fashion-mnist, synthetic, linear, blobs; comma-separated. auto is "
            "fashion-mnist where it can be had, else synthetic."
        ),
    ] = catalog.AUTO,
    device: Annotated[str, typer.Option(help="cpu, gpu or both.")] = "cpu",
    threads: Annotated[
        str, typer.Option(help="Thread counts, comma-separated. [default: one a physical core]")
    ] = "",
    batch_size: Annotated[
        str, typer.Option(help="Batch sizes, comma-separated. [default: the workload's own]")
    ] = "",
    blocks: Annotated[
        Optional[int],
        typer.Option(
            min=1,
            help=f"Trials of each cell. [default: {DEFAULT_BLOCKS}, with --quick {QUICK_BLOCKS}]",
            show_default=False,
        ),
    ] = None,
    epochs: Annotated[
        Optional[int],
        typer.Option(
            min=2,
            help="Epochs of each trial, the first of which is cold. [default: the workload's own]",
            show_default=False,
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few blocks and epochs.")] = False,
    seed: Annotated[
        int, typer.Option(min=0, help="Of initial parameters, order of examples and of trials.")
    ] = DEFAULT_SEED,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds after which a trial is ended.")
    ] = 300.0,
    environment: Annotated[
        EnvironmentKind,
        typer.Option(help="managed: made by uv; current: this interpreter, as it is."),
    ] = EnvironmentKind.managed,
    data_dir: Annotated[
        Optional[Path], typer.Option(help="Folder with the official files of Fashion-MNIST.")
    ] = None,
    home: Annotated[
        Path,
        typer.Option(envvar="SOFTMAX_BENCH_HOME", help="Environments and problems are kept here."),
    ] = Path(".softmax-bench"),
    results_dir: Annotated[Path, typer.Option(help="Where the record is written.")] = Path(
        "results"
    ),
    report: Annotated[Path, typer.Option(help="Where the report is written.")] = Path(
        "reports/index.html"
    ),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and an estimate; measure nothing.")
    ] = False,
) -> int:
    """Train the chosen models in the chosen frameworks, measure, and report."""
    workloads = plan_choices.split(workload)
    plan_choices.check("workload", workloads, (catalog.AUTO, *catalog.WORKLOADS))
    plan_choices.check("form", plan_choices.split(form), FORMS)
    plan_choices.check("device", plan_choices.split(device), DEVICES)
    choices = Choices(
        frameworks=plan_choices.parse_frameworks(framework, tuple(registry.references())),
        workloads=workloads,
        forms=tuple(one for one in FORMS if one in plan_choices.split(form)),
        devices=tuple(one for one in DEVICES if one in plan_choices.split(device)),
        threads=thread_counts(threads),
        batch_sizes=plan_choices.parse_positive_integers("batch size", batch_size),
        blocks=blocks or (QUICK_BLOCKS if quick else DEFAULT_BLOCKS),
        epochs=epochs,
        quick=quick,
        seed=seed,
        timeout_seconds=timeout,
        environment=environment.value,
    )
    planned = make_plan(choices, [catalog.planned(name) for name in workloads])
    require_cells(planned)
    if dry_run:
        seconds = rough_seconds(planned.cells, planned.lengths, choices.blocks)
        print_plan(Console(), planned, seconds)
        return ExitStatus.OK
    return measure(choices, Places(home, data_dir, results_dir, report))


@dataclass(frozen=True)
class Places:
    """Folders and files of a run."""

    home: Path
    data_dir: Optional[Path]
    results_dir: Path
    report: Path


def thread_counts(text: str) -> tuple[int, ...]:
    """Return the thread counts to measure.

    Raises
    ------
    ChoiceError
        If this process may not use so many CPUs.
    """
    counts = plan_choices.parse_positive_integers("thread count", text)
    available = len(machine.available_cpus())
    for count in counts:
        if count > available:
            raise ChoiceError(
                f"{count} threads need as many CPUs; this process may use {available}."
            )
    return counts or (machine.default_threads(),)


def require_cells(planned: Planned) -> None:
    """Raise ChoiceError if the choices leave nothing to measure."""
    if not planned.cells:
        offers = "; ".join(
            f"{name} offers {', '.join(framework.forms)}"
            for name, framework in planned.frameworks.items()
        )
        raise ChoiceError(f"Nothing to measure: {offers}. Choose another --form or --framework.")


def without_home(word: str) -> str:
    """Return an argument with the user's home folder shortened, for the record."""
    return word.replace(str(Path.home()), "~")


def measure(choices: Choices, places: Places) -> int:
    """Run under the machine lock, then print and report what was measured."""
    console = Console()
    created = datetime.now(timezone.utc)
    command = ("softmax-bench", *map(without_home, sys.argv[1:]))
    commit = machine.describe_commit(Path.cwd())
    setting = Setting(
        Home(places.home.resolve()), command, created, store.run_id(created, commit.id)
    )
    signal.signal(signal.SIGTERM, _interrupt)
    with machine_lock(created.isoformat(timespec="seconds"), " ".join(command)):
        records = store.Store(places.results_dir, setting.run_id)
        with make_observer(console) as observer:
            with observer.waiting("loading data"):
                loaded = [catalog.load(name, places.data_dir) for name in choices.workloads]
            for one in loaded:
                if one.notice:
                    observer.announce(one.notice)
            planned = make_plan(choices, [one.workload for one in loaded])
            try:
                record = Run(planned, loaded, setting, observer).execute(records)
            except KeyboardInterrupt:
                if not records.path.is_file():
                    raise
                record = store.load(records.path)
    conclude(console, record, records.path, places.report)
    return exit_status(record)


def _interrupt(signal_number: int, frame: Any) -> NoReturn:
    raise KeyboardInterrupt


def conclude(console: Console, record: Record, path: Path, report: Path) -> None:
    """Print the ranking and write the report."""
    print_rankings(console, record)
    write_report([path], report)
    console.print(f"record: {path}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"report: {report}", soft_wrap=True, highlight=False, markup=False)


def exit_status(record: Record) -> ExitStatus:
    """Return what the process says about a record."""
    if record.status == "interrupted":
        return ExitStatus.INTERRUPTED
    statuses = {cell.status for cell in record.cells}
    if statuses & {"failed", "invalid", "timeout"} or "ok" not in statuses:
        return ExitStatus.CELLS_FAILED
    return ExitStatus.OK
