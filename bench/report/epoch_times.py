"""The figure of epoch times: a dot for each trial, the median and its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogLocator, MaxNLocator, NullLocator

from bench.analysis.ranking import Ranked
from bench.analysis.statistics import steady_epoch_seconds
from bench.records.model import Identity
from bench.report.palette import SURFACE, Look
from bench.report.printable import printable
from bench.report.svg import Naming, drawing, inline

# Beyond this ratio of largest to smallest the axis is logarithmic.
LOG_RANGE = 10.0
# Points, which are CSS pixels at the drawing's own size.
WIDE, NARROW = 820, 350
LABEL_WIDTH = 250


def spans_decades(ranked: Sequence[Ranked]) -> bool:
    """Return whether the epoch times need a logarithmic axis."""
    return ranked[-1].times_fastest > LOG_RANGE


def draw(
    ranked: Sequence[Ranked],
    labels: Mapping[Identity, str],
    looks: Mapping[Identity, Look],
    naming: Naming,
    width: int,
) -> Markup:
    """Return the figure, fastest cell on top; labels stand above the rows where it is narrow."""
    row, margin = (30 if width == WIDE else 40), 46
    height = row * len(ranked) + margin + 6
    left = LABEL_WIDTH if width == WIDE else 14
    with drawing():
        figure = Figure(figsize=(width / 72, height / 72))
        axes = figure.add_axes(
            (left / width, margin / height, 1 - (left + 24) / width, row * len(ranked) / height)
        )
        for place, entry in enumerate(ranked):
            _draw_cell(axes, place, entry, looks[entry.cell.identity])
        _prepare_axes(axes, spans_decades(ranked))
        axes.set_ylim(len(ranked) - 0.5, -0.5 if width == WIDE else -0.8)
        names = [printable(labels[entry.cell.identity]) for entry in ranked]
        if width == WIDE:
            axes.set_yticks(range(len(names)), names)
        else:
            axes.set_yticks(range(len(names)), [""] * len(names))
            for place, name in enumerate(names):
                axes.text(0, place - 0.34, name, transform=axes.get_yaxis_transform())
        return inline(figure, naming)


def _draw_cell(axes: Axes, place: int, entry: Ranked, look: Look) -> None:
    estimate = entry.summary.epoch_seconds
    axes.plot([estimate.low, estimate.high], [place, place], color=look.colour, linewidth=2.5)
    trials = [steady_epoch_seconds(trial) for trial in entry.cell.trials]
    axes.plot(trials, [place] * len(trials), "o", color=look.colour, markersize=5, alpha=0.45)
    axes.plot(
        [estimate.median],
        [place],
        look.marker,
        markersize=9,
        markerfacecolor=look.colour if look.filled else SURFACE,
        markeredgecolor=look.colour,
        markeredgewidth=1.8,
    )


def _prepare_axes(axes: Axes, logarithmic: bool) -> None:
    if logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3)))
    else:
        axes.set_xlim(left=0)
        axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.set_xlabel("time of an epoch" + (", logarithmic" if logarithmic else ""))
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
