"""From a plan to cells: every combination that it asks for and the frameworks offer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.plan.choices import FrameworkChoice
from bench.records import axes
from bench.records.model import Identity
from bench.records.plan import Plan, Rule
from implementations.contract import Device, Form, Input, Offer


@dataclass(frozen=True)
class Offers:
    """What a framework has to offer, as its ``framework.py`` and requirements say.

    Attributes
    ----------
    ways : mapping of device to offers
        Of each form and input the fastest lane first.
    """

    ways: Mapping[Device, tuple[Offer, ...]]
    teaches_eager: bool
    version: str

    def usual(self, device: Device, form: Form, input_: Input) -> tuple[Offer, ...]:
        """Return the lanes of the default plan: the eager one, if it is taught, and the fastest."""
        ways = [way for way in self.ways[device] if (way.form, way.input) == (form, input_)]
        return tuple(
            way
            for way in ways
            if way is ways[0] or (way.execution == "eager" and self.teaches_eager)
        )


@dataclass(frozen=True)
class PlannedCell:
    """A cell to measure, and the framework choice that it came from."""

    identity: Identity
    choice: FrameworkChoice
    planted_slowdown: float = 0.0

    @property
    def environment(self) -> str:
        """Key of the environment that the cell runs in."""
        suffix = "" if self.identity.device == "cpu" else f" ({self.identity.device})"
        return f"{self.choice}{suffix}"


def expand(
    plan: Plan,
    choices: Sequence[FrameworkChoice],
    batch_sizes: Mapping[str, tuple[int, ...]],
    offers: Mapping[str, Offers],
) -> tuple[PlannedCell, ...]:
    """Return the cells of a run, in the order of the plan.

    Parameters
    ----------
    choices : sequence of FrameworkChoice
        The plan's frameworks.
    batch_sizes : mapping of workload name to batch sizes
        Its keys are the workloads of the run.
    offers : mapping of framework name to Offers
    """
    cells = (
        PlannedCell(
            Identity(
                workload=workload,
                framework=choice.name,
                framework_version=choice.version or offers[choice.name].version,
                form=way.form,
                execution=way.execution,
                input=way.input,
                loader_workers=workers,
                device=device,
                threads=threads,
                batch_size=batch_size,
            ),
            choice,
        )
        for workload, device, threads in itertools.product(batch_sizes, plan.devices, plan.threads)
        for batch_size in batch_sizes[workload]
        for choice in choices
        for way in _ways(plan, offers[choice.name], device)
        for workers in (plan.loader_workers if way.input == "loader" else (0,))
    )
    return tuple(cell for cell in cells if wanted(plan, cell.identity))


def combinations(
    plan: Plan,
    choices: Sequence[FrameworkChoice],
    batch_sizes: Mapping[str, tuple[int, ...]],
    offers: Mapping[str, Offers],
) -> int:
    """Return how many cells `expand` makes before it hears the rules, without making them."""
    offered = (_ways(plan, offers[one.name], device) for device in plan.devices for one in choices)
    ways = itertools.chain.from_iterable(offered)
    fed = sum(len(plan.loader_workers) if way.input == "loader" else 1 for way in ways)
    return fed * len(plan.threads) * sum(map(len, batch_sizes.values()))


def _ways(plan: Plan, offers: Offers, device: Device) -> Iterator[Offer]:
    """Yield what a plan asks a framework for, in the order of the plan."""
    lanes = tuple(axes.EXECUTIONS)
    for form, input_ in itertools.product(plan.forms, plan.inputs):
        if not plan.executions:
            ways = offers.usual(device, form, input_)
        else:
            asked = (Offer(form, execution, input_) for execution in plan.executions)
            ways = tuple(way for way in asked if way in offers.ways[device])
        yield from sorted(ways, key=lambda way: lanes.index(way.execution))


def wanted(plan: Plan, identity: Identity) -> bool:
    """Tell whether a plan's rules let a cell be measured."""
    included = not plan.include or any(fits(rule, identity) for rule in plan.include)
    return included and not any(fits(rule, identity) for rule in plan.exclude)


def fits(rule: Rule, identity: Identity) -> bool:
    """Tell whether a cell has one of the rule's values in every field that the rule names."""
    return all(str(getattr(identity, name)) in values for name, values in rule.values.items())


def floors(
    plan: Plan, batch_sizes: Mapping[str, tuple[int, ...]], offers: Offers, name: str
) -> tuple[PlannedCell, ...]:
    """Return the cells that do nothing: one for each workload, on the CPU.

    What the harness adds to an epoch depends on neither device, threads nor batch size.

    Parameters
    ----------
    offers : Offers
        Of the implementation that does nothing.
    name : str
        What it is called.
    """
    everything = replace(
        plan,
        forms=tuple(dict.fromkeys(way.form for way in offers.ways["cpu"])),
        executions=(),
        inputs=("preloaded",),
        devices=("cpu",),
        threads=plan.threads[:1],
        include=(),
        exclude=(),
    )
    first_sizes = {workload: sizes[:1] for workload, sizes in batch_sizes.items()}
    return expand(everything, [FrameworkChoice(name)], first_sizes, {name: offers})
