"""From a plan to its cells, before anything slow is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bench.environments.requirements import parse, pinned_version
from bench.plan import bounds
from bench.plan.choices import parse_frameworks
from bench.plan.estimate import Length
from bench.plan.matrix import Offers, PlannedCell, combinations, expand, floors
from bench.records.plan import Plan
from bench.workloads.workload import Workload
from implementations import registry
from implementations.contract import Framework


@dataclass(frozen=True)
class Planned:
    """What a run will do."""

    plan: Plan
    frameworks: Mapping[str, Framework]
    workloads: tuple[Workload, ...]
    cells: tuple[PlannedCell, ...]

    def epochs(self, workload: Workload) -> int:
        """Return the passes over the data that the run makes."""
        usual = workload.quick_epochs if self.plan.quick else workload.epochs
        return self.plan.epochs or usual

    @property
    def lengths(self) -> dict[str, Length]:
        """How much one trial of each workload trains."""
        return {
            workload.name: Length(self.epochs(workload), workload.train_examples)
            for workload in self.workloads
        }


def make_plan(plan: Plan, workloads: Sequence[Workload]) -> Planned:
    """Return the cells of a plan with these workloads, which are those that were loaded.

    One that comes twice, as where ``auto`` is another that is named, counts once.

    Raises
    ------
    ChoiceError
        If they are too many, or a batch is larger than its data.
    """
    workloads = tuple({workload.name: workload for workload in workloads}.values())
    plan = replace(plan, workloads=tuple(workload.name for workload in workloads))
    references = registry.references()
    choices = parse_frameworks(",".join(plan.frameworks), tuple(references))
    frameworks = {choice.name: registry.load(references[choice.name]) for choice in choices}
    batch_sizes = {
        workload.name: plan.batch_sizes or (workload.batch_size,) for workload in workloads
    }
    offers = {name: offers_of(framework) for name, framework in frameworks.items()}
    bounds.require_combinations(combinations(plan, choices, batch_sizes, offers))
    contenders = expand(plan, choices, batch_sizes, offers)
    bounds.require_distinct(contenders)
    bounds.require_batches(contenders, {one.name: one.train_examples for one in workloads})
    if not contenders:
        return Planned(plan, frameworks, workloads, ())
    name, nothing = registry.FLOOR_NAME, registry.load(registry.FLOOR)
    # A plan's rules may have left nothing of a workload or batch size.
    left: dict[str, tuple[int, ...]] = {}
    for cell in contenders:
        left.setdefault(cell.identity.workload, (cell.identity.batch_size,))
    floor_cells = floors(plan, left, offers_of(nothing), name)
    planned = Planned(plan, frameworks | {name: nothing}, workloads, (*contenders, *floor_cells))
    bounds.require_measurable(planned.cells, plan.blocks, planned.lengths)
    return planned


def offers_of(framework: Framework) -> Offers:
    """Return what a framework offers on either device, at the version that it pins."""
    return Offers(
        {"cpu": framework.offers("cpu"), "gpu": framework.offers("gpu")},
        framework.teaches_eager,
        pinned(framework),
    )


def pinned(framework: Framework) -> str:
    """Return the version that the framework's requirements pin."""
    path = framework.requirements_file("cpu")
    lines = parse(path.read_text(encoding="utf-8")) if path.is_file() else ()
    return pinned_version(lines, framework.distributions) or "unpinned"
