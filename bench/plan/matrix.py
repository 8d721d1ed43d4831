"""From choices to cells: every combination that the frameworks offer."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from bench.plan.choices import Choices, FrameworkChoice
from bench.records.model import Identity
from implementations.contract import Device, Execution, Form


@dataclass(frozen=True)
class Offer:
    """What a framework has to offer, as its ``framework.py`` and requirements say."""

    forms: Mapping[Form, Execution]
    version: str


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
    choices: Choices,
    batch_sizes: Mapping[str, tuple[int, ...]],
    offers: Mapping[str, Offer],
) -> tuple[PlannedCell, ...]:
    """Return the cells of a run, in the order of the choices.

    Parameters
    ----------
    batch_sizes : mapping of workload name to batch sizes
        Its keys are the workloads of the run.
    offers : mapping of framework name to Offer
    """
    return tuple(
        PlannedCell(
            Identity(
                workload=workload,
                framework=choice.name,
                framework_version=choice.version or offers[choice.name].version,
                form=form,
                execution=offers[choice.name].forms[form],
                device=device,
                threads=threads,
                batch_size=batch_size,
            ),
            choice,
        )
        for workload, device, threads in itertools.product(
            batch_sizes, choices.devices, choices.threads
        )
        for batch_size in batch_sizes[workload]
        for choice in choices.frameworks
        for form in choices.forms
        if form in offers[choice.name].forms
    )


def floors(
    choices: Choices, batch_sizes: Mapping[str, tuple[int, ...]], offer: Offer, name: str
) -> tuple[PlannedCell, ...]:
    """Return the cells that do nothing: one for each workload, on the CPU.

    What the harness adds to an epoch depends on neither device, threads nor batch size.

    Parameters
    ----------
    offer : Offer
        Of the implementation that does nothing.
    name : str
        What it is called.
    """
    return tuple(
        PlannedCell(
            Identity(
                workload=workload,
                framework=name,
                framework_version=offer.version,
                form=form,
                execution=execution,
                device="cpu",
                threads=choices.threads[0],
                batch_size=sizes[0],
            ),
            FrameworkChoice(name),
        )
        for workload, sizes in batch_sizes.items()
        for form, execution in offer.forms.items()
    )


def device_of(cells: tuple[PlannedCell, ...], environment: str) -> Device:
    """Return the device of the cells that share an environment."""
    return next(cell.identity.device for cell in cells if cell.environment == environment)
