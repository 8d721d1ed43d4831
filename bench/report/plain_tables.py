"""The report's tables as plain text in columns, for Markdown and notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.statistics import steady_epoch_seconds
from bench.records.model import Cell, CellParity, Identity, Profile, Summary, Trial
from bench.records.printable import printable
from bench.report import comparing
from bench.report.ranked_table import Row
from bench.report.run_comparison import Entry, MemoryFinding, Table
from bench.report.statuses import status_words
from bench.report.wording import (
    count,
    duration,
    grouped,
    interval_or_trials,
    memory,
    quality,
    scientific,
    share,
    times,
)

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    entries : tuple of str
        From top to bottom; one may have several lines.
    numeric : bool
        Whether they are numbers, which stand on the right.
    """

    heading: str
    entries: tuple[str, ...]
    numeric: bool = True


@dataclass(frozen=True)
class PlainTable:
    """A table of text; every column has as many entries."""

    columns: tuple[Column, ...]


def ranking(rows: Sequence[Row], regression: bool) -> PlainTable:
    """Return the ranked table."""
    summaries = [row.ranked.summary for row in rows]
    return PlainTable(
        (
            Column("Rank", tuple(comparing.place(row.ranked) for row in rows)),
            Column("Cell", tuple(map(_cell, rows)), numeric=False),
            Column("Epoch, 95 % interval", tuple(map(_epoch, summaries))),
            Column("Times the fastest", tuple(map(_times_fastest, rows))),
            Column(
                "Examples per second", tuple(grouped(one.examples_per_second) for one in summaries)
            ),
            Column("CPUs busy", tuple(map(_cpus_busy, summaries))),
            Column("Peak memory, 95 % interval", tuple(map(_peak_memory, rows))),
            Column("Time to target", tuple(map(_time_to_target, summaries))),
            Column("Cold start", tuple(duration(one.cold_start_seconds) for one in summaries)),
            Column(
                "Test mean squared error" if regression else "Test accuracy",
                tuple(map(_test_result, summaries)),
            ),
            Column("Parity error", tuple(_parity(row.ranked.cell.parity) for row in rows)),
            Column("Times the ceiling", tuple(map(_times_ceiling, summaries))),
        )
    )


def _cell(row: Row) -> str:
    """Return a cell's label, and below what keeps its place open or speaks against its figures."""
    place = (row.sign.words, row.detail) if row.sign and row.ranked.may_be_fastest else ()
    remarks = ", ".join(filter(None, (*place, row.raw_sign, *(mark.words for mark in row.marks))))
    return f"{_line(row.label)}\n({remarks})" if remarks else _line(row.label)


def _line(label: str) -> str:
    """Return a label without breaks of its own, which would be taken for the table's."""
    return " ".join(printable(label).split())


def _epoch(summary: Summary) -> str:
    epoch = summary.epoch_seconds
    return f"{duration(epoch.median)}\n{interval_or_trials(epoch, summary.trials)}"


def _times_fastest(row: Row) -> str:
    lines = (times(row.times_fastest), row.times_interval, " ".join(row.raw_times))
    return "\n".join(filter(None, lines))


def _test_result(summary: Summary) -> str:
    if summary.test_accuracy is None:
        return quality(summary.test_mean_squared_error)
    return share(summary.test_accuracy)


def _cpus_busy(summary: Summary) -> str:
    return NOTHING if summary.cpus_busy is None else f"{summary.cpus_busy:.2f}"


def _peak_memory(row: Row) -> str:
    peak = row.peak
    sign = f"{peak.sign.symbol} {peak.sign.words}" if peak.sign else ""
    median = memory(row.ranked.summary.peak_memory_bytes)
    return "\n".join(filter(None, (median, peak.interval, sign)))


def _time_to_target(summary: Summary) -> str:
    seconds = summary.seconds_to_target
    return NOTHING if seconds is None else duration(seconds)


def _parity(parity: CellParity | None) -> str:
    return NOTHING if parity is None else scientific(parity.max_abs_error)


def _times_ceiling(summary: Summary) -> str:
    return NOTHING if summary.times_ceiling is None else times(summary.times_ceiling)


