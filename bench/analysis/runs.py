"""What changed from one run to another? Cells are matched, and compared without pairing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from bench.analysis.comparison import (
    MINIMUM_BLOCKS,
    MISS_SIGNIFICANCE,
    NOISE_BAND,
    NOT_TO_MISS,
    SIGNIFICANCE,
    Verdict,
    observations,
)
from bench.analysis.statistics import CONFIDENCE, welch
from bench.records.model import Cell, Identity, Record, WorkloadInfo

RESAMPLES = 10_000
BOOTSTRAP_SEED = 0


@dataclass(frozen=True)
class Change:
    """What became of a cell's epoch from the first run to a later one.

    Attributes
    ----------
    ratio, low, high : float
        Median epoch of the later run over that of the first, and its 95 % interval. Where a run
        has a single trial the interval reaches from 0 to infinity; the ratio is NaN where the two
        cannot be compared.
    """

    verdict: Verdict
    ratio: float
    low: float
    high: float


INCOMPARABLE = Change("incomparable", math.nan, 0.0, math.inf)


@dataclass(frozen=True)
class Matched:
    """The same cell in several runs.

    Attributes
    ----------
    identity : Identity
        What the runs have in common: without version and variant, unless some run holds several
        of the framework.
    cells : tuple of Cell or None
        One for each run; None where a run does not have it.
    changes : tuple of Change or None
        Against the first run; None for that one itself, and where either does not have the cell.
    """

    identity: Identity
    cells: tuple[Cell | None, ...]
    changes: tuple[Change | None, ...]


@dataclass(frozen=True)
class WorkloadRuns:
    """A workload in several runs.

    Attributes
    ----------
    info : WorkloadInfo
        Of the first run that has it.
    matched : tuple of Matched
        By median epoch in the first run that measured them; cells that none did are last.
    differences : tuple of tuple of str
        For each run, in what its problem is not that of the first run; see :func:`differences`.
    """

    info: WorkloadInfo
    matched: tuple[Matched, ...]
    differences: tuple[tuple[str, ...], ...]


def compare_runs(records: Sequence[Record]) -> tuple[WorkloadRuns, ...]:
    """Compare every workload that at least two of the runs have, in the order of the runs."""
    runs_with = Counter(name for record in records for name in {i.name for i in record.workloads})
    infos = {info.name: info for record in reversed(records) for info in reversed(record.workloads)}
    names = dict.fromkeys(info.name for record in records for info in record.workloads)
    return tuple(
        WorkloadRuns(
            infos[name],
            _matched(records, name),
            tuple(_differences(records[0], record, name) for record in records),
        )
        for name in names
        if runs_with[name] > 1
    )


def differences(one: WorkloadInfo, other: WorkloadInfo) -> tuple[str, ...]:
    """Return in what two problems of the same name and batch size differ."""
    differing = {
        "the data or the initial parameters": one.checksum != other.checksum,
        "the number of epochs": one.epochs != other.epochs,
        "the learning rate": one.learning_rate != other.learning_rate,
        # Of another number of epochs it is another one anyway.
        "the order of examples": one.epochs == other.epochs
        and one.order_sha256 != other.order_sha256,
    }
    return tuple(name for name, differs in differing.items() if differs)


def compare(baseline: Sequence[float], candidate: Sequence[float]) -> Change:
    """Compare two cells by the observations of their trials, which are independent.

    The interval of the ratio of medians is a percentile bootstrap: both samples are drawn anew,
    each by itself, from a fixed seed (Efron & Tibshirani, An Introduction to the Bootstrap, 1993,
    section 13.3). A verdict takes two gates, as within a run:

    - ``faster`` or ``slower``: the interval lies outside the noise band of 1 %, and p < 0.004 in
      Welch's t-test of the logarithms (B. L. Welch, Biometrika 34, 1947, 28-35); the bootstrap of
      a handful of trials alone is too narrow to be trusted;
    - ``same``: the interval lies inside the band, and by the same t-distribution a true difference
      of 5 % would look like this less than once in 100,000 times.

    Everything else, and anything from fewer than 3 trials of either, is ``inconclusive``.
    """
    ratio = float(np.median(candidate) / np.median(baseline))
    if min(len(baseline), len(candidate)) < 2:
        return Change("inconclusive", ratio, 0.0, math.inf)
    low, high = _interval(baseline, candidate)
    low, high = min(low, ratio), max(high, ratio)
    return Change(_verdict((math.log(low), math.log(high)), baseline, candidate), ratio, low, high)


def _matched(records: Sequence[Record], workload: str) -> tuple[Matched, ...]:
    """Return the cells of a workload, each with what it was in every run.

    What an upgrade does is the question, so versions do not tell cells apart; but where some run
    holds the same cell in several versions, those of that framework do.
    """
    runs = [
        [
            cell
            for cell in record.cells
            if cell.role == "contender" and cell.identity.workload == workload
        ]
        for record in records
    ]
    several = {
        identity.framework
        for cells in runs
        for identity, found in Counter(_without_version(cell.identity) for cell in cells).items()
        if found > 1
    }

    def key(cell: Cell) -> Identity:
        if cell.identity.framework in several:
            return cell.identity
        return _without_version(cell.identity)

    by_key = [{key(cell): cell for cell in cells} for cells in runs]
    rows = [
        (identity, tuple(cells.get(identity) for cells in by_key))
        for identity in dict.fromkeys(identity for cells in by_key for identity in cells)
    ]
    rows.sort(key=lambda row: _first_median(row[1]))
    return tuple(Matched(identity, cells, _changes(records, cells)) for identity, cells in rows)


def _without_version(identity: Identity) -> Identity:
    return replace(identity, framework_version="", variant="")


def _first_median(cells: Sequence[Cell | None]) -> float:
    """Return the median epoch of the first run that can be ranked."""
    medians = (
        cell.summary.epoch_seconds.median
        for cell in cells
        if cell and cell.status == "ok" and cell.summary
    )
    return next(medians, math.inf)


def _changes(records: Sequence[Record], cells: Sequence[Cell | None]) -> tuple[Change | None, ...]:
    first = cells[0]

    def change(record: Record, cell: Cell | None) -> Change | None:
        if cell is None or first is None:
            return None
        ok = all(one.status == "ok" and one.trials for one in (first, cell))
        one, other = _info(records[0], first), _info(record, cell)
        if not ok or differences(one, other):
            return INCOMPARABLE
        return compare(tuple(observations(first).values()), tuple(observations(cell).values()))

    later = (change(record, cell) for record, cell in zip(records[1:], cells[1:]))
    return (None, *later)


def _info(record: Record, cell: Cell) -> WorkloadInfo:
    """Return the problem that a cell of a record was given."""
    wanted = (cell.identity.workload, cell.identity.batch_size)
    return next(info for info in record.workloads if (info.name, info.batch_size) == wanted)


def _differences(first: Record, record: Record, workload: str) -> tuple[str, ...]:
    """Return in what a run's problems differ from those of the same batch size in the first."""
    found = (
        name
        for one in first.workloads
        for other in record.workloads
        if one.name == other.name == workload and one.batch_size == other.batch_size
        for name in differences(one, other)
    )
    return tuple(dict.fromkeys(found))


