"""Tables for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.ranking import Ranked, Ranking, distinguishing_labels, rankings
from bench.cli.wording import duration, memory, rough_duration
from bench.records.model import Record
from bench.run import Planned


def print_rankings(console: Console, record: Record) -> None:
    """Print one ranked table for each workload, and what is not ranked, with reasons."""
    labels = distinguishing_labels(record.cells)
    for ranking in rankings(record):
        info = next(info for info in record.workloads if info.name == ranking.workload)
        table = Table(title=f"{info.title}, {info.epochs} epochs", title_justify="left")
        for heading in ("", "cell", "execution"):
            table.add_column(heading)
        quality = "accuracy" if info.task == "classification" else "test MSE"
        for heading in (
            "epoch (95 % interval)",
            "x fastest",
            "examples/s",
            "peak memory",
            "cold start",
            quality,
            "parity",
        ):
            table.add_column(heading, justify="right")
        for ranked in ranking.ranked:
            table.add_row(*_row(ranked, labels[ranked.cell.identity]))
        if ranking.ranked:
            console.print(table)
        _print_unranked(console, ranking, labels)
    for notice in record.notices:
        console.print(f"[yellow]note:[/yellow] {escape(notice)}", soft_wrap=True)


def _row(ranked: Ranked, label: str) -> tuple[str, ...]:
    summary = ranked.summary
    epoch = summary.epoch_seconds
    error = ranked.cell.parity.max_abs_error if ranked.cell.parity else None
    quality = (
        f"{summary.test_accuracy:.4f}"
        if summary.test_accuracy is not None
        else f"{summary.test_mean_squared_error:.3g}"
    )
    return (
        str(ranked.rank),
        label,
        ranked.cell.identity.execution,
        f"{duration(epoch.median)} ({duration(epoch.low)} - {duration(epoch.high)})",
        f"{ranked.times_fastest:.2f}",
        f"{summary.examples_per_second:,.0f}",
        memory(summary.peak_memory_bytes),
        duration(summary.cold_start_seconds),
        quality,
        f"ok, {error:.0e}",
    )


def _print_unranked(console: Console, ranking: Ranking, labels: dict) -> None:
    for cell in ranking.unranked:
        console.print(
            f"[red]{cell.status}[/red] {labels[cell.identity]}: {escape(cell.reason or '')}. "
            f"{escape(cell.remedy or '')}",
            soft_wrap=True,
            highlight=False,
        )


def print_plan(console: Console, planned: Planned, seconds: float) -> None:
    """Print the cells of a plan and an estimate of its length."""
    table = Table(title="The plan", title_justify="left")
    headings = ("workload", "framework", "version", "form", "execution", "device", "threads")
    for heading in (*headings, "batch size", "epochs"):
        table.add_column(heading)
    for cell in planned.cells:
        one = cell.identity
        table.add_row(
            one.workload,
            one.framework,
            one.framework_version,
            one.form,
            one.execution,
            one.device,
            str(one.threads),
            str(one.batch_size),
            str(planned.lengths[one.workload].epochs),
        )
    console.print(table)
    blocks = planned.choices.blocks
    console.print(
        f"{len(planned.cells)} cells x {blocks} blocks = {len(planned.cells) * blocks} trials; "
        f"roughly {rough_duration(seconds)}, environments that are still to be made apart.",
        highlight=False,
    )
    if "auto" in planned.choices.workloads:
        console.print(
            "The workload auto is fashion-mnist where it is at hand or can be downloaded, else "
            "synthetic.",
            highlight=False,
        )
