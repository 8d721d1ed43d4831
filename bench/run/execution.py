"""A run on this machine: environments, schedule, one worker after the other, the record."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from bench.analysis import accumulate, doctor, profiling
from bench.analysis.precision import Budget, wants_block
from bench.engines import conditions, machine, staging
from bench.engines.local import WorkerFailure
from bench.environments import current
from bench.environments.interpreter import Interpreter, Unavailable
from bench.environments.managed import Manager, Request
from bench.plan.matrix import PlannedCell, device_of
from bench.plan.schedule import schedule
from bench.records.failures import REMEDIES
from bench.records.model import (
    SCHEMA_VERSION,
    Ceiling,
    Cell,
    Conditions,
    Environment,
    Failure,
    Profile,
    Record,
    Slot,
)
from bench.records.store import Store
from bench.run import resumption
from bench.run.assembly import (
    assemble_trial,
    check_parity,
    check_predictions,
    describe_workload,
)
from bench.run.observer import Observer
from bench.run.planning import Planned, plan_of
from bench.run.setting import Setting
from bench.run.sources import read_sources
from bench.run.workers import ProblemKey, Workers, reference, remove_stale_folders
from bench.worker.loading import module_name
from bench.workloads.catalog import Loaded
from bench.workloads.preparation import PreparedProblem, Training, prepare
from implementations import registry


class Run:
    """A run of a plan on this machine.

    Parameters
    ----------
    loaded : sequence of Loaded
        The data of the plan's workloads.
    """

    def __init__(
        self,
        planned: Planned,
        loaded: Sequence[Loaded],
        setting: Setting,
        observer: Observer,
    ):
        self._planned = planned
        self._loaded = loaded
        self._setting = setting
        self._observer = observer

    def execute(self, store: Store, previous: Record | None = None) -> Record:
        """Measure everything and return the record, which is written after every trial.

        Parameters
        ----------
        previous : Record, optional
            Of a run of the same plan that ended early: only what it lacks is measured.

        Raises
        ------
        KeyboardInterrupt
            After children have ended and what was measured is written as interrupted.
        RecordError
            If what was measured before does not go with what would be measured now.
        """
        remove_stale_folders()
        self._problems = self._prepare()
        self._interpreters: dict[str, Interpreter] = {}
        record = self._begin()
        self._workers = Workers(
            self._planned,
            self._interpreters,
            self._problems,
            staging.stage(
                self._setting.home.workers, [reference(name) for name in self._planned.frameworks]
            ),
            self._observer,
        )
        if previous is None:
            record = replace(record, ceilings=self._ceilings(record))
        else:
            resumption.require_unchanged(previous, record)
            moment = datetime.now(timezone.utc).isoformat(timespec="seconds")
            record = accumulate.resumed(previous, moment)
        self._record, self._store = record, store
        try:
            self._keep(record)
            self._observer.started(record)
            self._measure()
            self._profile()
            return self._keep(self._concluded())
        except KeyboardInterrupt:
            store.write(accumulate.ended(self._record, "interrupted", None))
            raise

    def _keep(self, record: Record) -> Record:
        """Make `record` the present one, on disk as well."""
        self._store.write(record)
        self._record = record
        return record

    def _prepare(self) -> dict[ProblemKey, PreparedProblem]:
        choices = self._planned.choices
        problems = {}
        for loaded in self._loaded:
            workload = loaded.workload
            for batch_size in choices.batch_sizes or (workload.batch_size,):
                training = Training(self._planned.epochs(workload), batch_size, choices.seed)
                with self._observer.waiting(f"preparing {workload.title} and its reference"):
                    problems[workload.name, batch_size] = prepare(
                        workload, loaded.dataset, training, self._setting.home.problems
                    )
        return problems

    def _begin(self) -> Record:
        """Make the environments and return the record of a run that has measured nothing yet."""
        choices = self._planned.choices
        cells, environments = self._cells()
        runnable = [index for index, cell in enumerate(cells) if cell.status == "pending"]
        before = self._conditions()
        return Record(
            schema_version=SCHEMA_VERSION,
            run_id=self._setting.run_id,
            created=self._setting.created.astimezone(timezone.utc).isoformat(timespec="seconds"),
            status="running",
            command=self._setting.command,
            seed=choices.seed,
            blocks=choices.blocks,
            timeout_seconds=choices.timeout_seconds,
            plan=plan_of(self._planned),
            machine=machine.describe_machine(),
            conditions=before,
            conditions_after=None,
            checks=doctor.examine(before, "gpu" in choices.devices),
            ceilings=(),
            commit=machine.describe_commit(Path.cwd()),
            harness_version=version("softmax-bench"),
            workloads=tuple(
                describe_workload(loaded, self._problems[loaded.workload.name, batch_size])
                for loaded in self._loaded
                for batch_size in choices.batch_sizes or (loaded.workload.batch_size,)
            ),
            environments=environments,
            schedule=_slots(runnable, choices.blocks, choices.seed),
            cells=cells,
            notices=tuple(loaded.notice for loaded in self._loaded if loaded.notice),
            sources=self._sources(),
        )

    def _sources(self) -> dict[str, str]:
        cells = (cell for cell in self._planned.cells if cell.choice.name != registry.FLOOR_NAME)
        frameworks = self._planned.frameworks
        return read_sources(
            (frameworks[cell.identity.framework], cell.identity.form) for cell in cells
        )

    def _conditions(self) -> Conditions:
        with self._observer.waiting("looking at the machine"):
            return conditions.read_conditions()

    def _cells(self) -> tuple[tuple[Cell, ...], dict[str, Environment]]:
        """Return the cells, those that cannot run here marked so, and the environments."""
        planned = self._planned
        choices = {cell.environment: cell.choice for cell in planned.cells}
        missing: dict[str, Unavailable] = {}
        manager = None
        if planned.choices.environment == "managed":
            manager = Manager(self._setting.home.environments, self._observer.announce)
        for key, choice in choices.items():
            framework = planned.frameworks[choice.name]
            request = Request(framework, choice.version, device_of(planned.cells, key))
            try:
                with self._observer.waiting(f"environment of {key}"):
                    self._interpreters[key] = (
                        manager.provide(request) if manager else current.provide(framework)
                    )
            except Unavailable as error:
                missing[key] = error
                self._observer.announce(f"{key} is unavailable: {error.reason}. {error.remedy}")
        cells = tuple(self._cell(cell, missing.get(cell.environment)) for cell in planned.cells)
        return cells, {key: found.description for key, found in self._interpreters.items()}

    def _cell(self, planned: PlannedCell, missing: Unavailable | None) -> Cell:
        framework = self._planned.frameworks[planned.identity.framework]
        cell = Cell(
            planned.identity,
            planned.environment,
            clips_probabilities=framework.clips_probabilities,
            role="contender" if framework.trains else "floor",
            planted_slowdown=planned.planted_slowdown,
            source=module_name(framework, planned.identity.form) if framework.trains else None,
        )
        if missing:
            return replace(cell, status="unavailable", reason=missing.reason, remedy=missing.remedy)
        installed = self._interpreters[planned.environment].description.version
        if installed is None:
            return cell
        return replace(cell, identity=replace(cell.identity, framework_version=installed))

    def _ceilings(self, record: Record) -> tuple[Ceiling, ...]:
        """Measure what the machine can do at best with the CPUs, or the device, of each cell."""
        floor = next((cell for cell in record.cells if cell.role == "floor"), None)
        if floor is None or floor.status not in ("pending", "ok"):
            return ()
        found = []
        identities = [cell.identity for cell in record.cells if cell.role == "contender"]
        for device, threads in dict.fromkeys((one.device, one.threads) for one in identities):
            self._observer.announce(f"Measuring the machine's ceiling: {device}, {threads} threads")
            ceiling = self._workers.ceiling(floor, device, threads)
            if isinstance(ceiling, WorkerFailure):
                self._observer.announce(f"The ceiling could not be measured: {ceiling.reason}")
            else:
                found.append(ceiling)
        return tuple(found)

    def _measure(self) -> None:
        """Run the trials that the record lacks, and more blocks while they are wanted."""
        budget = Budget(self._planned.choices.precision, self._planned.choices.max_time_seconds)
        start = time.monotonic()
        while True:
            block_start = time.monotonic()
            for slot in self._record.schedule:
                self._fill(slot)
            now = time.monotonic()
            if not wants_block(self._record, budget, now - start, now - block_start):
                break
            self._add_block()

    def _fill(self, slot: Slot) -> None:
        """Measure a slot, again while it is disturbed, until the record has what it takes."""
        while not accumulate.is_filled(self._record, slot):
            self._observer.trial_started(self._record, slot)
            self._keep(self._trial(self._record, slot))
            self._observer.trial_ended(self._record, slot)

    def _add_block(self) -> None:
        record = self._record
        runnable = sorted({slot.cell for slot in record.schedule})
        slots = _slots(runnable, record.blocks + 1, record.seed)
        self._keep(accumulate.with_block(record, slots[-len(runnable) :]))
        self._observer.block_added(self._record)

    def _trial(self, record: Record, slot: Slot) -> Record:
        """Run one trial and return the record with its result."""
        cell = record.cells[slot.cell]
        result, circumstances = self._workers.trial(cell, slot)
        if isinstance(result, WorkerFailure):
            failure = Failure(
                slot.block, slot.slot, result.kind, result.reason, REMEDIES[result.kind], result.log
            )
            return accumulate.with_failure(record, slot, failure)
        framework = self._planned.frameworks[cell.identity.framework]
        problem = self._workers.problem(cell.identity)
        info = accumulate.workload_of(record, cell)
        trial = replace(
            assemble_trial(circumstances, result, check_parity(result, problem, framework), info),
            predictions=check_predictions(result, problem, info, framework),
        )
        return accumulate.with_trial(record, slot, trial)

    def _profile(self) -> None:
        """Find out where the epochs go of cells that are the same model."""
        if not self._planned.choices.profile:
            return
        for index, cell in enumerate(self._record.cells):
            if cell.status == "ok" and cell.role == "contender" and cell.profile is None:
                self._observer.profile_started(self._record, index)
                found = self._profile_of(cell)
                if found is not None:
                    self._keep(accumulate.with_profile(self._record, index, found))

    def _profile_of(self, cell: Cell) -> Profile | None:
        """Profile a cell, again if the parts do not add up; return the best that was found."""
        found: list[Profile] = []
        while len(found) < profiling.ATTEMPTS and not any(map(profiling.adds_up, found)):
            profile = self._workers.profile(cell)
            if isinstance(profile, WorkerFailure):
                self._observer.announce(f"The profile failed: {profile.reason}")
            if not isinstance(profile, Profile):
                break
            found.append(profile)
        return profiling.best(*found) if found else None

    def _concluded(self) -> Record:
        """Return the record of the complete run, with what went wrong on the machine meanwhile."""
        # Whatever disturbed the ceiling made it lower: of two measurements the higher ones count.
        ceilings = self._ceilings(self._record)
        after = self._conditions()
        record = accumulate.ended(
            accumulate.with_ceilings(self._record, ceilings), "complete", after
        )
        precision = self._planned.choices.precision
        if precision:
            record = accumulate.with_precision_notice(record, precision)
        for check in doctor.compare_conditions(record.conditions, after):
            advice = " ".join(check.advice.split())
            record = accumulate.with_notice(record, f"{check.finding}. {advice}".strip())
        return record


def _slots(runnable: Sequence[int], blocks: int, seed: int) -> tuple[Slot, ...]:
    """Return the schedule of the cells that can run, by their indices in the record."""
    return tuple(
        replace(slot, cell=runnable[slot.cell]) for slot in schedule(len(runnable), blocks, seed)
    )
