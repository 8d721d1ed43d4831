"""Test examples, what the reference and each cell predict of them, and where cells disagree.

A record holds classes but no pixels, as a data set is not the record's to spread. Who builds the
page where the data are gives the pictures apart.
"""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.records.model import Cell, Example, Identity, Record, WorkloadInfo
from bench.report.predictions import Classifier, Disputes, classifiers_of, disputes_of
from bench.report.wording import count, listing

# By a workload's name, then by a test example's index: the image, of shape (height, width).
Pictures = Mapping[str, Mapping[int, NDArray[np.uint8]]]

# Cells that trained another model disagree nearly everywhere; so many examples tell it.
DISPUTED_SHOWN = 20
# More names than this, and a caption counts them instead.
NAMES_SHOWN = 2


@dataclass(frozen=True)
class Dissent:
    """A class that cells predict where the reference predicts another, and who does."""

    predicted: str
    right: bool
    who: str


@dataclass(frozen=True)
class Shown:
    """One test example.

    Attributes
    ----------
    label, predicted : str
        What its class is called, and that which the reference predicts.
    right : bool
        Whether the two are one.
    picture : str or None
        The image as a ``data:`` address; None where it is not at hand.
    """

    index: int
    label: str
    predicted: str
    right: bool
    picture: str | None
    dissent: tuple[Dissent, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What a cell predicts of an example; `differs` from the reference in some trial."""

    words: str
    differs: bool


@dataclass(frozen=True)
class Row:
    """One cell: its predictions of some examples, and how many of all differ."""

    identity: Identity
    entries: tuple[Entry, ...]
    differing: int


@dataclass(frozen=True)
class PredictionTable:
    """What cells predict of some examples, beside the truth and the reference."""

    examples: tuple[Shown, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Gallery:
    """The test examples of one batch size.

    Attributes
    ----------
    agreement : str
        Sentences on how many cells predict as the reference does.
    sample : PredictionTable
        Of every class one that the reference gets right and one that it gets wrong.
    disputed : PredictionTable
        Examples on which a cell differs from the reference, and the cells that do so.
    more_disputed : str
        A sentence on those that are not shown; empty where there are none.
    lacks_pictures : bool
        Whether the examples are images and none of them is at hand.
    """

    info: WorkloadInfo
    agreement: str
    sample: PredictionTable
    disputed: PredictionTable
    more_disputed: str
    lacks_pictures: bool


def needed(records: Sequence[Record]) -> dict[str, tuple[int, ...]]:
    """Return the test examples whose images the page shows, by the workload's name."""
    found: dict[str, set[int]] = {}
    for record in records:
        for info in record.workloads:
            classifiers = classifiers_of(record.cells, info, {})
            if info.image_shape and classifiers:
                shown = (*info.examples, *disputes_of(classifiers).examples[:DISPUTED_SHOWN])
                found.setdefault(info.name, set()).update(example.index for example in shown)
    return {name: tuple(sorted(indices)) for name, indices in found.items()}


def gallery(
    cells: Sequence[Cell],
    info: WorkloadInfo,
    labels: Mapping[Identity, str],
    pictures: Pictures,
) -> Gallery | None:
    """Return the test examples of a batch size; None where no cell has predicted any."""
    classifiers = classifiers_of(cells, info, labels)
    if not classifiers or not info.examples:
        return None
    naming = _Naming(info, pictures.get(info.name, {}))
    disputes = disputes_of(classifiers)
    return Gallery(
        info=info,
        agreement=_agreement(classifiers, info),
        sample=PredictionTable(
            tuple(map(naming.shown, info.examples)),
            tuple(naming.sample_row(one, info.examples) for one in classifiers),
        ),
        disputed=_disputed_table(classifiers, disputes.examples[:DISPUTED_SHOWN], naming),
        more_disputed=_more_disputed(disputes, info),
        lacks_pictures=info.image_shape is not None and not naming.images,
    )


@dataclass(frozen=True)
class _Naming:
    """What classes are called, and the images that are at hand."""

    info: WorkloadInfo
    images: Mapping[int, NDArray[np.uint8]] = field(repr=False)

    def called(self, number: int) -> str:
        names = self.info.classes
        return names[number] if 0 <= number < len(names) else f"class {number}"

    def shown(self, example: Example, dissent: tuple[Dissent, ...] = ()) -> Shown:
        image = self.images.get(example.index)
        return Shown(
            example.index,
            self.called(example.label),
            self.called(example.predicted),
            example.predicted == example.label,
            None if image is None else data_address(image),
            dissent,
        )

    def entry(self, predicted: Sequence[int], reference: int) -> Entry:
        """Return what a cell's trials predict, the commonest first; a dash if that is unknown."""
        votes = Counter(predicted).most_common()
        if not votes:
            return Entry("\N{EN DASH}", differs=False)
        words = (
            self.called(votes[0][0])
            if len(votes) == 1
            else listing([f"{self.called(number)} in {trials}" for number, trials in votes])
            + f" of {count(len(predicted), 'trial')}"
        )
        return Entry(words, any(number != reference for number, _ in votes))

    def sample_row(self, one: Classifier, examples: Sequence[Example]) -> Row:
        entries = (
            self.entry(one.of_sample(position), example.predicted)
            for position, example in enumerate(examples)
        )
        return Row(one.identity, tuple(entries), one.differing)

    def disputed_row(self, one: Classifier, examples: Sequence[Example]) -> Row:
        entries = (self.entry(one.of_disputed(example), example.predicted) for example in examples)
        return Row(one.identity, tuple(entries), one.differing)


def _disputed_table(
    classifiers: Sequence[Classifier], examples: Sequence[Example], naming: _Naming
) -> PredictionTable:
    rows = tuple(naming.disputed_row(one, examples) for one in classifiers)
    return PredictionTable(
        tuple(
            naming.shown(example, _dissent(classifiers, example, naming)) for example in examples
        ),
        tuple(row for row in rows if any(entry.differs for entry in row.entries)),
    )


def _dissent(
    classifiers: Sequence[Classifier], example: Example, naming: _Naming
) -> tuple[Dissent, ...]:
    """Return what cells predict other than the reference, each with who does."""
    voters: dict[int, list[str]] = {}
    for one in classifiers:
        for number in dict.fromkeys(one.of_disputed(example)):
            if number != example.predicted:
                voters.setdefault(number, []).append(one.label)
    return tuple(
        Dissent(naming.called(number), number == example.label, _who(names, len(classifiers)))
        for number, names in voters.items()
    )


def _who(names: list[str], cells: int) -> str:
    if len(names) == cells > 1:
        return f"all {cells} cells"
    return listing(names) if len(names) <= NAMES_SHOWN else count(len(names), "cell")


def _agreement(classifiers: Sequence[Classifier], info: WorkloadInfo) -> str:
    tested = f"all {count(info.test_examples, f'test {_noun(info)}')}"
    differing = [one for one in classifiers if one.differing]
    cells = len(classifiers)
    if not differing:
        who = "The one cell predicts" if cells == 1 else f"All {cells} cells predict"
        return f"{who} as the float64 reference does on {tested}."
    alike = cells - len(differing)
    first = (
        f"{alike} of {cells} cells {'predicts' if alike == 1 else 'predict'} as the float64 "
        f"reference does on {tested}."
        if alike
        else f"No cell predicts as the float64 reference does on {tested}."
    )
    most = max(one.differing for one in differing)
    last = (
        f"{differing[0].label} differs on {most:,}."
        if len(differing) == 1
        else f"{'The others' if alike else 'They'} differ on {most:,} at most."
    )
    return f"{first} {last}"


def _more_disputed(disputes: Disputes, info: WorkloadInfo) -> str:
    more = len(disputes.examples) - DISPUTED_SHOWN
    sentences = []
    if more > 0:
        sentences.append(
            f"Those of the cells that differ least are shown; the record lists {more:,} more."
        )
    if not disputes.listed_whole:
        sentences.append(
            f"Of some trials the record lists only the first such {_noun(info)}s; a dash stands "
            "for what it does not tell."
        )
    return " ".join(sentences)


def _noun(info: WorkloadInfo) -> str:
    return "image" if info.image_shape else "example"


def data_address(image: NDArray[np.uint8]) -> str:
    """Return a grey image of shape (height, width) as a PNG in a ``data:`` address."""
    content = io.BytesIO()
    Image.fromarray(image).save(content, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode('ascii')}"