def runs(table: Table) -> PlainTable:
    """Return a workload in several runs: each run's epochs, and what became of them."""
    columns = [Column("Cell", tuple(_line(row.label) for row in table.rows), numeric=False)]
    for number, entries in enumerate(zip(*(row.entries for row in table.rows)), start=1):
        columns.append(Column(f"Run {number}", tuple(map(_run_epoch, entries))))
        if number > 1:
            columns.append(Column("Over run 1", tuple(map(_over_first, entries)), numeric=False))
    return PlainTable(tuple(columns))


def _run_epoch(entry: Entry | None) -> str:
    if entry is None:
        return NOTHING
    epoch = _epoch(entry.summary) if entry.summary else status_words(entry.cell)
    return f"{epoch}\nversion {_line(entry.version)}" if entry.version else epoch


def _over_first(entry: Entry | None) -> str:
    if entry is None or entry.finding is None:
        return NOTHING
    found = entry.finding
    epoch = " ".join(filter(None, (found.ratio, found.interval and f"({found.interval})")))
    change = ", ".join(filter(None, (epoch, f"{found.sign.symbol} {found.sign.words}")))
    rest = ", ".join(filter(None, (_memory_change(found.memory), found.quality)))
    return "\n".join(filter(None, (change, found.raw, rest)))


def _memory_change(found: MemoryFinding | None) -> str:
    if found is None:
        return ""
    interval = f" ({found.interval})" if found.interval else ""
    kinds = f" ({found.kinds})" if found.kinds else ""
    return f"memory {found.ratio}{interval} {found.sign.symbol} {found.sign.words}{kinds}"


def epoch_parts(cells: Sequence[Cell], labels: Mapping[Identity, str]) -> PlainTable | None:
    """Return where the epochs of the profiled cells go; None where none was profiled."""
    profiled = [(_line(labels[cell.identity]), cell.profile) for cell in cells if cell.profile]
    if not profiled:
        return None
    profiles = [profile for _, profile in profiled]
    return PlainTable(
        (
            Column("Cell", tuple(label for label, _ in profiled), numeric=False),
            Column("Data gather", tuple(duration(one.gather_seconds) for one in profiles)),
            Column("Forward and backward", tuple(map(_forward_backward, profiles))),
            Column("Update", tuple(map(_update, profiles))),
            Column("Dispatch", tuple(duration(one.dispatch_seconds) for one in profiles)),
            Column("Whole epoch", tuple(duration(one.whole_seconds) for one in profiles)),
            Column("Sum over whole", tuple(share(one.sum_over_whole) for one in profiles)),
        )
    )


def _forward_backward(profile: Profile) -> str:
    fused = " with the update" if profile.update_seconds is None else ""
    return f"{duration(profile.forward_backward_seconds)}{fused}"


def _update(profile: Profile) -> str:
    return NOTHING if profile.update_seconds is None else duration(profile.update_seconds)


def trials(cells: Sequence[Cell], labels: Mapping[Identity, str]) -> PlainTable | None:
    """Return every trial that counts; None where there is none."""
    found = [(_line(labels[cell.identity]), trial) for cell in cells for trial in cell.trials]
    if not found:
        return None
    measured = [trial for _, trial in found]
    columns = (
        Column("Cell", tuple(label for label, _ in found), numeric=False),
        Column("Block", tuple(str(trial.block) for trial in measured)),
        Column("Epoch", tuple(duration(steady_epoch_seconds(trial)) for trial in measured)),
        Column("First epoch", tuple(duration(trial.first_epoch_seconds) for trial in measured)),
        Column("Import", tuple(duration(trial.import_seconds) for trial in measured)),
        Column("Set-up", tuple(duration(trial.setup_seconds) for trial in measured)),
        Column("Peak memory", tuple(memory(trial.memory.peak_bytes) for trial in measured)),
        Column("Final error", tuple(scientific(trial.parity.final_error) for trial in measured)),
        Column("Remarks", tuple(map(_trial_remarks, measured)), numeric=False),
    )
    return PlainTable(tuple(column for column in columns if any(column.entries)))


def _trial_remarks(trial: Trial) -> str:
    disturbed, left_out = len(trial.interference.disturbed_epochs), trial.settling.left_out
    remarks = (
        f"attempt {trial.attempt + 1}" if trial.attempt else "",
        f"{count(disturbed, 'epoch')} disturbed" if disturbed else "",
        f"{count(left_out, 'epoch')} not settled" if left_out else "",
        "never settled" if trial.settling.settled is False else "",
    )
    return ", ".join(filter(None, remarks))
