"""What changed from one run to another? Cells are matched, then compared run by run."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.analysis.agreement import Agreement, agreement
from bench.analysis.between_runs import (
    INCOMPARABLE,
    Change,
    Changes,
    Sample,
    compare_samples,
)
from bench.analysis.comparison import log_probes, observations
from bench.analysis.control import Slope, common_slope
from bench.analysis.memory import memory_differences, memory_observations
from bench.analysis.ranking import Ranked, rankings
from bench.analysis.run_spread import RunSpread, run_spread
from bench.records.model import Cell, Identity, Record, WorkloadInfo


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
    changes, memory_changes : tuple of Change or None
        Of the epoch and of the peak memory, against the first run; None for that one itself, and
        where either does not have the cell.
    """

    identity: Identity
    cells: tuple[Cell | None, ...]
    changes: tuple[Change | None, ...]
    memory_changes: tuple[Change | None, ...]


@dataclass(frozen=True)
class Against:
    """A later run against the first, as a whole.

    Attributes
    ----------
    time, memory : Changes
        Of the cells that can be compared.
    agreement : Agreement
        Of the verdicts that the two runs give within themselves.
    """

    time: Changes[Identity]
    memory: Changes[Identity]
    agreement: Agreement[Identity]


@dataclass(frozen=True)
class WorkloadRuns:
    """A workload in several runs.

    Attributes
    ----------
    info : WorkloadInfo
        Of the first run that has it.
    matched : tuple of Matched
        By median epoch in the first run that measured them; cells that none did are last.
    against : tuple of Against or None
        One for each run; None for the first.
    differences : tuple of tuple of str
        For each run, in what its problem is not that of the first run; see :func:`differences`.
    """

    info: WorkloadInfo
    matched: tuple[Matched, ...]
    against: tuple[Against | None, ...]
    differences: tuple[tuple[str, ...], ...]


# Of peak memory. The same packages took up to 15 % more after the import in another run, because
# of how their files had come into the page cache; since libraries are brought there in one way, and
# records tell kinds of memory, they differ by less than 1 % (docs/method.md, Memory).
UNKNOWN_MEMORY_SPREAD = RunSpread(0.06, math.inf)
MEMORY_SPREAD = RunSpread(0.01, math.inf)


