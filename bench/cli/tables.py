"""Tables for the terminal, made to fit 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from bench.analysis import profiling
from bench.analysis.memory import Need, memory_needs
from bench.analysis.ranking import Ranked, Ranking, rankings
from bench.analysis.verdicts import Verdict
from bench.cli.terminal import Console
from bench.cli.wording import interval_beside, rough_duration
from bench.plan.estimate import rough_seconds
from bench.plan.matrix import PlannedCell
from bench.records import axes
from bench.records.model import Identity, Record, Summary
from bench.report import comparing, meanwhile
from bench.report.limits import limit_sentences
from bench.report.marks import kinds_in, marks
from bench.report.naming import short_title
from bench.report.verdict import verdict
from bench.report.wording import count, duration, times
from bench.run.planning import Planned

LEGEND = (
    "epoch: median of steady epochs, over trials, and its interval, from three trials on; times: "
    "the first is 1, paired by block; x ceil: the shortest epoch that the machine allows is 1; "
    "MiB: peak, < the least, = not told from it; cold: import, set-up and first epoch; error: "
    "parameters against float64."
)
# What is beside a cell's peak memory; one that is told to need more has no sign.
MEMORY_SIGNS: Mapping[Verdict, str] = {"faster": "<", "same": "=", "inconclusive": "="}
# Of disk.
BYTES_WORTH_SAYING = 200 * 2**20
SHARED_RANK = "= shares its rank: this run does not tell them apart."


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
    labels = axes.labels(cell.identity for cell in record.cells if cell.role == "contender")
    for ranking in rankings(record):
        if ranking.ranked:
            console.print(_ranked_table(record, ranking, labels))
        _print_unranked(console, ranking, labels)
        _print_verdict(console, record, ranking, labels)
        _print_limits(console, record, ranking)
    console.print()
    _print_legend(console, [entry for one in rankings(record) for entry in one.ranked])
    for notice in record.notices:
        console.print(f"[yellow]note:[/yellow] {escape(notice)}", soft_wrap=True)


def _ranked_table(record: Record, ranking: Ranking, labels: Mapping[Identity, str]) -> Table:
    info = next(info for info in record.workloads if info.name == ranking.workload)
    table = compact_table(f"{info.title}, {info.epochs} epochs", padding=0)
    table.add_column("#", no_wrap=True, justify="right")
    # Long labels wrap, so that the figures stay whole.
    table.add_column("cell", overflow="fold")
    quality = "acc." if info.task == "classification" else "MSE"
    for heading in ("epoch", "95 % CI", "times", "x ceil", "MiB", "cold", quality, "error"):
        table.add_column(heading, justify="right", no_wrap=True)
    needs = memory_needs(ranking.ranked)
    for ranked in ranking.ranked:
        identity = ranked.cell.identity
        table.add_row(*_row(ranked, labels[identity], needs[identity]))
    return table


def _row(ranked: Ranked, label: str, need: Need) -> tuple[str, ...]:
    summary = ranked.summary
    epoch = summary.epoch_seconds
    error = ranked.cell.parity.max_abs_error if ranked.cell.parity else None
    signs = "".join(mark.kind.sign for mark in marks(ranked.cell))
    return (
        comparing.place(ranked),
        escape(f"{label} {signs}" if signs else label),
        duration(epoch.median),
        interval_beside(epoch),
        times(ranked.times_fastest),
        "-" if summary.times_ceiling is None else times(summary.times_ceiling),
        f"{summary.peak_memory_bytes / 2**20:.0f}{_memory_sign(need)}",
        duration(summary.cold_start_seconds),
        _quality(summary),
        "-" if error is None else f"{error:.0e}",
    )


def _quality(summary: Summary) -> str:
    """Return how well a cell predicts; a mean squared error that is not finite is unknown."""
    if summary.test_accuracy is not None:
        return f"{summary.test_accuracy:.4f}"
    error = summary.test_mean_squared_error
    return "-" if error is None else f"{error:.2g}"


def _memory_sign(need: Need) -> str:
    """Return the sign of peak memory, in whose place others have a space."""
    return MEMORY_SIGNS.get(need.against_least.verdict, " ")


def _print_verdict(
    console: Console, record: Record, ranking: Ranking, labels: Mapping[Identity, str]
) -> None:
    """Print what the table comes to: who is fastest, in which lane, and what compiling brings."""
    info = next(info for info in record.workloads if info.name == ranking.workload)
    found = verdict(ranking, short_title(info), labels)
    for sentence in filter(None, (found.speed, found.certainty, found.leader, found.gains)):
        console.print(sentence, highlight=False, markup=False)


def _print_limits(console: Console, record: Record, ranking: Ranking) -> None:
    """Print the harness's floor and the machine's ceiling for a workload."""
    infos = [info for info in record.workloads if info.name == ranking.workload]
    cells = [entry.cell for entry in ranking.ranked]
    limits = limit_sentences(ranking.floor, cells, infos, record.ceilings)
    labels = axes.labels(cell.identity for cell in record.cells if cell.role == "contender")
    probed = (topic.words for topic in meanwhile.topics(ranking.ranked, labels))
    for sentence in (*limits, *probed):
        console.print(sentence, style="dim", highlight=False, markup=False)


def _print_legend(console: Console, ranked: Sequence[Ranked]) -> None:
    """Print what the columns mean, and those signs that were printed."""
    console.print(LEGEND, style="dim", highlight=False)
    if any(entry.shared for entry in ranked):
        console.print(SHARED_RANK, highlight=False)
    for kind in kinds_in(entry.cell for entry in ranked):
        console.print(f"{kind.sign} {kind.title}: {kind.meaning}.", highlight=False)


def _print_unranked(console: Console, ranking: Ranking, labels: Mapping[Identity, str]) -> None:
    for cell in ranking.unranked:
        console.print(
            f"[red]{cell.status}[/red] {escape(labels[cell.identity])}: "
            f"{escape(cell.reason or '')}. {escape(cell.remedy or '')}",
            soft_wrap=True,
            highlight=False,
        )


def print_plan(console: Console, planned: Planned) -> None:
    """Print the cells of a plan and an estimate of its length."""
    contenders = [
        cell for cell in planned.cells if planned.frameworks[cell.identity.framework].trains
    ]
    rows = [_plan_row(planned, cell) for cell in contenders]
    varying = [name for name in rows[0] if len({row[name] for row in rows}) > 1]
    common = ", ".join(
        f"{name} {value}" for name, value in rows[0].items() if value and name not in varying
    )
    table = compact_table(f"The plan: {common}")
    for name in varying:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in varying))
    console.print(table)
    blocks = planned.plan.blocks
    profiled = [
        cell.identity
        for cell in contenders
        if planned.plan.profile and profiling.has_stages(cell.identity)
    ]
    trained = [cell.identity for cell in planned.cells]
    seconds = rough_seconds(trained, profiled, planned.lengths, blocks)
    floors = (len(planned.cells) - len(contenders)) * blocks
    console.print(
        f"{len(contenders)} cells x {blocks} blocks = {len(contenders) * blocks} trials; "
        f"roughly {rough_duration(seconds)}, {count(floors, 'trial')} of an implementation that "
        "does nothing included, and what environments take that are still to be made"
        f"{_more(planned)}.",
        highlight=False,
    )
    orders_bytes = bytes_of_orders(planned)
    if orders_bytes > BYTES_WORTH_SAYING:
        console.print(
            f"The orders of examples take {orders_bytes / 2**20:,.0f} MiB of disk.", highlight=False
        )
    if "auto" in planned.plan.workloads:
        console.print(
            "The workload auto is fashion-mnist where it is at hand or can be downloaded, else "
            "synthetic.",
            highlight=False,
        )


def bytes_of_orders(planned: Planned) -> int:
    """Return what the orders of examples of a plan take on disk: an index of 8 bytes for each."""
    problems = {(cell.identity.workload, cell.identity.batch_size) for cell in planned.cells}
    lengths = (planned.lengths[workload] for workload, _ in problems)
    return sum(8 * length.epochs * length.examples for length in lengths)


def _more(planned: Planned) -> str:
    """Return what an adaptive plan adds."""
    plan = planned.plan
    if not plan.adaptive:
        return ""
    most = rough_duration(plan.max_time_seconds)
    return f"; then more blocks of cells that are not told apart, until trials have taken {most}"


def _plan_row(planned: Planned, cell: PlannedCell) -> dict[str, str]:
    parts = {axis.name.replace("-", " "): str(axis.value(cell.identity)) for axis in axes.AXES}
    return parts | {"epochs": str(planned.lengths[cell.identity.workload].epochs)}
