"""From choices to a plan, before anything slow is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.environments.requirements import parse, pinned_version
from bench.plan.choices import Choices, parse_frameworks
from bench.plan.estimate import Length
from bench.plan.matrix import Offer, PlannedCell, expand, floors
from bench.records.model import Plan, Record
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
    contenders = expand(choices, batch_sizes, offers)
    if not contenders:
        return Planned(choices, frameworks, tuple(workloads), ())
    name, nothing = registry.FLOOR_NAME, registry.load(registry.FLOOR)
    floor_cells = floors(choices, batch_sizes, Offer(nothing.forms, pinned(nothing)), name)
    return Planned(
        choices, frameworks | {name: nothing}, tuple(workloads), (*contenders, *floor_cells)
    )


def pinned(framework: Framework) -> str:
    """Return the version that the framework's requirements pin."""
    path = framework.requirements_file("cpu")
    lines = parse(path.read_text()) if path.is_file() else ()
    return pinned_version(lines, framework.distributions) or "unpinned"


def plan_of(planned: Planned) -> Plan:
    """Return a plan as the record keeps it."""
    choices = planned.choices
    return Plan(
        frameworks=tuple(map(str, choices.frameworks)),
        workloads=tuple(workload.name for workload in planned.workloads),
        forms=choices.forms,
        devices=choices.devices,
        threads=choices.threads,
        batch_sizes=choices.batch_sizes,
        blocks=choices.blocks,
        epochs=choices.epochs,
        quick=choices.quick,
        environment=choices.environment,
        repeats=choices.repeats,
        precision=choices.precision,
        max_time_seconds=choices.max_time_seconds,
        profile=choices.profile,
    )


def choices_of(record: Record) -> Choices:
    """Return the choices that a recorded run was made from."""
    plan = record.plan
    return Choices(
        frameworks=parse_frameworks(",".join(plan.frameworks), tuple(registry.references())),
        workloads=plan.workloads,
        forms=plan.forms,
        devices=plan.devices,
        threads=plan.threads,
        batch_sizes=plan.batch_sizes,
        blocks=plan.blocks,
        epochs=plan.epochs,
        quick=plan.quick,
        seed=record.seed,
        timeout_seconds=record.timeout_seconds,
        environment=plan.environment,
        repeats=plan.repeats,
        precision=plan.precision,
        max_time_seconds=plan.max_time_seconds,
        profile=plan.profile,
    )
