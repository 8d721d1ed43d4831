"""A run on this machine: environments, schedule, one worker after the other, the record."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timezone
from importlib.metadata import version
from pathlib import Path

from bench.analysis import accumulate
from bench.engines import local, machine, staging
from bench.engines.local import Launch, TrialFailure
from bench.engines.worker_environment import recorded, worker_environment
from bench.environments import current
from bench.environments.interpreter import Interpreter, Unavailable
from bench.environments.managed import Manager, Request
from bench.plan.matrix import PlannedCell, device_of
from bench.plan.schedule import schedule
from bench.records.failures import REMEDIES
from bench.records.model import SCHEMA_VERSION, Cell, Environment, Failure, Record, Slot
from bench.records.store import Store
from bench.run.assembly import assemble_trial, check_parity, describe_workload, interference
from bench.run.observer import Observer
from bench.run.planning import Planned
from bench.run.setting import Setting
from bench.worker.assignment import Assignment
from bench.workloads.catalog import Loaded
from bench.workloads.preparation import PreparedProblem, Training, prepare
from implementations import registry

# Libraries that no worker may load, besides the frameworks that are not its own.
FOREIGN_LIBRARIES = ("matplotlib", "pandas")

ProblemKey = tuple[str, int]


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

    def execute(self, store: Store) -> Record:
        """Measure everything and return the record, which is written after every trial.

        Raises
        ------
        KeyboardInterrupt
            After children have ended and what was measured is written as interrupted.
        """
        self._problems = self._prepare()
        self._interpreters: dict[str, Interpreter] = {}
        record = self._begin()
        self._python_path = staging.stage(
            self._setting.home.workers,
            [registry.references()[name] for name in self._planned.frameworks],
        )
        try:
            store.write(record)
            self._observer.started(record)
            for slot in record.schedule:
                # A cell that failed once is not tried again: it may have hung for minutes.
                if record.cells[slot.cell].failures:
                    continue
                self._observer.trial_started(record, slot)
                record = self._trial(record, slot)
                store.write(record)
                self._observer.trial_ended(record, slot)
        except KeyboardInterrupt:
            store.write(accumulate.ended(record, "interrupted"))
            raise
        record = accumulate.ended(record, "complete")
        store.write(record)
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
        slots = tuple(
            replace(slot, cell=runnable[slot.cell])
            for slot in schedule(len(runnable), choices.blocks, choices.seed)
        )
        return Record(
            schema_version=SCHEMA_VERSION,
            run_id=self._setting.run_id,
            created=self._setting.created.astimezone(timezone.utc).isoformat(timespec="seconds"),
            status="running",
            command=self._setting.command,
            seed=choices.seed,
            blocks=choices.blocks,
            timeout_seconds=choices.timeout_seconds,
            machine=machine.describe_machine(),
            commit=machine.describe_commit(Path.cwd()),
            harness_version=version("softmax-bench"),
            workloads=tuple(
                describe_workload(loaded, self._problems[loaded.workload.name, batch_size])
                for loaded in self._loaded
                for batch_size in choices.batch_sizes or (loaded.workload.batch_size,)
            ),
            environments=environments,
            schedule=slots,
            cells=cells,
            notices=tuple(loaded.notice for loaded in self._loaded if loaded.notice),
        )

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
        clips = self._planned.frameworks[planned.identity.framework].clips_probabilities
        cell = Cell(planned.identity, planned.environment, clips_probabilities=clips)
        if missing:
            return replace(cell, status="unavailable", reason=missing.reason, remedy=missing.remedy)
        installed = self._interpreters[planned.environment].description.version
        if installed is None:
            return cell
        return replace(cell, identity=replace(cell.identity, framework_version=installed))

    def _trial(self, record: Record, slot: Slot) -> Record:
        """Run one trial and return the record with its result."""
        cell = record.cells[slot.cell]
        load_before = machine.load_average()
        with tempfile.TemporaryDirectory(prefix="softmax-bench-") as folder:
            assignment = self._assignment(cell, folder)
            launch = self._launch(cell)
            result = local.run_trial(launch, assignment, self._observer.trial_event)
        if isinstance(result, TrialFailure):
            failure = Failure(
                slot.block, slot.slot, result.kind, result.reason, REMEDIES[result.kind], result.log
            )
            return accumulate.with_failure(record, slot, failure)
        problem = self._problems[cell.identity.workload, cell.identity.batch_size]
        return accumulate.with_trial(
            record,
            slot,
            assemble_trial(
                slot,
                result,
                check_parity(result, problem, self._planned.frameworks[cell.identity.framework]),
                interference(result.measurements, assignment.cpus, load_before),
                recorded(launch.environment),
            ),
        )

    def _launch(self, cell: Cell) -> Launch:
        framework = self._planned.frameworks[cell.identity.framework]
        python = self._interpreters[cell.environment].python
        threads = cell.identity.threads
        environment = worker_environment(
            os.environ, python, threads, self._python_path, framework.environment(threads)
        )
        return Launch(python, environment, self._planned.choices.timeout_seconds)

    def _assignment(self, cell: Cell, folder: str) -> Assignment:
        identity = cell.identity
        problem = self._problems[identity.workload, identity.batch_size]
        return Assignment(
            framework=registry.references()[identity.framework],
            form=identity.form,
            device=identity.device,
            threads=identity.threads,
            cpus=machine.available_cpus()[: identity.threads],
            seed=self._planned.choices.seed,
            data_folder=str(problem.data_folder.resolve()),
            problem_folder=str(problem.problem_folder.resolve()),
            folder=folder,
            foreign=self._foreign(identity.framework),
            events=-1,
            acknowledgements=-1,
        )

    def _foreign(self, name: str) -> tuple[str, ...]:
        """Return the modules that a worker of the named framework must not import."""
        # Of plug-ins only the chosen ones: a broken one that was not chosen must not stop the run.
        built_in = {one: registry.load(ref) for one, ref in registry.BUILT_IN.items()}
        known = built_in | dict(self._planned.frameworks)
        own = {"numpy", known[name].module}
        modules = [one.module for one in known.values()]
        return tuple(sorted({*modules, *FOREIGN_LIBRARIES} - own))
