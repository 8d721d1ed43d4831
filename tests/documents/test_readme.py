"""The README's numbers come from a committed record."""

from __future__ import annotations

from bench.analysis import profiling
from bench.analysis.ranking import Ranked, rankings
from bench.cli.wording import interval_beside
from bench.records import axes
from bench.report.comparing import place, times_interval
from bench.report.naming import titles
from bench.report.reading import read
from bench.report.wording import duration, scientific, times
from tests.conftest import REPOSITORY

[PUBLISHED] = (REPOSITORY / "results" / "published").glob("*-fashion-mnist.json")


def times_against_fastest(ranked: Ranked) -> str:
    """Return the ratio to the fastest cell, paired by block, with its interval."""
    if ranked.leads:
        return "1"
    return f"{times(ranked.times_fastest)} ({times_interval(ranked)})"


def row(ranked: Ranked, label: str) -> str:
    """Return the README's line for a cell."""
    summary, parity = ranked.summary, ranked.cell.parity
    epoch = summary.epoch_seconds
    return (
        f"| {place(ranked)} | {label} "
        f"| {duration(epoch.median)} | {interval_beside(epoch)} "
        f"| {times_against_fastest(ranked)} | {summary.times_ceiling:.0f} "
        f"| {summary.examples_per_second:,.0f} "
        f"| {summary.peak_memory_bytes / 2**20:.0f} MiB | {duration(summary.cold_start_seconds)} "
        f"| {summary.test_accuracy:.4f} | {scientific(parity.max_abs_error)} |"
    )


def test_the_published_record_is_whole_and_of_the_default_plan():
    record = read(PUBLISHED)
    assert record.status == "complete"
    assert record.command == ("softmax-bench", "run")
    assert not record.commit.dirty
    assert {cell.status for cell in record.cells} == {"ok"}
    stepping = [cell for cell in record.cells if profiling.has_stages(cell.identity)]
    assert all(cell.profile for cell in stepping if cell.role == "contender")
    assert {len(cell.trials) for cell in record.cells} == {5}


def test_the_table_shows_every_cell_as_it_was_measured():
    record = read(PUBLISHED)
    [ranking] = rankings(record)
    identities = [ranked.cell.identity for ranked in ranking.ranked]
    labels = axes.labels(identities, titles([record]))
    readme = (REPOSITORY / "README.md").read_text()
    for ranked in ranking.ranked:
        assert row(ranked, labels[ranked.cell.identity]) in readme
    assert len(ranking.ranked) == 15


def test_the_table_names_machine_and_record():
    readme = (REPOSITORY / "README.md").read_text()
    assert read(PUBLISHED).machine.cpu in readme
    assert PUBLISHED.name in readme
