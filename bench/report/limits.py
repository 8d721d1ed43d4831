"""The floor that the harness sets and the ceiling that the machine sets, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.roofline import shortest_epoch_seconds
from bench.records.model import Ceiling, Cell, WorkloadInfo
from bench.report.wording import count, duration, duration_interval, scaled, sentence


def limit_sentences(
    floor: Cell | None,
    cells: Sequence[Cell],
    infos: Sequence[WorkloadInfo],
    ceilings: Sequence[Ceiling],
) -> tuple[str, ...]:
    """Return all that a workload's section says of floor and ceiling."""
    return tuple(filter(None, (floor_sentence(floor), *ceiling_sentences(cells, infos, ceilings))))


def floor_sentence(floor: Cell | None) -> str:
    """Return what the harness adds to an epoch; nothing for a run without a floor."""
    if floor is None:
        return ""
    if floor.summary is None or floor.status != "ok":
        reason = sentence(floor.reason or "its turn did not come")
        return f"What the harness itself adds to an epoch is not known: {reason}"
    epoch, trials = floor.summary.epoch_seconds, floor.summary.trials
    has_interval = epoch.low is not None
    interval = f", 95 % interval {duration_interval(*epoch.ends)}" if has_interval else ""
    return (
        f"The harness itself adds {duration(epoch.median)} to an epoch ({count(trials, 'trial')}"
        f"{interval}), measured with an implementation that does nothing."
    )


def ceiling_sentences(
    cells: Sequence[Cell], infos: Sequence[WorkloadInfo], ceilings: Sequence[Ceiling]
) -> tuple[str, ...]:
    """Return what the machine could do at best, for each ceiling and batch size of the cells."""
    places = {
        (cell.identity.batch_size, cell.identity.device, cell.identity.threads) for cell in cells
    }
    return tuple(
        _ceiling_sentence(ceiling, info, len(infos) > 1)
        for info in infos
        for ceiling in ceilings
        if (info.batch_size, ceiling.device, ceiling.threads) in places
    )


def _ceiling_sentence(ceiling: Ceiling, info: WorkloadInfo, names_batch: bool) -> str:
    where = "On the GPU" if ceiling.device == "gpu" else f"With {count(ceiling.threads, 'thread')}"
    batch = f" with batches of {info.batch_size}" if names_batch else ""
    shortest = shortest_epoch_seconds(info.epoch_operations, info.epoch_bytes, ceiling)
    arithmetic = info.epoch_operations / ceiling.operations_per_second
    memory = info.epoch_bytes / ceiling.bytes_per_second
    binding, other = ("arithmetic", "memory") if arithmetic >= memory else ("memory", "arithmetic")
    return (
        f"{where} this machine computes at most {scaled(ceiling.operations_per_second, 'FLOP/s')} "
        f"and reads at most {scaled(ceiling.bytes_per_second, 'B/s')}. An epoch{batch} needs "
        f"{scaled(info.epoch_operations, 'FLOP')} and {scaled(info.epoch_bytes, 'B')}, so that it "
        f"takes no less than {duration(shortest)}, bound by {binding}; {other} alone would allow "
        f"{duration(min(arithmetic, memory))}."
    )
