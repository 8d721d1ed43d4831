"""From choices to a plan, before anything slow is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.environments.requirements import parse, pinned_version
from bench.plan.choices import Choices
from bench.plan.estimate import Length
from bench.plan.matrix import Offer, PlannedCell, expand
from bench.workloads.workload import Workload
from implementations import registry
from implementations.contract import Framework


@dataclass(frozen=True)
class Planned:
    """What a run will do."""

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
