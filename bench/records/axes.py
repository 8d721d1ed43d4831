"""What a cell's identity is made of: one entry for each axis, and all else is derived from them.

Labels, filters, columns, legends and the keys by which figures pair cells ask here. A new axis is a
field of :class:`~bench.records.model.Identity`, an entry of :data:`AXES` and an option of the
command line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Any, Literal

from bench.records.model import Identity

FORMS: Mapping[str, str] = {"scratch": "from scratch", "high_level": "high-level"}
EXECUTIONS: Mapping[str, str] = {
    "eager": "eager",
    "step": "compiled step",
    "epoch": "compiled epoch",
}
INPUTS: Mapping[str, str] = {"preloaded": "preloaded", "loader": "loader"}
DEVICES: Mapping[str, str] = {"cpu": "CPU", "gpu": "GPU"}
# A cell that is no copy of another has an empty variant, which no address could name.
NO_VARIANT = "none"


@dataclass(frozen=True)
class Titles:
    """What workloads and frameworks are called, by their names; a record holds only those."""

    workloads: Mapping[str, str] = field(default_factory=dict)
    frameworks: Mapping[str, str] = field(default_factory=dict)

    def workload(self, name: str) -> str:
        """Return the title of a workload; its name where it has none, or shares it."""
        return _unmistakable(name, self.workloads)

    def framework(self, name: str) -> str:
        """Return the title of a framework; its name where it has none, or shares it."""
        return _unmistakable(name, self.frameworks)


def _unmistakable(name: str, titles: Mapping[str, str]) -> str:
    """Return the title of a name, unless another is called so too; then the name."""
    title = titles.get(name, name)
    others = {word for other in titles.items() if other[0] != name for word in other}
    return name if title in others else title


@dataclass(frozen=True)
class Axis:
    """One part of a cell's identity.

    Attributes
    ----------
    field : str
        Of :class:`~bench.records.model.Identity`.
    title : str
        The heading of a column or a filter.
    words : callable
        The value of an identity as people read it; different for different values.
    order : collection of str
        The values in the order in which they are listed; empty where they are sorted, or keep the
        order of the record.
    numeric : bool
        Whether values are numbers, sorted as such.
    comparable : bool
        Whether cells that differ in it may be compared with each other.
    named : {"always", "differing", "apart"}
        When a label names it: always; where the cells differ in it; never, because the heading
        above the cells does.
    short : callable or None
        The value within a label, which names framework and input already; None for the same
        words.
    within : tuple of str
        Fields in which cells must be equal for a difference in this one to count in a label: of
        two frameworks the versions differ anyway.
    """

    field: str
    title: str
    words: Callable[[Identity, Titles], str]
    order: Collection[str] = ()
    numeric: bool = False
    comparable: bool = True
    named: Literal["always", "differing", "apart"] = "differing"
    short: Callable[[Identity, Titles], str] | None = None
    within: tuple[str, ...] = ()

    def value(self, identity: Identity) -> Any:
        """Return an identity's own value."""
        return getattr(identity, self.field)

    @property
    def name(self) -> str:
        """What it is called in the page's address and, after ``data-``, in its elements."""
        return self.field.removeprefix("framework_").replace("_", "-")

    def key(self, identity: Identity) -> str:
        """Return the value as an address holds it; not empty, and equal for equal values only."""
        own = str(self.value(identity)) or NO_VARIANT
        # Two frameworks can have the same version; a number is a number wherever it stands.
        outer = () if self.numeric else self.within
        return "-".join([*(str(getattr(identity, field)) for field in outer), own])


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


