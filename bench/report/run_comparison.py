"""Several runs beside each other: what is faster, slower or gone since the first of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.between_runs import Change
from bench.analysis.memory import memory_differences
from bench.analysis.runs import Against, Matched, WorkloadRuns, compare_runs
from bench.analysis.verdicts import Verdict
from bench.records import axes
from bench.records.axes import Titles
from bench.records.model import Cell, Identity, Record, RunStatus, Summary, WorkloadInfo
from bench.report import comparing
from bench.report.comparing import SIGNS, Sign
from bench.report.peaks import difference_words
from bench.report.provenance import commit_words, machine_words, moment_words
from bench.report.run_certainty import certainty
from bench.report.run_verdict import Labelled, run_verdict
from bench.report.wording import listing, ratio_interval

# A difference in accuracy that two decimals of a percentage would not show.
SAME_ACCURACY = 5e-5
_MEMORY_SIGNS: dict[Verdict, Sign] = {
    "slower": Sign(SIGNS["slower"].symbol, "more"),
    "faster": Sign(SIGNS["faster"].symbol, "less"),
}
_UNFINISHED: dict[RunStatus, str] = {
    "complete": "",
    "interrupted": "it was interrupted",
    "running": "it has not ended, or it was stopped without notice",
}


@dataclass(frozen=True)
class Run:
    """One of the runs.

    Attributes
    ----------
    anchor : str
        The id of its section on the page.
    warning : str
        Why its figures may differ from the first run's for another reason than the frameworks.
    """

    number: int
    anchor: str
    created: str
    commit: str
    blocks: int
    warning: str


@dataclass(frozen=True)
class MemoryFinding:
    """What became of a cell's peak memory, in words.

    Attributes
    ----------
    kinds : str
        What kinds of memory a change is made of; empty where there is none, or records do not tell.
    """

    verdict: Verdict
    sign: Sign
    ratio: str
    interval: str
    kinds: str


@dataclass(frozen=True)
class Finding:
    """What became of a cell since the first run, in words.

    Attributes
    ----------
    ratio, interval : str
        Its epoch over the first run's; empty where that cannot be said.
    raw : str
        The same by the clock alone; empty where probes corrected nothing.
    memory : MemoryFinding or None
    quality : str
        What became of what it predicts.
    """

    verdict: Verdict
    sign: Sign
    ratio: str
    interval: str
    raw: str
    memory: MemoryFinding | None
    quality: str


@dataclass(frozen=True)
class Entry:
    """A cell in one run.

    Attributes
    ----------
    summary : Summary or None
        None where the cell is not ranked.
    version : str
        The framework's, where the runs differ in it.
    finding : Finding or None
        None for the first run, and where one of the two is not ranked.
    """

    cell: Cell
    summary: Summary | None
    version: str
    finding: Finding | None


@dataclass(frozen=True)
class Row:
    """A cell in all runs.

    Attributes
    ----------
    identity : Identity
        In the first run that has it.
    entries : tuple of Entry or None
        One for each run; None where the run does not have the cell.
    """

    identity: Identity
    label: str
    entries: tuple[Entry | None, ...]


@dataclass(frozen=True)
class Table:
    """A workload in all runs.

    Attributes
    ----------
    verdicts : tuple of str
        For each run after the first, what became of the cells.
    certainty : tuple of tuple of str
        For each run after the first, what its verdicts rest on, and whether the two agree.
    warnings : tuple of str
        Which runs had another problem to train on.
    """

    anchor: str
    info: WorkloadInfo
    verdicts: tuple[str, ...]
    certainty: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class RunComparison:
    """What stands before the sections of the runs.

    Attributes
    ----------
    alone : tuple of str
        Sentences on workloads that only one run has.
    """

    runs: tuple[Run, ...]
    tables: tuple[Table, ...]
    alone: tuple[str, ...]


def run_comparison(
    records: Sequence[Record], titles: Titles, earlier: Sequence[Record] = ()
) -> RunComparison | None:
    """Compare every record with the first; None where there is nothing to compare.

    Parameters
    ----------
    earlier : sequence of Record
        Others, which may tell how far runs of the same machine lie apart.
    """
    if len(records) < 2:
        return None
    workloads = compare_runs(records, earlier)
    return RunComparison(
        tuple(_run(number, record, records[0]) for number, record in enumerate(records, start=1)),
        tuple(
            _table(f"comparison-{number}", workload, titles)
            for number, workload in enumerate(workloads, start=1)
        ),
        _alone(records, {workload.info.name for workload in workloads}),
    )


def _run(number: int, record: Record, first: Record) -> Run:
    warnings = [_UNFINISHED[record.status]]
    if record.machine.fingerprint != first.machine.fingerprint:
        warnings.append(
            f"it was measured on another machine ({machine_words(record.machine)}), so that its "
            "ratios compare the machines as well"
        )
    return Run(
        number,
        f"run-{number}",
        moment_words(record.created),
        commit_words(record.commit),
        record.blocks,
        "; ".join(filter(None, warnings)),
    )


def _alone(records: Sequence[Record], compared: Iterable[str]) -> tuple[str, ...]:
    titles = [
        list(dict.fromkeys(info.title for info in record.workloads if info.name not in compared))
        for record in records
    ]
    return tuple(
        f"Run {number} alone has {listing(found)}."
        for number, found in enumerate(titles, start=1)
        if found
    )


def _table(anchor: str, workload: WorkloadRuns, titles: Titles) -> Table:
    labels = axes.labels((one.identity for one in workload.matched), titles)
    cells = [Labelled(labels[one.identity], one) for one in workload.matched]
    later = [(number, one) for number, one in enumerate(workload.against, start=1) if one]
    return Table(
        anchor,
        workload.info,
        tuple(run_verdict(number, cells, against.time) for number, against in later),
        tuple(certainty(number, cells, against) for number, against in later),
        tuple(
            f"Run {number} differs from run 1 in {listing(list(found))}, so that its cells are not "
            "comparable."
            for number, found in enumerate(workload.differences, start=1)
            if found
        ),
        tuple(_row(one.label, one.matched, workload.against) for one in cells),
    )


def _row(label: str, matched: Matched, against: Sequence[Against | None]) -> Row:
    present = [cell for cell in matched.cells if cell]
    several = len({cell.identity.framework_version for cell in present}) > 1
    first = matched.cells[0]

    def entry(number: int, cell: Cell) -> Entry:
        change, whole = matched.changes[number], against[number]
        finding = None
        if change and whole and first and _ranked(first) and _ranked(cell):
            raw = whole.time.raw.get(matched.identity)
            memory = _memory(matched.memory_changes[number], first, cell)
            finding = _finding(change, raw, memory, (_ranked(first), _ranked(cell)))
        version = cell.identity.framework_version if several else ""
        return Entry(cell, _ranked(cell), version, finding)

    return Row(
        present[0].identity,
        label,
        tuple(entry(number, cell) if cell else None for number, cell in enumerate(matched.cells)),
    )


def _ranked(cell: Cell) -> Summary | None:
    return cell.summary if cell.status == "ok" else None


def _finding(
    change: Change,
    raw: Change | None,
    memory: MemoryFinding | None,
    summaries: tuple[Summary | None, Summary | None],
) -> Finding:
    if math.isnan(change.ratio):
        return Finding(change.verdict, SIGNS[change.verdict], "", "", "", None, "")
    return Finding(
        change.verdict,
        SIGNS[change.verdict],
        comparing.ratio(change.ratio),
        _interval(change),
        f"raw {comparing.ratio(raw.ratio)} {_interval(raw)}".strip() if raw else "",
        memory,
        _quality(*summaries),
    )


def _memory(change: Change | None, first: Cell, later: Cell) -> MemoryFinding | None:
    if change is None or math.isnan(change.ratio):
        return None
    told = change.verdict in _MEMORY_SIGNS
    differences = memory_differences(first, later) if told else ()
    largest = max(differences, key=lambda found: abs(found.bytes), default=None)
    return MemoryFinding(
        change.verdict,
        _MEMORY_SIGNS.get(change.verdict, SIGNS[change.verdict]),
        comparing.ratio(change.ratio),
        _interval(change),
        difference_words(largest) if largest else "",
    )


def _interval(change: Change) -> str:
    return "" if math.isinf(change.high) else ratio_interval(change.low, change.high)


def _quality(first: Summary | None, later: Summary | None) -> str:
    """Return what became of the accuracy, in percentage points, or of the error, as a ratio."""
    if first is None or later is None:
        return ""
    if first.test_accuracy is not None and later.test_accuracy is not None:
        difference = later.test_accuracy - first.test_accuracy
        if abs(difference) < SAME_ACCURACY:
            return "same accuracy"
        sign = "+" if difference > 0 else "\N{MINUS SIGN}"
        return f"accuracy {sign}{abs(difference) * 100:.2f} points"
    error, later_error = first.test_mean_squared_error, later.test_mean_squared_error
    return f"error {comparing.ratio(later_error / error)}" if error and later_error else ""
