"""One worker of the harness, started for itself: a trial or a profile without a run around it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bench.engines import machine, staging
from bench.engines.local import Launch
from bench.engines.worker_environment import worker_environment
from bench.run.setting import Home
from bench.worker.assignment import Assignment, Task
from bench.workloads.preparation import PreparedProblem
from implementations import registry
from implementations.contract import Framework, Offer, Options
from tests.conftest import HOME
from tests.integration.interpreters import python_of

TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True)
class Job:
    """What a worker is to do, on the CPU.

    Attributes
    ----------
    reference : str, optional
        The ``"module:class"`` that stands in for the framework's own.
    packages : tuple of Path
        Folders with more packages to import.
    """

    task: Task
    framework: Framework
    offer: Offer
    problem: PreparedProblem
    reference: str | None = None
    packages: tuple[Path, ...] = ()

    def prepared(self, folder: Path) -> tuple[Launch, Assignment]:
        """Return how to start the worker, and its assignment in a folder of its own."""
        threads = machine.default_threads()
        python = python_of(self.framework)
        places = [staging.stage(Home(HOME).workers, []), *self.packages]
        variables = worker_environment(
            os.environ, python, threads, places[0], self.framework.environment(threads)
        )
        variables |= {"PYTHONPATH": os.pathsep.join(map(str, places))}
        assignment = Assignment(
            task=self.task,
            framework=self.reference or registry.BUILT_IN[self.framework.name],
            form=self.offer.form,
            options=Options("cpu", self.offer.execution, self.offer.input),
            planted_slowdown=0.0,
            threads=threads,
            cpus=machine.cpus_for(threads),
            seed=1,
            data_folder=str(self.problem.data_folder.resolve()),
            problem_folder=str(self.problem.problem_folder.resolve()),
            folder=str(folder),
            foreign=(),
            events=-1,
            acknowledgements=-1,
        )
        return Launch(python, variables, TIMEOUT_SECONDS), assignment
