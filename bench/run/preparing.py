"""What a run needs before its first trial: problems, environments, and an empty record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timezone
from importlib.metadata import version
from pathlib import Path

from bench import folders
from bench.analysis import doctor
from bench.engines import conditions, machine, page_cache
from bench.environments import current
from bench.environments.interpreter import Interpreter, Unavailable
from bench.environments.managed import Manager, Request
from bench.plan.choices import ChoiceError
from bench.plan.matrix import PlannedCell
from bench.plan.schedule import schedule, side_by_side
from bench.records import axes
from bench.records.model import (
    SCHEMA_VERSION,
    Cell,
    Conditions,
    Environment,
    Identity,
    Record,
    Slot,
)
from bench.records.privacy import private
from bench.run.assembly import describe_workload
from bench.run.observer import Observer
from bench.run.planning import Planned
from bench.run.setting import Setting
from bench.run.sources import read_digests, read_sources
from bench.run.workers import FOLDER_PREFIX, GPU_CEILING, ProblemKey
from bench.worker.loading import module_name
from bench.workloads.catalog import Loaded
from bench.workloads.preparation import PreparedProblem, Training, prepare
from implementations import registry


@dataclass(frozen=True)
class Ready:
    """A run that can begin to measure.

    Attributes
    ----------
    problems : mapping
        By workload name and batch size.
    interpreters : mapping
        By environment key; those that cannot be had are missing.
    record : Record
        Of a run that has measured nothing yet.
    """

    planned: Planned
    problems: Mapping[ProblemKey, PreparedProblem]
    interpreters: Mapping[str, Interpreter]
    record: Record


def make_ready(
    planned: Planned, loaded: Sequence[Loaded], setting: Setting, observer: Observer
) -> Ready:
    """Prepare problems and environments, and begin the record.

    Parameters
    ----------
    loaded : sequence of Loaded
        The data of the plan's workloads.
    """
    _remove_leftovers(setting)
    problems = _problems(planned, loaded, setting, observer)
    interpreters, missing = _interpreters(planned, setting, observer)
    _read_in(interpreters.values(), observer)
    cells = tuple(_cell(planned, cell, interpreters, missing) for cell in planned.cells)
    _require_distinct(cells)
    with observer.waiting("looking at the machine"):
        before = conditions.read_conditions()
    used = {cell.environment for cell in planned.cells}
    environments = {
        key: interpreter.description for key, interpreter in interpreters.items() if key in used
    }
    record = _begin(planned, setting, before, cells, environments)
    workloads = tuple(
        describe_workload(one, problems[one.workload.name, batch_size], planned.plan.target)
        for one in loaded
        for batch_size in _batch_sizes(planned, one.workload.name)
    )
    notices = tuple(one.notice for one in loaded if one.notice)
    # Like the record in a file, with which that of a run that is taken up again is compared.
    record = private(replace(record, workloads=workloads, notices=notices))
    return Ready(planned, problems, interpreters, record)


def _remove_leftovers(setting: Setting) -> None:
    """Remove what killed runs left half made, and the folders of their workers."""
    for folder in (setting.home.environments, setting.home.problems, setting.home.workers):
        folders.remove_stale(folder)
    folders.remove_stale(Path(tempfile.gettempdir()), FOLDER_PREFIX)


def _problems(
    planned: Planned, loaded: Sequence[Loaded], setting: Setting, observer: Observer
) -> dict[ProblemKey, PreparedProblem]:
    problems = {}
    for one in loaded:
        workload = one.workload
        for batch_size in _batch_sizes(planned, workload.name):
            training = Training(planned.epochs(workload), batch_size, planned.plan.seed)
            words = f"preparing {workload.title}, its reference and its replays in float32"
            with observer.waiting(words):
                problems[workload.name, batch_size] = prepare(
                    workload, one.dataset, training, setting.home.problems
                )
    return problems


def _batch_sizes(planned: Planned, workload: str) -> tuple[int, ...]:
    """Return the batch sizes of a workload that some cell has, once a plan's rules were heard."""
    identities = [cell.identity for cell in planned.cells if cell.identity.workload == workload]
    return tuple(dict.fromkeys(identity.batch_size for identity in identities))


