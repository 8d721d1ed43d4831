"""The scales of axes: when one is logarithmic, and where it has ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import (
    EngFormatter,
    FixedLocator,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
)

from bench.analysis.ranking import Ranked

Direction = Literal["x", "y"]
# Beyond this ratio of largest to smallest an axis is logarithmic.
LOG_RANGE = 10.0
# Ticks of an axis of ratios, the coarser ones for wider ranges.
_RATIO_TICKS = (
    (1.5, (0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4)),
    (4, (0.3, 0.5, 0.7, 1, 1.5, 2, 3)),
    (40, (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)),
)
# Ticks within a decade, and the shortest distance between two of them in decades.
_DECADE_TICKS = (((1.0, 2.0, 5.0), math.log10(2)), ((1.0, 3.0), math.log10(3)))
# Of a tick with its words along either axis, in points.
_ROOM: dict[Direction, float] = {"x": 58.0, "y": 28.0}
_DECADES = tuple(10.0**power for power in range(-9, 10))


def spans_decades(values: Iterable[float]) -> bool:
    """Return whether positive values reach too far for a linear axis."""
    known = [value for value in values if math.isfinite(value)]
    return bool(known) and min(known) > 0 and max(known) / min(known) > LOG_RANGE


def epochs_span_decades(ranked: Sequence[Ranked]) -> bool:
    """Return whether the epoch times of ranked cells need a logarithmic axis."""
    return spans_decades(one.summary.epoch_seconds.median for one in ranked)


def show_seconds(
    axes: Axes, direction: Direction, reach: tuple[float, float], *, logarithmic: bool
) -> None:
    """Give an axis of durations its scale, limits and ticks."""
    limits = widened(*reach) if logarithmic else (0, reach[1] * 1.05)
    axis = _scaled(axes, direction, limits, logarithmic)
    axis.set_major_locator(
        decade_ticks(axes, direction) if logarithmic else MaxNLocator(5, steps=(1, 2, 5, 10))
    )
    axis.set_major_formatter(EngFormatter(unit="s"))


def show_ratios(axes: Axes, direction: Direction, reach: tuple[float, float]) -> None:
    """Give an axis of ratios a logarithmic scale around 1, and ticks such as 0.5 and 2."""
    low, high = min(reach[0], 1 / 1.12), max(reach[1], 1.12)
    axis = _scaled(axes, direction, widened(low, high), logarithmic=True)
    ticks = next((ticks for widest, ticks in _RATIO_TICKS if high / low <= widest), _DECADES)
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}\N{MULTIPLICATION SIGN}"))


def show_counts(axes: Axes, direction: Direction, counts: Sequence[int]) -> None:
    """Give an axis of a few counts, such as batch sizes, a logarithmic scale and all as ticks."""
    axis = _scaled(axes, direction, widened(min(counts), max(counts)), logarithmic=True)
    axis.set_major_locator(FixedLocator(counts))
    axis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))


def _scaled(
    axes: Axes, direction: Direction, limits: tuple[float, float], logarithmic: bool
) -> Axis:
    kind = "log" if logarithmic else "linear"
    axis: Axis
    if direction == "x":
        axes.set(xscale=kind, xlim=limits)
        axis = axes.xaxis
    else:
        axes.set(yscale=kind, ylim=limits)
        axis = axes.yaxis
    axis.set_minor_locator(NullLocator())
    return axis


def widened(low: float, high: float, share: float = 0.05) -> tuple[float, float]:
    """Return limits a little beyond these on a logarithmic scale."""
    margin = max((high / low) ** share, 1.02)
    return low / margin, high * margin


def decade_ticks(axes: Axes, direction: Direction) -> LogLocator:
    """Return ticks for a logarithmic axis, as many in each decade as there is room for."""
    extent = axes.get_window_extent()
    room, (low, high) = (
        (extent.width, axes.get_xlim()) if direction == "x" else (extent.height, axes.get_ylim())
    )
    decade = room / math.log10(high / low)
    subs = next(
        (ticks for ticks, closest in _DECADE_TICKS if decade * closest >= _ROOM[direction]), (1.0,)
    )
    return LogLocator(subs=subs)