def compare_runs(
    records: Sequence[Record], earlier: Sequence[Record] = ()
) -> tuple[WorkloadRuns, ...]:
    """Compare every workload that at least two of the runs have, in the order of the runs.

    Parameters
    ----------
    earlier : sequence of Record
        Others, which may tell how far runs of the same machine lie apart. Of the records those that
        are not compared at the moment serve as well.
    """
    runs_with = Counter(name for record in records for name in {i.name for i in record.workloads})
    infos = {info.name: info for record in reversed(records) for info in reversed(record.workloads)}
    names = dict.fromkeys(info.name for record in records for info in record.workloads)
    ranked = [_by_workload(record) for record in records]
    return tuple(
        WorkloadRuns(
            infos[name],
            *_compared(records, earlier, name, [found.get(name, {}) for found in ranked]),
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


@dataclass(frozen=True)
class _Row:
    """A cell in every run."""

    identity: Identity
    cells: tuple[Cell | None, ...]


def _compared(
    records: Sequence[Record],
    earlier: Sequence[Record],
    workload: str,
    ranked: Sequence[Mapping[Identity, Ranked]],
) -> tuple[tuple[Matched, ...], tuple[Against | None, ...]]:
    """Return a workload's cells, each with what became of it, and the runs as a whole."""
    rows = _rows(records, workload)
    against = (
        None,
        *(_against(records, earlier, rows, ranked, number) for number in range(1, len(records))),
    )
    matched = tuple(
        Matched(
            row.identity,
            row.cells,
            tuple(_change(row, n, one.time if one else None) for n, one in enumerate(against)),
            tuple(_change(row, n, one.memory if one else None) for n, one in enumerate(against)),
        )
        for row in rows
    )
    return matched, against


def _rows(records: Sequence[Record], workload: str) -> list[_Row]:
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
        _Row(identity, tuple(cells.get(identity) for cells in by_key))
        for identity in dict.fromkeys(identity for cells in by_key for identity in cells)
    ]
    return sorted(rows, key=lambda row: _first_median(row.cells))


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


def _by_workload(record: Record) -> dict[str, dict[Identity, Ranked]]:
    """Return the ranked cells of each workload by identity."""
    return {
        ranking.workload: {ranked.cell.identity: ranked for ranked in ranking.ranked}
        for ranking in rankings(record)
    }


def _change(row: _Row, number: int, changes: Changes[Identity] | None) -> Change | None:
    """Return what became of a cell in a run."""
    if changes is None or row.cells[0] is None or row.cells[number] is None:
        return None
    return changes.found.get(row.identity, INCOMPARABLE)


def _against(
    records: Sequence[Record],
    earlier: Sequence[Record],
    rows: Sequence[_Row],
    ranked: Sequence[Mapping[Identity, Ranked]],
    number: int,
) -> Against:
    """Compare the run with this number, from 0, with the first."""
    pairs = {
        row.identity: (first, later)
        for row in rows
        for first, later in ((row.cells[0], row.cells[number]),)
        if first and later and _comparable((records[0], first), (records[number], later))
    }
    slope = _slope(records[0], records[number], ranked[0], ranked[number])
    spread = _spread(
        _others(records, earlier, number),
        records[number],
        [later for _, later in pairs.values()],
        slope,
    )
    kinds_known = all(memory_differences(*cells) for cells in pairs.values())
    return Against(
        compare_samples(_both(_times, pairs), spread, slope),
        compare_samples(
            _both(_memory, pairs), MEMORY_SPREAD if kinds_known else UNKNOWN_MEMORY_SPREAD
        ),
        agreement(
            {key: ranked[0][first.identity] for key, (first, _) in pairs.items()},
            {key: ranked[number][later.identity] for key, (_, later) in pairs.items()},
        ),
    )


def _both(
    sample: Callable[[Cell], Sample], pairs: Mapping[Identity, tuple[Cell, Cell]]
) -> dict[Identity, tuple[Sample, Sample]]:
    return {key: (sample(first), sample(later)) for key, (first, later) in pairs.items()}


def _others(
    records: Sequence[Record], earlier: Sequence[Record], number: int
) -> tuple[Record, ...]:
    """Return the runs of the same machine besides the two that are compared."""
    later = records[number]
    compared = {records[0].run_id, later.run_id}
    by_id = {record.run_id: record for record in (*records, *earlier)}
    return tuple(
        record
        for run_id, record in by_id.items()
        if run_id not in compared and record.machine.fingerprint == later.machine.fingerprint
    )


def _comparable(one: tuple[Record, Cell], other: tuple[Record, Cell]) -> bool:
    """Return whether two cells were measured whole, on the same problem."""
    ok = all(cell.status == "ok" and cell.trials for _, cell in (one, other))
    return ok and not differences(_info(*one), _info(*other))


def _times(cell: Cell) -> Sample:
    probes = log_probes(cell)
    values = observations(cell)
    return Sample(values, probes if probes.keys() >= values.keys() else {})


def _memory(cell: Cell) -> Sample:
    return Sample(memory_observations(cell), {})


def _slope(
    one: Record,
    other: Record,
    ranked: Mapping[Identity, Ranked],
    other_ranked: Mapping[Identity, Ranked],
) -> Slope | None:
    """Return by how much epochs rise with probes in two runs; None where probes do not correct.

    Probes of another version of the harness may be another piece of work.
    """
    if one.harness_version != other.harness_version:
        return None
    first = [next(iter(found.values()), None) for found in (ranked, other_ranked)]
    return common_slope([found.comparisons.control if found else None for found in first])


def _spread(
    others: Sequence[Record], later: Record, cells: Sequence[Cell], slope: Slope | None
) -> RunSpread:
    """Return how far runs lie apart, by other runs of exactly the later run's cells."""
    means = []
    runs = set()
    for cell in cells:
        found = []
        for record in others:
            for same in record.cells:
                if same.identity == cell.identity and _comparable((later, cell), (record, same)):
                    sample = _times(same)
                    if slope is None or sample.probes:
                        found.append(statistics.fmean(sample.corrected(slope)))
                        runs.add(record.run_id)
        means.append(found)
    return run_spread(means, len(runs))


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
