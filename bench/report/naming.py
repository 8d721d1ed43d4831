"""What workloads and frameworks are called; a record holds only short names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.records.axes import Titles
from bench.records.masking import masked
from bench.records.model import Record, WorkloadInfo
from implementations import registry


def titles(records: Sequence[Record]) -> Titles:
    """Return what the workloads and frameworks of these records are called."""
    return Titles(
        {info.name: info.title for record in records for info in record.workloads},
        framework_titles(cell.identity.framework for record in records for cell in record.cells),
    )


def framework_titles(names: Iterable[str]) -> dict[str, str]:
    """Return the title of every framework; its name where it is not known here."""
    references = registry.references()
    return {name: _title(name, references.get(name)) for name in dict.fromkeys(names)}


def _title(name: str, reference: str | None) -> str:
    if reference is None:
        return name
    try:
        return masked(registry.load(reference).title)
    except registry.BrokenFramework:
        # A plug-in that is broken here must not keep the record from being shown.
        return name


def short_title(info: WorkloadInfo) -> str:
    """Return a workload's title without what a comma sets off, to stand within a sentence."""
    return info.title.partition(",")[0]
