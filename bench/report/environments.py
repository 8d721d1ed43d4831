"""The interpreters of a run: what ran in each, its packages, and what its workers were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.records.axes import Titles
from bench.records.model import Cell, Environment, Record

# What the floor is called where its environment is listed.
FLOOR_TITLE = "Nothing, the harness's own floor"


@dataclass(frozen=True)
class Variable:
    """A variable of the workers' environment, and each value that a trial was given."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class EnvironmentSection:
    """One interpreter, and the titles of the frameworks that ran in it.

    Attributes
    ----------
    anchor : str
        Its id on the page.
    """

    anchor: str
    key: str
    title: str
    environment: Environment
    variables: tuple[Variable, ...]


def environment_sections(
    anchor: str, record: Record, titles: Titles
) -> tuple[EnvironmentSection, ...]:
    """Return the interpreters of a run; `anchor` is the run's own id."""
    users = {
        key: [cell for cell in record.cells if cell.environment == key]
        for key in record.environments
    }
    return tuple(
        EnvironmentSection(
            f"{anchor}-environment-{number}",
            key,
            _title(users[key], titles) or key,
            environment,
            _variables(users[key]),
        )
        for number, (key, environment) in enumerate(record.environments.items(), start=1)
    )


def _title(cells: Sequence[Cell], titles: Titles) -> str:
    frameworks = dict.fromkeys(
        FLOOR_TITLE if cell.role == "floor" else titles.framework(cell.identity.framework)
        for cell in cells
    )
    return ", ".join(frameworks)


def _variables(cells: Sequence[Cell]) -> tuple[Variable, ...]:
    found: dict[str, dict[str, None]] = {}
    for cell in cells:
        for trial in cell.trials:
            for name, value in trial.environment_variables.items():
                found.setdefault(name, {})[value] = None
    return tuple(Variable(name, tuple(found[name])) for name in sorted(found))
