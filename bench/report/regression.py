"""Recovered parameters of a regression beside the ones that generated its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.records.model import Cell, Identity, Recovered


@dataclass(frozen=True)
class Estimates:
    """The parameters that one cell found.

    Attributes
    ----------
    values : tuple of float
        In the order of the table's names.
    largest_difference : float
        From the true parameters.
    """

    identity: Identity
    label: str
    values: tuple[float, ...]
    largest_difference: float


@dataclass(frozen=True)
class ParameterTable:
    """True parameters, and those of every cell whose first trial recorded them."""

    names: tuple[str, ...]
    true_values: tuple[float, ...]
    estimates: tuple[Estimates, ...]


def parameter_table(
    cells: Sequence[Cell], truth: Recovered, labels: Mapping[Identity, str]
) -> ParameterTable:
    """Return the table of a workload whose true parameters are known."""
    true_values = _flat(truth)
    found = [
        (cell.identity, _flat(trial.recovered))
        for cell in cells
        for trial in cell.trials[:1]
        if trial.recovered is not None
    ]
    return ParameterTable(
        _names(truth),
        true_values,
        tuple(
            Estimates(
                identity,
                labels[identity],
                values,
                max(abs(one - other) for one, other in zip(values, true_values)),
            )
            for identity, values in found
        ),
    )


def _flat(parameters: Recovered) -> tuple[float, ...]:
    return (*(value for row in parameters.weight for value in row), *parameters.bias)


def _names(parameters: Recovered) -> tuple[str, ...]:
    single = len(parameters.bias) == 1
    weights = [
        f"weight {row}" if single else f"weight {row}, {column}"
        for row, values in enumerate(parameters.weight, start=1)
        for column, _ in enumerate(values, start=1)
    ]
    biases = ["bias"] if single else [f"bias {n}" for n in range(1, len(parameters.bias) + 1)]
    return (*weights, *biases)
