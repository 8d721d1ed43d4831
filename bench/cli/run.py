"""``softmax-bench run``: measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from bench.cli.exit_status import ExitStatus
from bench.cli.measuring import EnvironmentKind, Places, carry_out
from bench.cli.report import write_report
from bench.cli.tables import print_plan, print_rankings
from bench.engines import machine
from bench.plan import choices as plan_choices
from bench.plan.choices import (
    DEFAULT_BLOCKS,
    DEFAULT_REPEATS,
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
from bench.run.planning import Planned, choices_of, make_plan
from bench.run.resumption import require_unfinished
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
  softmax-bench run --precision 2% --max-time 30min   blocks until it is that sure
  softmax-bench run --resume results/20261120T101500Z-1a2b3c4d.json
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


def run_command(
    context: typer.Context,
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
    quick: Annotated[
        bool, typer.Option("--quick", help="Few blocks and epochs, and no profile.")
    ] = False,
    precision: Annotated[
        str,
        typer.Option(
            metavar="SHARE",
            help="Add blocks until every interval reaches no farther than this share of its "
            "median, such as 2%.",
        ),
    ] = "",
    max_time: Annotated[
        str,
        typer.Option(
            metavar="DURATION", help="With --precision: add no block after 90s, 10min, 1.5h."
        ),
    ] = "1h",
    repeats: Annotated[
        int,
        typer.Option(
            min=0, help="How often a trial that other work disturbed is measured again at most."
        ),
    ] = DEFAULT_REPEATS,
    profile: Annotated[
        Optional[bool],
        typer.Option(
            "--profile/--no-profile",
            help="Find out where each cell's epoch goes. [default: yes, with --quick no]",
            show_default=False,
        ),
    ] = None,
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
    resume: Annotated[
        Optional[Path],
        typer.Option(
            metavar="RECORD",
            help="Finish the run of this record: measure what it lacks, as it was planned.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and an estimate; measure nothing.")
    ] = False,
) -> int:
    """Train the chosen models in the chosen frameworks, measure, and report."""
    places = Places(home, data_dir, results_dir)
    if resume is not None:
        require_no_plan(context)
        return conclude(*resumed_run(resume, places), report, data_dir)
    if "max_time" in given_options(context) and not precision:
        raise ChoiceError(
            "--max-time bounds the blocks that --precision adds: name a --precision, such as 2%."
        )
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
        repeats=repeats,
        precision=plan_choices.parse_precision(precision),
        max_time_seconds=plan_choices.parse_duration(max_time),
        profile=not quick if profile is None else profile,
    )
    planned = make_plan(choices, [catalog.planned(name) for name in workloads])
    require_cells(planned)
    if dry_run:
        seconds = rough_seconds(planned.cells, planned.lengths, choices.blocks)
        print_plan(Console(), planned, seconds)
        return ExitStatus.OK
    return conclude(*carry_out(choices, places), report, data_dir)


# What --resume leaves to choose: where things lie, not what is measured.
PLACES = {"home", "data_dir", "report", "resume"}


def given_options(context: typer.Context) -> set[str]:
    """Return the names of the options that stand on the command line."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if str(source).endswith("COMMANDLINE")}


def require_no_plan(context: typer.Context) -> None:
    """Raise ChoiceError if --resume came with an option that the record already answers."""
    given = sorted(f"--{name.replace('_', '-')}" for name in given_options(context) - PLACES)
    if given:
        raise ChoiceError(
            f"{', '.join(given)} cannot go with --resume: the run is finished as it was planned. "
            "Leave it out, or start a new run."
        )


def resumed_run(path: Path, places: Places) -> tuple[Record, Path]:
    """Finish the run of a record; return its record and file."""
    record = store.load(path)
    require_unfinished(record)
    places = replace(places, results_dir=path.parent)
    return carry_out(choices_of(record), places, previous=record)


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


def conclude(record: Record, path: Path, report: Path, data_dir: Optional[Path]) -> int:
    """Print the ranking, write the report, and return the exit status."""
    console = Console()
    print_rankings(console, record)
    write_report([path], report, data_dir)
    console.print(f"record: {path}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"report: {report}", soft_wrap=True, highlight=False, markup=False)
    return exit_status(record)


def exit_status(record: Record) -> ExitStatus:
    """Return what the process says about a record."""
    if record.status == "interrupted":
        return ExitStatus.INTERRUPTED
    statuses = {cell.status for cell in record.cells}
    measured = any(cell.status == "ok" and cell.role == "contender" for cell in record.cells)
    if statuses & {"failed", "invalid", "timeout"} or not measured:
        return ExitStatus.CELLS_FAILED
    return ExitStatus.OK
