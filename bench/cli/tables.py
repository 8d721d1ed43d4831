"""Tables for the terminal, made to fit 80 columns."""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.ranking import Ranked, Ranking, distinguishing_labels, rankings
from bench.cli.wording import interval_beside, rough_duration
from bench.plan.matrix import PlannedCell
from bench.records.model import Identity, Record
from bench.report.wording import duration
from bench.run.planning import Planned

LEGEND = (
    "epoch: median of steady epochs, over trials; CI: bootstrap over trials; times: the fastest "
    "is 1; MiB: peak; cold: import, set-up and first epoch; error: parameters against float64."
)


def compact_table(title: str, padding: int = 1) -> Table:
    """Return an empty table without vertical lines."""
    return Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, padding, 0, 0),
    )


def print_rankings(console: Console, record: Record) -> None:
    """Print one ranked table for each workload, and what is not ranked, with reasons."""
    labels = distinguishing_labels(record.cells)
    for ranking in rankings(record):
        info = next(info for info in record.workloads if info.name == ranking.workload)
        table = compact_table(f"{info.title}, {info.epochs} epochs", padding=0)
        table.add_column("#", no_wrap=True, justify="right")
        # Long labels wrap, so that the figures stay whole.
        table.add_column("cell", overflow="fold")
        quality = "accuracy" if info.task == "classification" else "test MSE"
        for heading in ("epoch", "95 % CI", "times", "MiB", "cold", quality, "error"):
            table.add_column(heading, justify="right", no_wrap=True)
        for ranked in ranking.ranked:
            table.add_row(*_row(ranked, labels[ranked.cell.identity]))
        if ranking.ranked:
            console.print(table)
        _print_unranked(console, ranking, labels)
    console.print()
    console.print(LEGEND, style="dim", highlight=False)
    for notice in record.notices:
        console.print(f"[yellow]note:[/yellow] {escape(notice)}", soft_wrap=True)


def _row(ranked: Ranked, label: str) -> tuple[str, ...]:
    summary = ranked.summary
    epoch = summary.epoch_seconds
    error = ranked.cell.parity.max_abs_error if ranked.cell.parity else None
    return (
        str(ranked.rank),
        label,
        duration(epoch.median),
        interval_beside(epoch.median, epoch.low, epoch.high),
        f"{ranked.times_fastest:.2f}",
        f"{summary.peak_memory_bytes / 2**20:.0f}",
        duration(summary.cold_start_seconds),
        f"{summary.test_accuracy:.4f}"
        if summary.test_accuracy is not None
        else f"{summary.test_mean_squared_error:.2g}",
        "-" if error is None else f"{error:.0e}",
    )


def _print_unranked(console: Console, ranking: Ranking, labels: Mapping[Identity, str]) -> None:
    for cell in ranking.unranked:
        console.print(
            f"[red]{cell.status}[/red] {escape(labels[cell.identity])}: "
            f"{escape(cell.reason or '')}. {escape(cell.remedy or '')}",
            soft_wrap=True,
            highlight=False,
        )


def print_plan(console: Console, planned: Planned, seconds: float) -> None:
    """Print the cells of a plan and an estimate of its length."""
    rows = [_plan_row(planned, cell) for cell in planned.cells]
    varying = [name for name in rows[0] if len({row[name] for row in rows}) > 1]
    common = ", ".join(f"{name} {rows[0][name]}" for name in rows[0] if name not in varying)
    table = compact_table(f"The plan: {common}")
    for name in varying:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in varying))
    console.print(table)
    blocks = planned.choices.blocks
    console.print(
        f"{len(planned.cells)} cells x {blocks} blocks = {len(planned.cells) * blocks} trials; "
        f"roughly {rough_duration(seconds)}, and what environments take that are still to be made.",
        highlight=False,
    )
    if "auto" in planned.choices.workloads:
        console.print(
            "The workload auto is fashion-mnist where it is at hand or can be downloaded, else "
            "synthetic.",
            highlight=False,
        )


def _plan_row(planned: Planned, cell: PlannedCell) -> dict[str, str]:
    identity = cell.identity
    return {
        "workload": identity.workload,
        "framework": identity.framework,
        "version": identity.framework_version,
        "form": identity.form,
        "execution": identity.execution,
        "device": identity.device,
        "threads": str(identity.threads),
        "batch size": str(identity.batch_size),
        "epochs": str(planned.lengths[identity.workload].epochs),
    }