def _interval(baseline: Sequence[float], candidate: Sequence[float]) -> tuple[float, float]:
    """Return the bootstrap interval of the ratio of medians."""

    def ratio(
        one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], axis: int
    ) -> npt.NDArray[np.float64]:
        return np.asarray(np.median(other, axis=axis) / np.median(one, axis=axis))

    found = stats.bootstrap(
        (np.asarray(baseline), np.asarray(candidate)),
        ratio,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(BOOTSTRAP_SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def _verdict(
    interval: tuple[float, float], baseline: Sequence[float], candidate: Sequence[float]
) -> Verdict:
    """Return the verdict on two samples, the interval of whose logarithms' ratio is given."""
    if min(len(baseline), len(candidate)) < MINIMUM_BLOCKS:
        return "inconclusive"
    low, high = interval
    mean, error, freedom = welch(np.log(baseline), np.log(candidate))
    if -NOISE_BAND <= low and high <= NOISE_BAND:
        reach = float(special.stdtrit(freedom, 1 - MISS_SIGNIFICANCE)) * error
        return "same" if abs(mean) + reach <= NOT_TO_MISS else "inconclusive"
    p_value = 2 * float(special.stdtr(freedom, -abs(mean) / error)) if error else 0.0
    if p_value < SIGNIFICANCE and low > NOISE_BAND and mean > 0:
        return "slower"
    if p_value < SIGNIFICANCE and high < -NOISE_BAND and mean < 0:
        return "faster"
    return "inconclusive"
