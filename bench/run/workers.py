"""From a cell to a worker: which interpreter, which environment, which assignment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from bench import folders
from bench.engines import local, machine
from bench.engines.local import Launch, TrialResult, Turn, WorkerFailure
from bench.engines.probing import Prober, Probers, Read
from bench.engines.worker_environment import worker_environment
from bench.environments.interpreter import Interpreter
from bench.records.model import Ceiling, Cell, Identity, Profile, Slot
from bench.records.variables import all_shown
from bench.run.assembly import Circumstances
from bench.run.observer import Observer
from bench.run.planning import Planned
from bench.worker.assignment import Assignment, Outcome, Task
from bench.workloads.preparation import PreparedProblem
from implementations import registry
from implementations.contract import Device, Options

# Libraries that no worker may load, besides the frameworks that are not its own.
FOREIGN_LIBRARIES = ("matplotlib", "pandas")
# Variables that choose slower kernels than the processor has.
CAPS = ("OPENBLAS_CORETYPE", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS")
# Key of the environment in which the ceiling of the GPU is measured.
GPU_CEILING = f"{registry.FLOOR_NAME} (gpu)"
FOLDER_PREFIX = "softmax-bench-worker-"

ProblemKey = tuple[str, int]


@dataclass(frozen=True)
class Workers:
    """Starts the workers of one run, one at a time.

    Attributes
    ----------
    interpreters : mapping
        By environment key.
    problems : mapping
        By workload name and batch size.
    python_path : Path
        Where workers find ``bench`` and ``implementations``.
    """

    planned: Planned
    interpreters: Mapping[str, Interpreter]
    problems: Mapping[ProblemKey, PreparedProblem]
    python_path: Path
    observer: Observer

    def problem(self, identity: Identity) -> PreparedProblem:
        """Return the problem that a cell trains on."""
        return self.problems[identity.workload, identity.batch_size]

    def probers(self) -> Probers:
        """Return what probes the machine, in the environment of the cell that does nothing."""
        floors = [one for one in self.planned.cells if one.choice.name == registry.FLOOR_NAME]
        if not floors or floors[0].environment not in self.interpreters:
            return Probers(None)
        python = self.interpreters[floors[0].environment].python

        def start(cpus: tuple[int, ...]) -> Prober:
            environment = worker_environment(os.environ, python, 1, self.python_path, {})
            return Prober(python, cpus, without_caps(environment))

        return Probers(start)

    def trial(
        self, cell: Cell, slot: Slot, probers: Probers, turn: Turn | None = None
    ) -> tuple[TrialResult | WorkerFailure, Circumstances]:
        """Train once under the clock, by turns with others if there is a `turn`."""
        load_before = machine.load_average()
        launch = self._launch(cell)
        with _worker_folder() as folder:
            assignment = self._assignment("trial", cell, str(folder))
            read = self.reader(cell, probers)
            result = local.run_trial(launch, assignment, self.observer.trial_event, read, turn)
        return result, Circumstances(
            slot, assignment.cpus, load_before, all_shown(launch.environment), turn is not None
        )

    def reader(self, cell: Cell, probers: Probers) -> Read | None:
        """Return what reads the state of a cell's CPUs; None of a GPU, which is not like them."""
        if cell.identity.device != "cpu":
            return None
        return probers.reader(machine.cpus_for(cell.identity.threads))

    def profile(self, cell: Cell) -> Profile | WorkerFailure | None:
        """Find out where an epoch goes; None where an implementation does not let it be told."""
        outcome = self._run("profile", cell)
        return outcome.profile if isinstance(outcome, Outcome) else outcome

    def ceiling(self, floor: Cell, device: Device, threads: int) -> Ceiling | WorkerFailure:
        """Measure the machine, in the environment of the cell that does nothing."""
        there = replace(floor.identity, device=device, threads=threads)
        environment = floor.environment if device == "cpu" else GPU_CEILING
        if environment not in self.interpreters:
            reason = "there is no environment with CuPy, which measures it"
            return WorkerFailure("import_failed", reason, "")
        outcome = self._run("ceiling", replace(floor, identity=there, environment=environment))
        if isinstance(outcome, WorkerFailure):
            return outcome
        assert outcome.ceiling is not None, "that is what was assigned"
        return outcome.ceiling

    def _run(self, task: Task, cell: Cell) -> Outcome | WorkerFailure:
        with _worker_folder() as folder:
            assignment = self._assignment(task, cell, str(folder))
            launch = self._launch(cell)
            if task == "ceiling":
                launch = replace(launch, environment=without_caps(launch.environment))
            return local.run_worker(launch, assignment, self.observer.trial_event)

    def _launch(self, cell: Cell) -> Launch:
        framework = self.planned.frameworks[cell.identity.framework]
        python = self.interpreters[cell.environment].python
        threads = cell.identity.threads
        environment = worker_environment(
            os.environ, python, threads, self.python_path, framework.environment(threads)
        )
        return Launch(python, environment, self.planned.plan.timeout_seconds)

    def _assignment(self, task: Task, cell: Cell, folder: str) -> Assignment:
        identity = cell.identity
        problem = self.problem(identity)
        return Assignment(
            task=task,
            framework=reference(identity.framework),
            form=identity.form,
            options=Options(
                identity.device, identity.execution, identity.input, identity.loader_workers
            ),
            planted_slowdown=cell.planted_slowdown,
            threads=identity.threads,
            cpus=machine.cpus_for(identity.threads),
            seed=self.planned.plan.seed,
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
        known = built_in | dict(self.planned.frameworks)
        own = {"numpy", known[name].module}
        modules = [one.module for one in known.values()]
        return tuple(sorted({*modules, *FOREIGN_LIBRARIES} - own))


def _worker_folder() -> AbstractContextManager[Path]:
    """Give a folder for one worker, which is held as long as it is there."""
    return folders.held_folder(Path(tempfile.gettempdir()), FOLDER_PREFIX)


def without_caps(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what may hold a BLAS below what the machine can do."""
    return {name: value for name, value in environment.items() if name not in CAPS}


def reference(name: str) -> str:
    """Return the ``"module:class"`` of a framework, the one that does nothing included."""
    return (registry.references() | {registry.FLOOR_NAME: registry.FLOOR})[name]
