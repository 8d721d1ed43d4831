"""``softmax-bench run``: measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from bench.cli.exit_status import ExitStatus
from bench.cli.measuring import Places, carry_out
from bench.cli.options import DataDirectory, HomeDirectory, surroundings, with_plan_options
from bench.cli.report import write_report
from bench.cli.tables import print_plan, print_rankings
from bench.plan import plan_file
from bench.plan.choices import ChoiceError
from bench.plan.options import complete, parse
from bench.records import store
from bench.records.model import Record
from bench.run.planning import Planned, make_plan
from bench.run.resumption import require_unfinished
from bench.workloads import catalog

EXAMPLES = """
[bold]Examples[/bold]

  softmax-bench run                               the default plan; some minutes
  softmax-bench run --quick                       a first look
  softmax-bench run --framework torch,jax --form scratch
  softmax-bench run --execution eager,epoch       these lanes; all for every one
  softmax-bench run --framework all --execution all --input preloaded,loader
  softmax-bench run --plan plans/scaling.toml     what a file says
  softmax-bench run --framework sklearn,sklearn==1.8.0
  softmax-bench run --workload linear,blobs
  softmax-bench run --data-dir ~/data/fashion-mnist
  softmax-bench run --max-time 20min              more time for what is not told apart
  softmax-bench run --blocks 5                    five trials of each, whatever they show
  softmax-bench run --framework numpy,jax --interleave   small differences, wandering machine
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


@with_plan_options
def run_command(
    context: typer.Context,
    given: dict[str, str],
    plan: Annotated[
        Optional[Path],
        typer.Option(
            metavar="FILE",
            help="Take the options from a plan file, such as plans/scaling.toml; those on the "
            "command line win.",
        ),
    ] = None,
    data_dir: DataDirectory = None,
    home: HomeDirectory = Path(".softmax-bench"),
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
    around = surroundings()
    from_file = plan_file.read(plan, around) if plan else {}
    choices = complete(from_file | parse(given, around), around)
    planned = make_plan(choices, [catalog.planned(name) for name in choices.workloads])
    require_cells(planned)
    if dry_run:
        print_plan(Console(), planned)
        return ExitStatus.OK
    return conclude(*carry_out(choices, places), report, data_dir)


# What --resume leaves to choose: where things lie, not what is measured.
PLACES = {"home", "data_dir", "report", "resume"}


def require_no_plan(context: typer.Context) -> None:
    """Raise ChoiceError if --resume came with an option that the record already answers."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    given = {name for name, source in sources.items() if str(source).endswith("COMMANDLINE")}
    words = sorted(f"--{name.replace('_', '-')}" for name in given - PLACES)
    if words:
        raise ChoiceError(
            f"{', '.join(words)} cannot go with --resume: the run is finished as it was planned. "
            "Leave it out, or start a new run."
        )


def resumed_run(path: Path, places: Places) -> tuple[Record, Path]:
    """Finish the run of a record; return its record and file."""
    record = store.load(path)
    require_unfinished(record)
    places = replace(places, results_dir=path.parent)
    return carry_out(record.plan, places, previous=record)


def require_cells(planned: Planned) -> None:
    """Raise ChoiceError if the plan leaves nothing to measure."""
    if planned.cells:
        return
    offers = "; ".join(
        f"{name} offers {', '.join(dict.fromkeys('/'.join(way) for way in ways))}"
        for name, framework in planned.frameworks.items()
        for ways in ([way for device in planned.plan.devices for way in framework.offers(device)],)
    )
    raise ChoiceError(
        f"Nothing to measure: {offers}. Choose another --framework, --form, --execution or "
        "--input, or mend the rules of the plan file."
    )


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
