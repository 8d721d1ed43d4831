"""What cells can be chosen by: each part of their identity that not all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.records import axes
from bench.records.axes import Axis, Titles
from bench.records.model import Identity


@dataclass(frozen=True)
class Choice:
    """One value of an axis that some cell has, as the address holds it and as it is shown."""

    value: str
    words: str


@dataclass(frozen=True)
class Filter:
    """An axis, and the values to choose from."""

    axis: Axis
    choices: tuple[Choice, ...]


def filters(identities: Sequence[Identity], titles: Titles) -> tuple[Filter, ...]:
    """Return a filter for each axis of which these cells hold more than one value."""
    found = (
        Filter(
            axis,
            tuple(
                Choice(axis.key(identity), axis.words(identity, titles))
                for identity in axes.in_order(axis, identities)
            ),
        )
        for axis in axes.AXES
    )
    return tuple(one for one in found if len(one.choices) > 1)


def searched(identity: Identity, titles: Titles) -> str:
    """Return everything in a cell's identity that a reader may search for."""
    shown = " ".join(axis.words(identity, titles) for axis in axes.AXES)
    # As the command line calls them, where that is another word.
    names = (str(axis.value(identity)) for axis in axes.AXES)
    return " ".join([shown, *(name for name in names if name not in shown.casefold())])
