"""What frameworks and cells are called on the page; a record holds only short names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bench.analysis.ranking import distinguishing_labels
from bench.records.model import Cell, Identity, WorkloadInfo
from implementations import registry

FORMS = {"scratch": "from scratch", "high_level": "high-level"}


def framework_titles(names: Iterable[str]) -> dict[str, str]:
    """Return the title of every framework; its name where it is not known here."""
    references = registry.references()
    return {name: _title(name, references.get(name)) for name in dict.fromkeys(names)}


def _title(name: str, reference: str | None) -> str:
    if reference is None:
        return name
    try:
        return registry.load(reference).title
    except registry.BrokenFramework:
        # A plug-in that is broken here must not keep the record from being shown.
        return name


def cell_labels(cells: Sequence[Cell], titles: Mapping[str, str]) -> dict[Identity, str]:
    """Return a label for each cell: title, form, and what else tells it from the others."""

    def label(identity: Identity, distinguishing: str) -> str:
        short = f"{identity.framework} {identity.form.replace('_', '-')}"
        rest = distinguishing.removeprefix(short)
        return f"{titles[identity.framework]} {FORMS[identity.form]}{rest}"

    return {
        identity: label(identity, distinguishing)
        for identity, distinguishing in distinguishing_labels(cells).items()
    }


def short_title(info: WorkloadInfo) -> str:
    """Return a workload's title without what a comma sets off, to stand within a sentence."""
    return info.title.partition(",")[0]
