"""One run, from choices to a record: the only place that knows all stages of the pipeline."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Protocol

from bench.analysis import accumulate, parity
from bench.analysis.parity import Course
from bench.engines import local, machine, staging
from bench.engines.local import Event, Launch, TrialFailure, TrialResult
from bench.engines.worker_environment import recorded, worker_environment
from bench.environments import current
from bench.environments.interpreter import Interpreter, Unavailable
from bench.environments.managed import Manager, Request
from bench.environments.requirements import parse, pinned_version
from bench.plan.choices import Choices
from bench.plan.estimate import Length
from bench.plan.matrix import Offer, PlannedCell, device_of, expand
from bench.plan.schedule import schedule
from bench.records.failures import REMEDIES
from bench.records.model import (
    SCHEMA_VERSION,
    Cell,
    Environment,
    Failure,
    Interference,
    Parity,
    Record,
    Recovered,
    Slot,
    Trial,
    WorkloadInfo,
)
from bench.records.store import Store
from bench.worker.assignment import Assignment, Measurements
from bench.workloads.catalog import Loaded
from bench.workloads.preparation import PreparedProblem, Training, prepare
from bench.workloads.workload import Workload
from implementations import registry
from implementations.contract import Framework, Parameters

# Parameters of models no larger than this stand in the record.
PRINTABLE_PARAMETERS = 16
# Libraries that no worker may load, besides the frameworks that are not its own.
FOREIGN_LIBRARIES = ("matplotlib", "pandas")

ProblemKey = tuple[str, int]


@dataclass(frozen=True)
class Home:
    """The folder that holds what runs can share: environments and problems."""

    folder: Path

    @property
    def environments(self) -> Path:
        return self.folder / "environments"

    @property
    def problems(self) -> Path:
        return self.folder / "problems"

    @property
    def workers(self) -> Path:
        return self.folder / "workers"


class Observer(Protocol):
    """Who wants to know how a run is going; the command line, usually."""

    def announce(self, message: str) -> None:
        """Something slow begins, or something worth reading happened."""

    def waiting(self, message: str) -> AbstractContextManager[object]:
        """Show that something slow goes on."""

    def started(self, record: Record) -> None:
        """The plan stands and trials begin."""

    def trial_started(self, record: Record, slot: Slot) -> None:
        """A worker is about to start."""

    def trial_event(self, event: Event) -> None:
        """A worker has told how far it is."""

    def trial_ended(self, record: Record, slot: Slot) -> None:
        """A trial is in the record, measured or failed."""


@dataclass(frozen=True)
class Planned:
    """What a run will do, before anything slow is done."""

    choices: Choices
    frameworks: Mapping[str, Framework]
    workloads: tuple[Workload, ...]
    cells: tuple[PlannedCell, ...]

    def epochs(self, workload: Workload) -> int:
        """Return the passes over the data that the run makes."""
        usual = workload.quick_epochs if self.choices.quick else workload.epochs
        return self.choices.epochs or usual

    @property
    def lengths(self) -> dict[str, Length]:
        """How much one trial of each workload trains."""
        return {
            workload.name: Length(self.epochs(workload), workload.train_examples)
            for workload in self.workloads
        }


def make_plan(choices: Choices, workloads: Sequence[Workload]) -> Planned:
    """Return the plan for the choices with these workloads."""
    references = registry.references()
    frameworks = {
        choice.name: registry.load(references[choice.name]) for choice in choices.frameworks
    }
    batch_sizes = {
        workload.name: choices.batch_sizes or (workload.batch_size,) for workload in workloads
    }
    offers = {
        name: Offer(framework.forms, pinned(framework)) for name, framework in frameworks.items()
    }
    return Planned(choices, frameworks, tuple(workloads), expand(choices, batch_sizes, offers))


def pinned(framework: Framework) -> str:
    """Return the version that the framework's requirements pin."""
    path = framework.requirements_file("cpu")
    lines = parse(path.read_text()) if path.is_file() else ()
    return pinned_version(lines, framework.distributions) or "unpinned"


