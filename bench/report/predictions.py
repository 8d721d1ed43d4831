"""What each cell predicts of test examples, and on which it differs from the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.records.model import Cell, Example, Identity, Predictions, WorkloadInfo


@dataclass(frozen=True)
class Classifier:
    """A cell, and what its trials predict."""

    identity: Identity
    label: str
    trials: tuple[Predictions, ...]

    @property
    def differing(self) -> int:
        """The most examples of which a trial differs from the reference."""
        return max(one.differing for one in self.trials)

    def of_sample(self, position: int) -> list[int]:
        """Return what each trial predicts of the workload's example at this position."""
        return [one.examples[position] for one in self.trials]

    def of_disputed(self, example: Example) -> list[int]:
        """Return what each trial predicts of an example that some cell disputes.

        Without the trials whose list of differing examples ends before this one.
        """
        return [
            predicted
            for trial in self.trials
            if (predicted := _predicted(trial, example)) is not None
        ]


def _predicted(trial: Predictions, example: Example) -> int | None:
    """Return what a trial predicts of an example, as far as its differing ones tell."""
    for one in trial.first_differing:
        if one.example.index == example.index:
            return one.predicted
    last = max((one.example.index for one in trial.first_differing), default=-1)
    is_known = len(trial.first_differing) == trial.differing or example.index < last
    return example.predicted if is_known else None


@dataclass(frozen=True)
class Disputes:
    """The examples on which a cell differs from the reference, as far as the record lists them.

    Attributes
    ----------
    listed_whole : bool
        Whether it lists all of every trial.
    """

    examples: tuple[Example, ...]
    listed_whole: bool


def classifiers_of(
    cells: Sequence[Cell], info: WorkloadInfo, labels: Mapping[Identity, str]
) -> list[Classifier]:
    """Return those of the cells that predicted test examples of this batch size."""
    own = [
        cell
        for cell in cells
        if (cell.identity.workload, cell.identity.batch_size) == (info.name, info.batch_size)
    ]
    found = [
        Classifier(
            cell.identity,
            labels.get(cell.identity, ""),
            tuple(trial.predictions for trial in cell.trials if trial.predictions),
        )
        for cell in own
    ]
    return [one for one in found if one.trials]


def disputes_of(classifiers: Sequence[Classifier]) -> Disputes:
    """Return disputed examples, first those of the cells that differ least.

    So a model that is another one altogether does not hide what the others differ in.
    """
    trials = [trial for one in classifiers for trial in one.trials]
    least: dict[Example, int] = {}
    for one in classifiers:
        for found in (found for trial in one.trials for found in trial.first_differing):
            least[found.example] = min(one.differing, least.get(found.example, one.differing))
    return Disputes(
        tuple(sorted(least, key=lambda example: (least[example], example.index))),
        all(len(trial.first_differing) == trial.differing for trial in trials),
    )
