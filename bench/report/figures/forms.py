"""The figure of the two forms: how much longer, or shorter, the high-level one takes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bench.analysis.pairing import alike, pair
from bench.report.figures import legend, ratios
from bench.report.figures.plate import Column, Drawing, Plate, Table
from bench.report.figures.ratios import Labelled
from bench.report.figures.subject import Subject
from bench.report.wording import duration, memory

KEY = "forms"
TIME = ratios.time("high-level is faster")
MEMORY = ratios.peak_memory("high-level needs less memory")
_CAPTION = (
    "Each row is one framework, in one lane: the form from scratch always stands at 1, the "
    "high-level form as a multiple of it. An epoch's ratio is paired by block and drawn with its "
    "95 % interval; where that reaches across 1, the run cannot tell which form is faster. The "
    "second drawing does the same for peak memory, medians over trials."
)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return the figure, or nothing where no framework is ranked in both forms."""
    found = pairs(subject)
    if not found:
        return ()
    title = "High-level against from scratch"
    drawings = (
        Drawing(
            f"{KEY}-time",
            f"{title}: time of an epoch",
            ratios.describe(found, "the high-level form"),
            partial(ratios.draw, found, subject.looks, TIME),
        ),
        Drawing(
            f"{KEY}-memory",
            f"{title}: peak memory",
            describe_memory(found),
            partial(ratios.draw, found, subject.looks, MEMORY),
        ),
    )
    entries = legend.key_entries(ratios.identities(found))
    heading = "From scratch against high-level"
    return (Plate(KEY, heading, entries, drawings, _CAPTION, table(found)),)


def pairs(subject: Subject) -> tuple[Labelled, ...]:
    """Return two forms that are equal in all else, the pair whose high-level does best on top."""
    found = []
    for cells in alike(subject.ranked, "form").values():
        forms = {entry.cell.identity.form: entry for entry in cells}
        if len(forms) == 2:
            label = subject.label(forms["scratch"].cell.identity, "form")
            found.append(Labelled(label, pair(forms["scratch"], forms["high_level"])))
    return tuple(sorted(found, key=lambda one: one.pair.ratio))


def describe_memory(drawn: Sequence[Labelled]) -> str:
    """Return in words how far the ratios of memory reach."""
    found = [one.pair.memory_ratio for one in drawn]
    return (
        f"The high-level form needs between {min(found):.2f} and {max(found):.2f} times the "
        "memory of the one from scratch."
    )


def table(drawn: Sequence[Labelled]) -> Table:
    """Return every number that is drawn."""
    names = (
        *("From scratch", "High-level", "Times as long", "95 % interval"),
        *("Memory from scratch", "Memory high-level", "Times the memory"),
    )
    return Table(
        (
            Column("Framework", numeric=False),
            *map(Column, names[:4]),
            Column("Verdict", numeric=False),
            *map(Column, names[4:]),
        ),
        tuple(map(_row, drawn)),
    )


def _row(one: Labelled) -> tuple[str, ...]:
    scratch, high_level = one.pair.first.summary, one.pair.other.summary
    return (
        one.label,
        duration(scratch.epoch_seconds.median),
        duration(high_level.epoch_seconds.median),
        ratios.number(one.pair.ratio),
        ratios.interval_words(one.pair),
        ratios.verdict_words(one.pair, "high-level"),
        memory(scratch.peak_memory_bytes),
        memory(high_level.peak_memory_bytes),
        f"{one.pair.memory_ratio:.2f}",
    )