@dataclass(frozen=True)
class Setting:
    """What the command line knows about this run."""

    home: Home
    command: tuple[str, ...]
    created: datetime
    run_id: str


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
        self._observer.started(record)
        try:
            for slot in record.schedule:
                if record.cells[slot.cell].failures:
                    continue
                store.write(record)
                self._observer.trial_started(record, slot)
                record = self._trial(record, slot)
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
                self._describe(loaded, self._problems[loaded.workload.name, batch_size])
                for loaded in self._loaded
                for batch_size in choices.batch_sizes or (loaded.workload.batch_size,)
            ),
            environments=environments,
            schedule=slots,
            cells=cells,
            notices=tuple(loaded.notice for loaded in self._loaded if loaded.notice),
        )

    def _describe(self, loaded: Loaded, problem: PreparedProblem) -> WorkloadInfo:
        workload, dataset = loaded.workload, loaded.dataset
        truth = dataset.true_parameters
        return WorkloadInfo(
            name=workload.name,
            batch_size=problem.training.batch_size,
            title=workload.title,
            task=workload.task,
            source=dataset.source,
            notice=loaded.notice,
            train_examples=len(dataset.train_features),
            test_examples=len(dataset.test_features),
            features=dataset.train_features.shape[1],
            outputs=workload.outputs,
            epochs=problem.training.epochs,
            learning_rate=workload.learning_rate,
            checksum=problem.checksum,
            reference_train_loss=tuple(map(float, problem.reference.train_loss)),
            true_parameters=recovered(truth) if truth else None,
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
        if missing:
            return Cell(
                planned.identity, planned.environment, "unavailable", missing.reason, missing.remedy
            )
        installed = self._interpreters[planned.environment].description.version
        identity = replace(
            planned.identity, framework_version=installed or planned.identity.framework_version
        )
        return Cell(identity, planned.environment)

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
                check_parity(result, problem),
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
        frameworks = {name: registry.load(ref) for name, ref in registry.references().items()}
        others = [one.module for name, one in frameworks.items() if name != identity.framework]
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
            foreign=tuple(name for name in (*others, *FOREIGN_LIBRARIES) if name != "numpy"),
            events=-1,
            acknowledgements=-1,
        )


def recovered(parameters: Parameters) -> Recovered | None:
    """Return parameters for the record, if they are few enough to read."""
    if parameters.weight.size + parameters.bias.size > PRINTABLE_PARAMETERS:
        return None
    return Recovered(
        tuple(tuple(float(value) for value in row) for row in parameters.weight),
        tuple(float(value) for value in parameters.bias),
    )


def check_parity(result: TrialResult, problem: PreparedProblem) -> Parity:
    """Compare what a worker brought back with the reference."""
    reference = problem.reference
    examples = problem.workload.train_examples
    return parity.check(
        Course(
            result.measurements.train_loss,
            (result.first_step.weight, result.first_step.bias),
            (result.final.weight, result.final.bias),
        ),
        Course(
            list(map(float, reference.train_loss)),
            (reference.first_step.weight, reference.first_step.bias),
            (reference.final.weight, reference.final.bias),
        ),
        steps_per_epoch=-(-examples // problem.training.batch_size),
    )


def interference(
    measurements: Measurements, cpus: tuple[int, ...], load_before: float | None
) -> Interference:
    """Return the evidence of other work on the machine."""
    return Interference(
        cpus=cpus,
        involuntary_context_switches=measurements.involuntary_context_switches,
        load_before=load_before,
        foreign_modules=measurements.foreign_modules,
    )


def assemble_trial(
    slot: Slot,
    result: TrialResult,
    proof: Parity,
    evidence: Interference,
    environment_variables: dict[str, str],
) -> Trial:
    """Return a trial for the record; the first epoch is split from the steady ones here."""
    found = result.measurements
    first_epoch_seconds, *steady = found.epoch_seconds
    return Trial(
        block=slot.block,
        slot=slot.slot,
        import_seconds=found.import_seconds,
        setup_seconds=found.setup_seconds,
        first_epoch_seconds=first_epoch_seconds,
        epoch_seconds=tuple(steady),
        cpu_seconds=found.cpu_seconds[1:],
        train_loss=tuple(loss if isfinite(loss) else None for loss in found.train_loss),
        test_accuracy=found.test_accuracy,
        test_mean_squared_error=found.test_mean_squared_error,
        memory=found.memory,
        interference=evidence,
        parity=proof,
        recovered=recovered(result.final),
        environment_variables=environment_variables,
    )
