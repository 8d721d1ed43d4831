"""``softmax-bench run``: measure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Optional

import typer

from bench.analysis.questions import is_filled
from bench.cli.exit_status import ExitStatus
from bench.cli.measuring import Places, Unfinished, announce_record, carry_out
from bench.cli.options import (
    DataDirectory,
    HomeDirectory,
    ResultsDirectory,
    surroundings,
    with_plan_options,
)
from bench.cli.output import output_path, require_other_files, require_writable
from bench.cli.places import named_place, require_working_folder
from bench.cli.report import ENDINGS, announce, write_report
from bench.cli.tables import print_plan, print_rankings
from bench.cli.terminal import Console
from bench.plan import plan_file
from bench.plan.choices import ChoiceError
from bench.plan.options import complete, parse
from bench.records import store
from bench.records.model import Record
from bench.records.store import RecordError
from bench.run.planning import Planned, make_plan
from bench.run.resumption import require_possible, require_unfinished
from bench.workloads import catalog
from bench.workloads.workload import DataError

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
"""


@with_plan_options
def run_command(
    context: typer.Context,
    given: dict[str, str],
    plan: Annotated[
        Optional[Path],
        typer.Option(
            parser=named_place,
            metavar="FILE",
            help="Take the options from a plan file, such as plans/scaling.toml; those on the "
            "command line win.",
        ),
    ] = None,
    data_dir: DataDirectory = None,
    home: HomeDirectory = Path(".softmax-bench"),
    results_dir: ResultsDirectory = Path("results"),
    report: Annotated[
        str, typer.Option(metavar="PATH", help="The report's file, or a folder for it.")
    ] = "reports/index.html",
    no_report: Annotated[
        bool,
        typer.Option(
            "--no-report",
            help="Write no report; softmax-bench report makes one of the record at any time.",
        ),
    ] = False,
    resume: Annotated[
        Optional[Path],
        typer.Option(
            parser=named_place,
            metavar="RECORD",
            help="Finish the run of this record: measure what it lacks, as it was planned.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and an estimate; measure nothing.")
    ] = False,
) -> int:
    """Train the chosen models in the chosen frameworks, measure, and report."""
    require_working_folder()
    places = Places(home, data_dir, results_dir)
    page = None if no_report else output_path(report, ENDINGS["html"], [ENDINGS["html"]])
    if page is None and "report" in given_options(context):
        raise ChoiceError("--report and --no-report cannot go together: leave one out.")
    if resume is not None:
        require_no_plan(context)
        unfinished = read_unfinished(resume)
        require_place(page, [resume])
        record, path = carry_out(unfinished.record.plan, places, unfinished=unfinished)
        return conclude(record, path, page, data_dir)
    around = surroundings()
    from_file = plan_file.read(plan, around) if plan else {}
    choices = complete(from_file | parse(given, around), around)
    planned = make_plan(choices, [catalog.planned(name) for name in choices.workloads])
    require_cells(planned)
    if dry_run:
        print_plan(Console(), planned)
        return ExitStatus.OK
    require_place(page, [])
    return conclude(*carry_out(choices, places), page, data_dir)


# What --resume leaves to choose: where things lie, not what is measured.
PLACES = {"home", "data_dir", "report", "no_report", "resume"}


def given_options(context: typer.Context) -> set[str]:
    """Return the names of the parameters that the command line has."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if str(source).endswith("COMMANDLINE")}


def require_no_plan(context: typer.Context) -> None:
    """Raise ChoiceError if --resume came with an option that the record already answers."""
    words = sorted(f"--{name.replace('_', '-')}" for name in given_options(context) - PLACES)
    if words:
        raise ChoiceError(
            f"{', '.join(words)} cannot go with --resume: the run is finished as it was planned. "
            "Leave it out, or start a new run."
        )


def require_place(page: Optional[Path], records: Sequence[Path]) -> None:
    """Refuse a place for the report that is a record, or that cannot be written: before measuring.

    None, where no report is wanted, is always right.

    Raises
    ------
    ChoiceError
    RecordError
    """
    if page is not None:
        require_other_files([page], records)
        require_writable(page)


def read_unfinished(path: Path) -> Unfinished:
    """Return the record of a run that can be finished; raise RecordError for another."""
    record = store.load(path)
    require_unfinished(record)
    require_possible(record, surroundings())
    return Unfinished(record, path)


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


def conclude(record: Record, path: Path, page: Optional[Path], data_dir: Optional[Path]) -> int:
    """Print the ranking, write the report if one is wanted, and return the exit status.

    Raises
    ------
    RecordError, DataError
        If there is no report, saying that what was measured is safe, and how to get one.
    """
    console = Console()
    try:
        print_rankings(console, record)
        if page is not None:
            write_report([path], page, data_dir)
            announce("report", page)
    except (RecordError, DataError) as error:
        raise type(error)(
            f"{error} What was measured is safe. When that is mended: softmax-bench report {path}"
        ) from error
    finally:
        announce_record(path)
    return exit_status(record)


def exit_status(record: Record) -> ExitStatus:
    """Return what the process says about a record."""
    if record.status != "complete":
        return ExitStatus.INTERRUPTED
    statuses = {cell.status for cell in record.cells}
    measured = any(cell.status == "ok" and cell.role == "contender" for cell in record.cells)
    lacking = not all(is_filled(record, slot) for slot in record.schedule)
    if statuses & {"failed", "invalid", "timeout"} or lacking or not measured:
        return ExitStatus.CELLS_FAILED
    return ExitStatus.OK
