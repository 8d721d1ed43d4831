"""What cells can be chosen by: each part of their identity that not all of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.records.model import Identity, Record
from bench.report.naming import FORMS, framework_titles
from bench.report.wording import count

DEVICES = {"cpu": "CPU", "gpu": "GPU"}
# A cell that is no copy of another has an empty variant, which no address could name.
NO_VARIANT = "none"


@dataclass(frozen=True)
class Titles:
    """What workloads and frameworks are called on the page, by their names."""

    workloads: Mapping[str, str]
    frameworks: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One part of a cell's identity.

    Attributes
    ----------
    name : str
        What it is called in the page's address and, after ``data-``, in its elements.
    value : callable
        The part as the address holds it; not empty, and equal for equal parts only.
    words : callable
        The part as it is shown.
    """

    name: str
    title: str
    value: Callable[[Identity], str]
    words: Callable[[Identity, Titles], str]


@dataclass(frozen=True)
class Choice:
    """One value of a part that some cell has."""

    value: str
    words: str


@dataclass(frozen=True)
class Filter:
    """A part, and the values to choose from, in the order in which the record holds them."""

    part: Part
    choices: tuple[Choice, ...]


def _workload(identity: Identity, titles: Titles) -> str:
    return titles.workloads.get(identity.workload, identity.workload)


def _version(identity: Identity, titles: Titles) -> str:
    return f"{titles.frameworks[identity.framework]} {identity.framework_version}"


PARTS = (
    Part("workload", "Workload", lambda one: one.workload, _workload),
    Part(
        "framework",
        "Framework",
        lambda one: one.framework,
        lambda one, titles: titles.frameworks[one.framework],
    ),
    Part("form", "Form", lambda one: one.form, lambda one, _: FORMS[one.form]),
    Part("execution", "Execution", lambda one: one.execution, lambda one, _: one.execution),
    Part("device", "Device", lambda one: one.device, lambda one, _: DEVICES[one.device]),
    Part(
        "threads",
        "Threads",
        lambda one: str(one.threads),
        lambda one, _: count(one.threads, "thread"),
    ),
    Part(
        "batch-size",
        "Batch size",
        lambda one: str(one.batch_size),
        lambda one, _: f"batches of {one.batch_size}",
    ),
    Part("dtype", "Number format", lambda one: one.dtype, lambda one, _: one.dtype),
    Part(
        "version",
        "Framework version",
        # Two frameworks can have the same number.
        lambda one: f"{one.framework}-{one.framework_version}",
        _version,
    ),
    Part(
        "variant",
        "Variant",
        lambda one: one.variant or NO_VARIANT,
        lambda one, _: one.variant or NO_VARIANT,
    ),
)


def titles(records: Sequence[Record]) -> Titles:
    """Return what the workloads and frameworks of these records are called."""
    return Titles(
        {info.name: info.title for record in records for info in record.workloads},
        framework_titles(cell.identity.framework for record in records for cell in record.cells),
    )


def filters(identities: Sequence[Identity], called: Titles) -> tuple[Filter, ...]:
    """Return a filter for each part of which these cells hold more than one value."""
    found = (Filter(part, _choices(part, identities, called)) for part in PARTS)
    return tuple(one for one in found if len(one.choices) > 1)


def _choices(part: Part, identities: Sequence[Identity], called: Titles) -> tuple[Choice, ...]:
    words: dict[str, str] = {}
    for identity in identities:
        words.setdefault(part.value(identity), part.words(identity, called))
    return tuple(Choice(value, shown) for value, shown in words.items())


def searched(identity: Identity, called: Titles) -> str:
    """Return everything in a cell's identity that a reader may search for."""
    shown = " ".join(part.words(identity, called) for part in PARTS)
    # As the command line calls them, where that is another word.
    names = (identity.workload, identity.framework, identity.form)
    return " ".join([shown, *(name for name in names if name not in shown.casefold())])
