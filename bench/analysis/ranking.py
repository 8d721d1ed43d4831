"""The cells of a record in order: those that can be compared, fastest first, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.records.model import Cell, Identity, Record, Summary


@dataclass(frozen=True)
class Ranked:
    """A cell with its place.

    Attributes
    ----------
    rank : int
        From 1, within the workload.
    times_fastest : float
        Its median epoch over that of the fastest cell.
    """

    rank: int
    cell: Cell
    summary: Summary
    times_fastest: float


@dataclass(frozen=True)
class Ranking:
    """The cells of one workload."""

    workload: str
    ranked: tuple[Ranked, ...]
    unranked: tuple[Cell, ...]


def rank(cells: Sequence[Cell]) -> tuple[Ranked, ...]:
    """Return the cells that are ``ok`` by their median epoch, fastest first."""
    measured = [(cell, cell.summary) for cell in cells if cell.status == "ok" and cell.summary]
    measured.sort(key=lambda pair: pair[1].epoch_seconds.median)
    return tuple(
        Ranked(
            place,
            cell,
            summary,
            summary.epoch_seconds.median / measured[0][1].epoch_seconds.median,
        )
        for place, (cell, summary) in enumerate(measured, start=1)
    )


def rankings(record: Record) -> tuple[Ranking, ...]:
    """Return one ranking for each workload of the record, in the order of its cells."""
    names = dict.fromkeys(cell.identity.workload for cell in record.cells)
    return tuple(
        Ranking(
            name,
            rank([cell for cell in record.cells if cell.identity.workload == name]),
            tuple(
                cell
                for cell in record.cells
                if cell.identity.workload == name and cell.status != "ok"
            ),
        )
        for name in names
    )


def distinguishing_labels(cells: Sequence[Cell]) -> dict[Identity, str]:
    """Return a label for each cell that names just what tells it from the others.

    Framework and form always; version, device, threads and batch size where the cells differ.
    """
    identities = [cell.identity for cell in cells]
    several_versions = any(
        one.framework == other.framework and one.framework_version != other.framework_version
        for one in identities
        for other in identities
    )

    def label(identity: Identity) -> str:
        parts = [identity.framework, identity.form.replace("_", "-")]
        if several_versions:
            parts.append(identity.framework_version)
        if len({one.device for one in identities}) > 1:
            parts.append(identity.device)
        if len({one.threads for one in identities}) > 1:
            parts.append(f"{identity.threads} threads")
        if len({one.batch_size for one in identities}) > 1:
            parts.append(f"batch {identity.batch_size}")
        return " ".join(parts)

    return {identity: label(identity) for identity in identities}
