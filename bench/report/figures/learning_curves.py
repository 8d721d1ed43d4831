"""The figures of learning: training loss by epoch, and its distance from the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from bench.records.model import Cell, Identity, WorkloadInfo
from bench.report.figures import curves as drawn_curves
from bench.report.figures import legend as legends
from bench.report.figures import scale
from bench.report.figures.curves import Style
from bench.report.figures.legend import Entry, LineEntry
from bench.report.figures.listed_epochs import listed_epochs
from bench.report.figures.plate import Column, Drawing, Plate, Size, Table
from bench.report.figures.subject import Subject
from bench.report.palette import BAND, INK, Look
from bench.report.statuses import INVALID_WORDS
from bench.report.wording import listing, scientific

KEY = "learning"
# A distance below this is drawn here: a logarithmic axis has no zero.
FLOOR = 1e-10
REFERENCE = LineEntry("float64 reference", BAND, 7)


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


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return a figure for every batch size that was trained with."""
    found = ((info, curves(subject.cells, info)) for info in subject.infos)
    return tuple(_plate(subject, info, drawn) for info, drawn in found if drawn)


def _plate(subject: Subject, info: WorkloadInfo, drawn: tuple[Curve, ...]) -> Plate:
    labels, looks = subject.labels, subject.looks
    several = len(subject.infos) > 1
    key = f"{KEY}-batches-of-{info.batch_size}" if several else KEY
    batches = f", batches of {info.batch_size:,}" if several else ""
    words = caption(drawn, labels)
    return Plate(
        key,
        f"Learning{batches}",
        legend(drawn, subject),
        (
            Drawing(
                f"{key}-loss",
                f"Training loss by epoch{batches}",
                words,
                partial(draw_losses, drawn, info.reference_train_loss, looks),
                sizes=("wide",),
            ),
            Drawing(
                f"{key}-distance",
                f"Distance of the training loss from the reference{batches}",
                words,
                partial(draw_distances, drawn, looks),
                sizes=("wide",),
            ),
        ),
        f"{words} The second drawing shows how far each loss is from the reference's, on a "
        "logarithmic scale; the dashed line is the tightest tolerance that a loss had to keep.",
        table(drawn, info, labels),
    )


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


def legend(drawn: Sequence[Curve], subject: Subject) -> tuple[Entry, ...]:
    """Return the reference and the cells; those that trained another model are always named."""
    styles = _styles(drawn, subject.looks)
    if len(drawn) <= legends.NAMED_CELLS:
        named: Sequence[Curve] = drawn
        others: tuple[Entry, ...] = ()
    else:
        named = [curve for curve in drawn if not curve.same]
        others = legends.cell_entries(
            [curve.identity for curve in drawn if curve.same],
            subject.labels,
            subject.titles,
            subject.looks,
        )
    entries = (
        legends.CellEntry(
            subject.labels[curve.identity],
            subject.looks[curve.identity],
            styles[curve.identity].dash,
            "" if curve.same else INVALID_WORDS["parity"],
        )
        for curve in named
    )
    return (REFERENCE, *others, *entries)


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


def table(drawn: Sequence[Curve], info: WorkloadInfo, labels: Mapping[Identity, str]) -> Table:
    """Return the losses by epoch, the middle of many epochs left out."""
    listed = listed_epochs(len(info.reference_train_loss))
    columns = ("Reference", *(labels[curve.identity] for curve in drawn))
    return Table(
        (Column("Epoch"), *map(Column, columns)),
        tuple(
            (
                str(epoch + 1),
                _loss(info.reference_train_loss[epoch]),
                *(
                    _loss(curve.losses[epoch]) if epoch < len(curve.losses) else ""
                    for curve in drawn
                ),
            )
            for epoch in listed.numbers
        ),
        listed.note,
    )


def _loss(loss: float) -> str:
    return f"{loss:.8g}" if math.isfinite(loss) else scientific(None)


def draw_losses(
    drawn: Sequence[Curve], reference: Sequence[float], looks: Mapping[Identity, Look], _: Size
) -> Figure:
    """Return the losses over the reference, which is a band wide enough to be seen below them."""
    figure, axes = _axes(len(reference))
    epochs = range(1, len(reference) + 1)
    axes.plot(epochs, reference, color=BAND, linewidth=11, solid_capstyle="round")
    _draw_curves(axes, drawn, [curve.losses for curve in drawn], looks)
    finite = [loss for curve in drawn for loss in curve.losses if math.isfinite(loss)]
    if scale.spans_decades(finite):
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda loss, _: f"{loss:.3g}"))
    axes.set_ylabel("mean training loss")
    return figure


def draw_distances(drawn: Sequence[Curve], looks: Mapping[Identity, Look], _: Size) -> Figure:
    """Return the distances from the reference, far below the dashed bound where all is well."""
    figure, axes = _axes(max(len(curve.distances) for curve in drawn))
    raised = [[max(distance, FLOOR) for distance in curve.distances] for curve in drawn]
    _draw_curves(axes, drawn, raised, looks)
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
    return figure


def tightest_bound(drawn: Sequence[Curve]) -> float:
    """Return the smallest of the bounds that were put on a loss."""
    return min(curve.loss_tolerance for curve in drawn)


def _distance(distance: float, _: object) -> str:
    sign = "≤ " if distance <= FLOOR else ""
    return f"{sign}1e{math.log10(distance):.0f}"


def _axes(epochs: int) -> tuple[Figure, Axes]:
    figure, axes = drawn_curves.panel()
    axes.set_xlabel("epoch")
    margin = max(0.15, epochs * 0.03)
    axes.set_xlim(1 - margin, epochs + margin)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    return figure, axes


def _styles(drawn: Sequence[Curve], looks: Mapping[Identity, Look]) -> dict[Identity, Style]:
    return {
        curve.identity: Style(looks[curve.identity], place, len(drawn))
        for place, curve in enumerate(drawn)
    }


def _draw_curves(
    axes: Axes,
    drawn: Sequence[Curve],
    values: Sequence[Sequence[float]],
    looks: Mapping[Identity, Look],
) -> None:
    styles = _styles(drawn, looks)
    for curve, up in zip(drawn, values):
        drawn_curves.draw(axes, range(1, len(up) + 1), up, styles[curve.identity])