def _interpreters(
    planned: Planned, setting: Setting, observer: Observer
) -> tuple[dict[str, Interpreter], dict[str, Unavailable]]:
    """Return the interpreters by environment key, and why others cannot be had."""
    requests = {
        cell.environment: Request(
            planned.frameworks[cell.choice.name], cell.choice.version, cell.identity.device
        )
        for cell in planned.cells
    }
    if "gpu" in planned.plan.devices and planned.plan.ceiling:
        requests[GPU_CEILING] = Request(registry.load(registry.FLOOR), device="gpu")
    interpreters: dict[str, Interpreter] = {}
    missing: dict[str, Unavailable] = {}
    managed = planned.plan.environment == "managed"
    manager = Manager(setting.home.environments, observer.announce) if managed else None
    for key, request in requests.items():
        try:
            with observer.waiting(f"environment of {key}"):
                interpreters[key] = (
                    manager.provide(request) if manager else current.provide(request.framework)
                )
        except Unavailable as error:
            missing[key] = error
            observer.announce(f"{key} is unavailable: {error.reason}. {error.remedy}")
    return interpreters, missing


def _read_in(interpreters: Iterable[Interpreter], observer: Observer) -> None:
    """Bring the libraries of managed environments into the page cache in one way.

    Those of the running interpreter are in use.
    """
    managed = (one for one in interpreters if one.description.kind == "managed")
    environments = {one.python.parent.parent for one in managed}
    with observer.waiting("reading libraries into the page cache"):
        for folder in sorted(environments):
            page_cache.read_in(folder)


def _cell(
    planned: Planned,
    cell: PlannedCell,
    interpreters: Mapping[str, Interpreter],
    missing: Mapping[str, Unavailable],
) -> Cell:
    """Return a cell for the record, marked so if it cannot run here."""
    framework = planned.frameworks[cell.identity.framework]
    own = framework.own_arithmetic.get(cell.identity.form)
    pending = Cell(
        cell.identity,
        cell.environment,
        clips_probabilities=framework.clips_probabilities,
        own_arithmetic=own.source if own else None,
        role="contender" if framework.trains else "floor",
        planted_slowdown=cell.planted_slowdown,
        source=module_name(framework, cell.identity.form) if framework.trains else None,
    )
    if cell.environment in missing:
        why = missing[cell.environment]
        return replace(pending, status="unavailable", reason=why.reason, remedy=why.remedy)
    installed = interpreters[cell.environment].description.version
    if installed is None:
        return pending
    return replace(pending, identity=replace(pending.identity, framework_version=installed))


def _require_distinct(cells: Sequence[Cell]) -> None:
    """Raise ChoiceError if what was installed makes two cells the same."""
    first: dict[Identity, Cell] = {}
    for cell in cells:
        other = first.setdefault(cell.identity, cell)
        if other is not cell:
            raise ChoiceError(
                f"{other.environment} and {cell.environment} are both version "
                f"{cell.identity.framework_version} here: name one of them."
            )


def _begin(
    planned: Planned,
    setting: Setting,
    before: Conditions,
    cells: tuple[Cell, ...],
    environments: Mapping[str, Environment],
) -> Record:
    plan = planned.plan
    runnable = [index for index, cell in enumerate(cells) if cell.status == "pending"]
    return Record(
        schema_version=SCHEMA_VERSION,
        run_id=setting.run_id,
        created=setting.created.astimezone(timezone.utc).isoformat(timespec="seconds"),
        status="running",
        command=setting.command,
        plan=plan,
        blocks=plan.blocks,
        machine=machine.describe_machine(),
        conditions=before,
        conditions_after=None,
        checks=doctor.examine(before, "gpu" in plan.devices),
        ceilings=(),
        commit=machine.describe_commit(Path.cwd()),
        harness_version=version("softmax-bench"),
        workloads=(),
        environments=dict(environments),
        schedule=slots(cells, runnable, plan.blocks, plan.seed),
        cells=cells,
        sources=_sources(planned),
        code=read_digests(planned.frameworks.values()),
    )


def _sources(planned: Planned) -> dict[str, str]:
    cells = (cell for cell in planned.cells if cell.choice.name != registry.FLOOR_NAME)
    return read_sources(
        (planned.frameworks[cell.identity.framework], cell.identity.form) for cell in cells
    )


def slots(
    cells: Sequence[Cell], runnable: Sequence[int], blocks: int, seed: int, after: int = 0
) -> tuple[Slot, ...]:
    """Return the schedule of some cells of a record; variants of one cell follow each other.

    Parameters
    ----------
    runnable : sequence of int
        Their indices.
    after : int
        How many blocks there are already, of other cells too.
    """
    found = (
        replace(slot, block=slot.block + after, cell=runnable[slot.cell])
        for slot in schedule(len(runnable), blocks, (seed, after) if after else seed)
    )
    return side_by_side(
        tuple(found), lambda number: axes.without(cells[number].identity, "variant")
    )
