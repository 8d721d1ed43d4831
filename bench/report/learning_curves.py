"""The figures of learning: training loss by epoch, and its distance from the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from bench.records.model import Cell, Identity, WorkloadInfo
from bench.report.epoch_times import LOG_RANGE
from bench.report.palette import BAND, INK, SURFACE, Look
from bench.report.svg import Naming, drawing, inline
from bench.report.wording import listing, scientific

WIDTH, HEIGHT = 400, 300
# A distance below this is drawn here: a logarithmic axis has no zero.
FLOOR = 1e-10
# Dashes of different lengths let curves show through each other.
_DASHES = ("-", (0, (6, 2)), (0, (2, 2)), (0, (8, 2, 2, 2)), (0, (4, 4)))


@dataclass(frozen=True)
class Curve:
    """The losses of a cell's first trial; all its trials train on the same data in the same order.

    Attributes
    ----------
    identity : Identity
        Of the cell.
    losses, distances : tuple of float
        Training loss of every epoch, and its absolute difference from the reference's; NaN where
        not finite.
    loss_tolerance : float
        Bound that was put on the epoch that came closest to its own.
    same : bool
        Whether the cell passed the comparison with the reference.
    """

    identity: Identity
    losses: tuple[float, ...]
    distances: tuple[float, ...]
    loss_tolerance: float
    same: bool


def curves(cells: Sequence[Cell], info: WorkloadInfo) -> tuple[Curve, ...]:
    """Return the curve of every cell that has trained, in the order given."""
    found = []
    for cell in cells:
        if cell.trials and cell.identity.batch_size == info.batch_size:
            trial = cell.trials[0]
            losses = tuple(math.nan if loss is None else loss for loss in trial.train_loss)
            clips = cell.clips_probabilities
            reference = info.clipped_reference_train_loss if clips else info.reference_train_loss
            distances = tuple(abs(loss - expected) for loss, expected in zip(losses, reference))
            same = cell.parity is None or cell.parity.passed
            bound = trial.parity.loss_tolerance
            found.append(Curve(cell.identity, losses, distances, bound, same))
    return tuple(found)


def caption(drawn: Sequence[Curve], labels: Mapping[Identity, str]) -> str:
    """Return in words whether the curves coincide."""
    same = [curve for curve in drawn if curve.same]
    others = [labels[curve.identity] for curve in drawn if not curve.same]
    known = [distance for curve in same for distance in curve.distances if distance == distance]
    sentences = []
    if known:
        what = f"{len(same)} curves lie" if len(same) > 1 else "curve lies"
        if others:
            who = f"The other {what}"
        else:
            who = "All curves lie" if len(same) > 1 else "The curve lies"
        sentences.append(
            f"{who} on the reference, the wide pale band: no loss is further from it than "
            f"{scientific(max(known))}."
        )
    if others:
        sentences.insert(0, f"{listing(others)} trained another model.")
    return " ".join(sentences)


def draw_losses(
    drawn: Sequence[Curve],
    reference: Sequence[float],
    looks: Mapping[Identity, Look],
    naming: Naming,
) -> Markup:
    """Return the losses over the reference, which is a band wide enough to be seen below them."""
    with drawing():
        figure, axes = _axes(len(reference))
        epochs = range(1, len(reference) + 1)
        axes.plot(epochs, reference, color=BAND, linewidth=11, solid_capstyle="round")
        for place, curve in enumerate(drawn):
            _draw_curve(axes, place, curve.losses, looks[curve.identity])
        finite = [loss for curve in drawn for loss in curve.losses if math.isfinite(loss)]
        if min(finite, default=0) > 0 and max(finite) / min(finite) > LOG_RANGE:
            axes.set_yscale("log")
            axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda loss, _: f"{loss:.3g}"))
        axes.set_ylabel("mean training loss")
        return inline(figure, naming)


def draw_distances(
    drawn: Sequence[Curve], looks: Mapping[Identity, Look], naming: Naming
) -> Markup:
    """Return the distances from the reference, far below the dashed bound where all is well."""
    with drawing():
        figure, axes = _axes(max(len(curve.distances) for curve in drawn))
        for place, curve in enumerate(drawn):
            raised = [max(distance, FLOOR) for distance in curve.distances]
            _draw_curve(axes, place, raised, looks[curve.identity])
        bound = tightest_bound(drawn)
        axes.axhline(bound, color=INK, linestyle=(0, (5, 3)), linewidth=1.2)
        axes.annotate(
            f"tolerance {scientific(bound)}",
            (0.01, bound),
            xycoords=("axes fraction", "data"),
            xytext=(0, 4),
            textcoords="offset points",
        )
        axes.set_yscale("log")
        axes.set_ylim(top=max(axes.get_ylim()[1], bound * 6))
        axes.yaxis.set_major_locator(LogLocator(numticks=7))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(_distance))
        axes.set_ylabel("distance from the reference")
        return inline(figure, naming)


def tightest_bound(drawn: Sequence[Curve]) -> float:
    """Return the smallest of the bounds that were put on a loss."""
    return min(curve.loss_tolerance for curve in drawn)


def _distance(distance: float, _: object) -> str:
    return f"≤ {scientific(FLOOR)}" if distance <= FLOOR else f"1e{math.log10(distance):.0f}"


def _axes(epochs: int) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72))
    axes = figure.add_axes((68 / WIDTH, 46 / HEIGHT, 1 - 84 / WIDTH, 1 - 60 / HEIGHT))
    axes.set_xlabel("epoch")
    margin = max(0.15, epochs * 0.03)
    axes.set_xlim(1 - margin, epochs + margin)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    return figure, axes


def _draw_curve(axes: Axes, place: int, values: Sequence[float], look: Look) -> None:
    # About twelve markers a curve, each curve starting at another epoch than its neighbour.
    spacing = max(1, len(values) // 12)
    axes.plot(
        range(1, len(values) + 1),
        values,
        color=look.colour,
        linewidth=1.3,
        linestyle=_DASHES[place % len(_DASHES)],
        marker=look.marker,
        markersize=6.5,
        markevery=(place % spacing, spacing),
        markerfacecolor=look.colour if look.filled else SURFACE,
        markeredgecolor=look.colour,
        markeredgewidth=1.4,
    )
