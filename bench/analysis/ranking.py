"""The cells of a record in order: those that can be compared, fastest first, then the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.analysis.comparison import (
    INCOMPARABLE,
    Comparison,
    Comparisons,
    compare_cells,
    paired_observations,
)
from bench.analysis.questions import floor_of
from bench.analysis.verdicts import Verdict
from bench.records import axes
from bench.records.model import Cell, Identity, Record, Summary


@dataclass(frozen=True)
class Ranked:
    """A cell with its place within the workload.

    Attributes
    ----------
    position : int
        From 1; no two cells of a workload have the same.
    rank : int
        From 1, among the cells of the same batch size, which alone can be compared. Cells share a
        rank where none of them is told to be slower than another of them.
    shared : bool
        Whether another cell has the same rank.
    leads : bool
        Whether it is the first of its batch size; others may share its rank.
    times_fastest : float
        Its epoch over that of the first cell of its batch size, paired by block.
    against_best : Comparison
        Against the best of the other cells of its batch size: ``slower`` if it is told to be slower
        than any of them, ``faster`` if all of them are told to be slower.
    raw_against_best : Comparison
        The same by the clock alone, without what probes corrected.
    comparisons : Comparisons
        Of all cells of the workload.
    """

    position: int
    rank: int
    shared: bool
    leads: bool
    cell: Cell
    summary: Summary
    times_fastest: float
    against_best: Comparison
    raw_against_best: Comparison
    comparisons: Comparisons[Identity]

    def against(self, baseline: Ranked) -> Comparison:
        """Return this cell compared with another of its workload."""
        return self.comparisons.between(baseline.cell.identity, self.cell.identity)

    @property
    def may_be_fastest(self) -> bool:
        """Whether no cell of its batch size is told to be faster."""
        return self.rank == 1


@dataclass(frozen=True)
class Ranking:
    """The cells of one workload.

    Attributes
    ----------
    floor : Cell or None
        The one that does nothing; it has no rank.
    """

    workload: str
    ranked: tuple[Ranked, ...]
    unranked: tuple[Cell, ...]
    floor: Cell | None


def rank(cells: Sequence[Cell], looks: Sequence[int] = ()) -> tuple[Ranked, ...]:
    """Return the cells that are ``ok``, fastest first, cells of one batch size together.

    Everything follows from one comparison of all pairs, :func:`bench.analysis.comparison.
    compare_all`, and each cell's from its comparison with the best of the others (J. C. Hsu,
    Annals of Statistics 12, 1984, 1136-1144). Rank 1 have the cells that may be the fastest: all
    that are not told to be slower than any other. The next rank is given likewise among the rest,
    and ranks count on as in sports: 1, 1, 3. Within a rank cells stand by their effects, see
    :func:`_effects`.

    Parameters
    ----------
    looks : sequence of int
        After how many blocks the run was looked at; see
        :func:`bench.analysis.comparison.compare_controlled`.
    """
    contenders = [cell for cell in cells if cell.role == "contender" and cell.status == "ok"]
    measured = {cell.identity: cell for cell in contenders if cell.summary}
    comparisons = compare_cells(tuple(measured.values()), looks)
    effects = _effects(comparisons, tuple(measured.values()))
    groups = sorted(
        (in_order(group, comparisons, effects) for group in comparable_groups(tuple(measured))),
        key=lambda group: effects[group[0][0]],
    )
    places = [
        (identity, place, group, raw)
        for group in groups
        for raw in (in_order([one for one, _ in group], comparisons.raw, effects),)
        for identity, place in group
    ]
    return tuple(
        _ranked(position, measured[identity], place, group, raw, comparisons, effects)
        for position, (identity, place, group, raw) in enumerate(places, start=1)
    )


_Group = Sequence[tuple[Identity, int]]


def _ranked(
    position: int,
    cell: Cell,
    place: int,
    group: _Group,
    raw: _Group,
    comparisons: Comparisons[Identity],
    effects: Mapping[Identity, float],
) -> Ranked:
    """Return a cell with its place.

    Parameters
    ----------
    group, raw : sequence of (Identity, int)
        The cells of its batch size with their ranks; the second by the clock alone.
    """
    first, identity = group[0][0], cell.identity
    assert cell.summary is not None
    ratio = comparisons.between(first, identity).ratio
    if identity == first:
        ratio = 1.0
    elif math.isnan(ratio):
        ratio = math.exp(effects[identity] - effects[first])
    return Ranked(
        position,
        place,
        sum(other == place for _, other in group) > 1,
        identity == first,
        cell,
        cell.summary,
        ratio,
        against_best(identity, group, comparisons),
        against_best(identity, raw, comparisons.raw),
        comparisons,
    )


def comparable_groups(identities: Sequence[Identity]) -> list[list[Identity]]:
    """Return the cells of each batch size."""
    groups: list[list[Identity]] = []
    for identity in identities:
        group = next((one for one in groups if axes.comparable(one[0], identity)), None)
        if group is None:
            groups.append([identity])
        else:
            group.append(identity)
    return groups


def in_order(
    group: Sequence[Identity], comparisons: Comparisons[Identity], effects: Mapping[Identity, float]
) -> list[tuple[Identity, int]]:
    """Return comparable cells in order, each with its rank."""
    left, placed = list(group), list[tuple[Identity, int]]()
    while left:
        # Where some cells lack blocks, each might be slower than another of them.
        level = comparisons.unbeaten(left) or tuple(left)
        place = len(placed) + 1
        placed += [(one, place) for one in sorted(level, key=lambda one: effects[one])]
        left = [one for one in left if one not in level]
    return placed


def against_best(
    identity: Identity, group: _Group, comparisons: Comparisons[Identity]
) -> Comparison:
    """Return a cell against the best of the others, `group` being all with their ranks.

    Over the best of them is the largest of its ratios to each, and so is the lower end of its
    interval. Which of them is the best is not known, but that it has rank 1 is: the upper end is
    the largest over these. It is level with the best if it is with all that may be the fastest;
    where that is open, the pair that takes longest says what it takes.
    """
    ranks = {other: place for other, place in group if other != identity}
    others = {other: comparisons.between(other, identity) for other in ranks}
    if not others:
        return INCOMPARABLE
    best = max(others.values(), key=lambda one: -math.inf if math.isnan(one.ratio) else one.ratio)
    rivals = [one for other, one in others.items() if ranks[other] == 1]
    verdict: Verdict = "inconclusive"
    open_ones: list[Comparison] = []
    if any(one.verdict == "slower" for one in others.values()):
        verdict = "slower"
    elif not rivals:
        verdict = "faster"
    elif all(one.verdict == "same" for one in rivals):
        verdict = "same"
    else:
        open_ones = [one for one in rivals if one.verdict == "inconclusive"]
    return Comparison(
        verdict,
        best.ratio,
        max(one.low for one in others.values()),
        max(one.high for one in rivals or others.values()),
        best.blocks,
        partial(_most_needed, open_ones),
    )


def _most_needed(comparisons: Sequence[Comparison]) -> int | None:
    """Return at how many blocks the last of open comparisons can expect its verdict, if any."""
    wanted = [one.blocks_needed for one in comparisons]
    return None if None in wanted else max(filter(None, wanted), default=None)


def _effects(comparisons: Comparisons[Identity], cells: Sequence[Cell]) -> dict[Identity, float]:
    """Return the logarithm of each cell's epoch in seconds, free of what its blocks have in common.

    The effects of a two-way layout, cells and blocks, by least squares (F. Yates, Empire Journal of
    Experimental Agriculture 1, 1933, 129-142): where a cell lacks a trial, it is not the worse or
    the better for the hour in which the others were measured. Of whole blocks they are the means
    of the logarithms.
    """
    control = comparisons.control
    epochs, _ = paired_observations({cell.identity: cell for cell in cells})
    found = [
        (identity, control.corrected(identity, times) if control else times)
        for identity, times in epochs.items()
    ]
    blocks = sorted({block for _, times in found for block in times})
    place = {block: len(found) + number for number, block in enumerate(blocks)}
    entries = [
        (number, place[block], math.log(seconds))
        for number, (_, times) in enumerate(found)
        for block, seconds in sorted(times.items())
    ]
    design = np.zeros((len(entries), len(found) + len(blocks)))
    for row, (cell, block, _) in enumerate(entries):
        design[row, cell] = design[row, block] = 1
    # Of all that fit alike the one with the smallest effects, which leaves a mean to both.
    solved = np.linalg.lstsq(design, np.array([log for *_, log in entries]), rcond=None)[0]
    mean_of_blocks = float(solved[len(found) :].mean()) if blocks else 0.0
    return {
        identity: round(float(effect) + mean_of_blocks, 12)
        for (identity, _), effect in zip(found, solved)
    }


def looks_of(record: Record) -> tuple[int, ...]:
    """Return after how many blocks a run was looked at, what it holds since the last included."""
    if not record.looks or record.looks[-1] == record.blocks:
        return record.looks
    return (*record.looks, record.blocks)


def rankings(record: Record) -> tuple[Ranking, ...]:
    """Return one ranking for each workload of the record, in the order of its cells."""
    names = dict.fromkeys(cell.identity.workload for cell in record.cells)
    return tuple(
        Ranking(
            name,
            rank(
                [cell for cell in record.cells if cell.identity.workload == name], looks_of(record)
            ),
            tuple(
                cell
                for cell in record.cells
                if cell.identity.workload == name
                and cell.status != "ok"
                and cell.role == "contender"
            ),
            floor_of(record, name),
        )
        for name in names
    )