AXES = (
    Axis(
        "workload",
        "Workload",
        lambda cell, titles: titles.workload(cell.workload),
        comparable=False,
        named="apart",
    ),
    Axis(
        "framework",
        "Framework",
        lambda cell, titles: titles.framework(cell.framework),
        named="always",
    ),
    Axis("form", "Form", lambda cell, _: FORMS[cell.form], order=FORMS, named="always"),
    Axis(
        "framework_version",
        "Framework version",
        lambda cell, titles: f"{titles.framework(cell.framework)} {cell.framework_version}",
        short=lambda cell, _: cell.framework_version,
        within=("framework",),
    ),
    Axis("execution", "Execution", lambda cell, _: EXECUTIONS[cell.execution], order=EXECUTIONS),
    Axis("input", "Input", lambda cell, _: INPUTS[cell.input], order=INPUTS),
    Axis(
        "loader_workers",
        "Loader workers",
        lambda cell, _: _counted(cell.loader_workers, "loader worker"),
        short=lambda cell, _: _counted(cell.loader_workers, "worker"),
        numeric=True,
        within=("input",),
    ),
    Axis("device", "Device", lambda cell, _: DEVICES[cell.device], order=DEVICES),
    Axis("threads", "Threads", lambda cell, _: _counted(cell.threads, "thread"), numeric=True),
    Axis(
        "batch_size",
        "Batch size",
        lambda cell, _: f"batches of {cell.batch_size:,}",
        numeric=True,
        comparable=False,
    ),
    Axis("dtype", "Number format", lambda cell, _: cell.dtype),
    Axis("variant", "Variant", lambda cell, _: cell.variant or NO_VARIANT),
)
BY_FIELD: Mapping[str, Axis] = {axis.field: axis for axis in AXES}


def labels(
    identities: Iterable[Identity], titles: Titles = Titles(), *, apart: bool = True
) -> dict[Identity, str]:
    """Return a label for each identity that tells it from the others.

    It names framework and form and, in brackets so that it can stand in a sentence, of the rest
    what the identities differ in.

    Parameters
    ----------
    apart : bool
        Whether cells of each workload stand under a heading that names it, so that they need to be
        told apart only from each other. Labels of different workloads may then be equal.
    """
    distinct = tuple(dict.fromkeys(identities))
    return {
        identity: label(
            identity,
            [other for other in distinct if not apart or other.workload == identity.workload],
            titles,
        )
        for identity in distinct
    }


def label(
    identity: Identity,
    others: Sequence[Identity],
    titles: Titles = Titles(),
    *,
    omit: Collection[str] = (),
) -> str:
    """Return what an identity is called among these others, which include itself.

    Parameters
    ----------
    omit : collection of str
        Fields that it does not name, as what stands around it tells them.
    """
    rest = ", ".join(
        (axis.short or axis.words)(identity, titles)
        for axis in AXES
        if axis.named != "always" and axis.field not in omit and differs(axis, identity, others)
    )
    own = name(identity, titles, omit=omit)
    return f"{own} ({rest})" if rest else own


def name(identity: Identity, titles: Titles = Titles(), *, omit: Collection[str] = ()) -> str:
    """Return what any label of an identity begins with: its framework and form."""
    return " ".join(
        axis.words(identity, titles)
        for axis in AXES
        if axis.named == "always" and axis.field not in omit
    )


def differs(axis: Axis, identity: Identity, others: Sequence[Identity]) -> bool:
    """Tell whether an identity has another value than some comparable one of these."""
    return any(
        axis.value(other) != axis.value(identity)
        for other in others
        if all(getattr(other, outer) == getattr(identity, outer) for outer in axis.within)
    )


def varying(identities: Iterable[Identity]) -> tuple[Axis, ...]:
    """Return the axes of which these identities hold more than one value."""
    distinct = tuple(identities)
    return tuple(axis for axis in AXES if len({axis.value(cell) for cell in distinct}) > 1)


def without(identity: Identity, *fields: str) -> Identity:
    """Return an identity with some fields blanked: equal for cells that are alike in all others."""
    blank: dict[str, Any] = {name: 0 if BY_FIELD[name].numeric else "" for name in fields}
    return changed(identity, **blank)


def comparable(one: Identity, other: Identity) -> bool:
    """Tell whether two cells do the same work, so that their times may be compared."""
    return all(axis.comparable or axis.value(one) == axis.value(other) for axis in AXES)


def in_order(axis: Axis, identities: Iterable[Identity]) -> tuple[Identity, ...]:
    """Return one identity for each value of an axis, in the order in which values are listed."""
    first: dict[str, Identity] = {}
    for identity in identities:
        first.setdefault(axis.key(identity), identity)
    if axis.order:
        places = list(axis.order)
        return tuple(sorted(first.values(), key=lambda cell: places.index(axis.value(cell))))
    if axis.numeric:
        return tuple(sorted(first.values(), key=axis.value))
    return tuple(first.values())
