"""What was measured of each cell, in one place: warnings, environment, source and raw trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.statistics import steady_epoch_seconds
from bench.records.model import Cell, Identity, Record, Trial
from bench.report import evidence
from bench.report.environments import EnvironmentSection
from bench.report.marks import DISTURBED, UNSETTLED, marks
from bench.report.source_code import Source, Sources, source_of
from bench.report.statuses import status_words
from bench.report.wording import duration, listing, percent, sentence


@dataclass(frozen=True)
class Concern:
    """Something to know before trusting a cell's figures: a few words, then whole sentences."""

    title: str
    words: str


@dataclass(frozen=True)
class Setting:
    """A mode or a number of threads, and each value that a trial reports."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class CellDetails:
    """A cell with all that the page says of it alone.

    Attributes
    ----------
    anchor : str
        Its id on the page.
    environment : EnvironmentSection or None
        None where the record does not hold it.
    source : Source or None
        None where the record does not hold it.
    rows : tuple of Row
        The evidence of its trials, in their order.
    settings : tuple of Setting
        Precision modes and threads, as the framework reports them.
    """

    anchor: str
    cell: Cell
    concerns: tuple[Concern, ...]
    environment: EnvironmentSection | None
    source: Source | None
    rows: tuple[evidence.Row, ...]
    settings: tuple[Setting, ...]

    @property
    def counts_programs(self) -> bool:
        """Whether some trial says what was compiled in it, and how many threads it had."""
        return any(trial.fairness for trial in self.cell.trials)

    @property
    def gpu_trials(self) -> tuple[Trial, ...]:
        """The trials of which the GPU's driver told something."""
        return tuple(trial for trial in self.cell.trials if trial.gpu)


@dataclass(frozen=True)
class Surroundings:
    """What the cells of a run point to."""

    record: Record
    environments: Mapping[str, EnvironmentSection]
    sources: Sources


def cell_anchors(anchor: str, cells: Sequence[Cell]) -> dict[Identity, str]:
    """Return the id on the page of each cell of a workload, whose own id is `anchor`."""
    return {cell.identity: f"{anchor}-cell-{number}" for number, cell in enumerate(cells, start=1)}


def cell_details(
    anchor: str, cells: Sequence[Cell], surroundings: Surroundings
) -> tuple[CellDetails, ...]:
    """Return the details of each cell of a workload, whose own id is `anchor`."""
    anchors = cell_anchors(anchor, cells)
    return tuple(
        CellDetails(
            anchors[cell.identity],
            cell,
            concerns(cell, surroundings.environments.get(cell.environment)),
            surroundings.environments.get(cell.environment),
            source_of(surroundings.record, cell, surroundings.sources),
            tuple(map(evidence.row, cell.trials)),
            _settings(cell),
        )
        for cell in cells
    )


def _settings(cell: Cell) -> tuple[Setting, ...]:
    found: dict[str, dict[str, None]] = {}
    for trial in cell.trials:
        for name, value in (trial.fairness.settings if trial.fairness else {}).items():
            found.setdefault(name, {})[value] = None
    return tuple(Setting(name, tuple(values)) for name, values in found.items())


def concerns(cell: Cell, environment: EnvironmentSection | None) -> tuple[Concern, ...]:
    """Return all that speaks against a cell's figures, or limits what they mean."""
    return (
        *_of_its_state(cell),
        *_of_its_marks(cell),
        *_of_its_trials(cell),
        *_of_its_making(cell),
        *(Concern("environment", sentence(note)) for note in _notes(environment)),
    )


def _notes(environment: EnvironmentSection | None) -> tuple[str, ...]:
    return environment.environment.notes if environment else ()


def _of_its_state(cell: Cell) -> list[Concern]:
    if cell.status == "ok":
        return []
    reason = cell.reason or "the run ended before this cell's turn came"
    advice = f" {sentence(cell.remedy)}" if cell.remedy else ""
    return [Concern(status_words(cell), f"{sentence(reason)}{advice}")]


def _of_its_marks(cell: Cell) -> list[Concern]:
    return [Concern(mark.words, sentence(mark.kind.meaning)) for mark in marks(cell)]


def _of_its_trials(cell: Cell) -> list[Concern]:
    found = [
        Concern(DISTURBED.title, _disturbance(trial, counts)) for trial, counts in _disturbed(cell)
    ]
    unsettled = [str(trial.block) for trial in cell.trials if trial.settling.settled is False]
    if unsettled:
        noun = "block" if len(unsettled) == 1 else "blocks"
        words = f"The epochs of {noun} {listing(unsettled)} never settled."
        found.append(Concern(UNSETTLED.title, words))
    return found


def _disturbed(cell: Cell) -> list[tuple[Trial, bool]]:
    """Return disturbed trials as they were measured, and whether each counts."""
    found = [(trial, False) for trial in cell.set_aside]
    found += [(trial, True) for trial in cell.trials if trial.interference.reason]
    return sorted(found, key=lambda one: (one[0].block, one[0].attempt))


def _disturbance(trial: Trial, counts: bool) -> str:
    reason = trial.interference.reason or "fewer epochs were disturbed in another attempt"
    outcome = "which counts all the same" if counts else "set aside and measured again"
    return (
        f"Block {trial.block}, attempt {trial.attempt + 1}, "
        f"{duration(steady_epoch_seconds(trial))} an epoch, {outcome}: {sentence(reason)}"
    )


def _of_its_making(cell: Cell) -> list[Concern]:
    """Return what the way in which a cell is made and measured means for its figures."""
    found = []
    others = dict.fromkeys(
        name for trial in cell.trials for name in trial.interference.foreign_modules
    )
    if others:
        words = f"Its workers had also imported {listing([*others])}, which takes memory and time."
        found.append(Concern("other libraries", words))
    if any(trial.memory.method == "rss" for trial in cell.trials):
        words = (
            "Peak memory was read after each epoch only, as this system keeps no peak of its own; "
            "it can have been higher in between."
        )
        found.append(Concern("memory", words))
    if cell.clips_probabilities:
        words = (
            "The framework's own loss clips probabilities before the logarithm; its losses are "
            "compared with those of a reference that does the same."
        )
        found.append(Concern("another loss", words))
    if cell.own_arithmetic:
        words = (
            f"{sentence(cell.own_arithmetic)} Its bounds are wider by what that does to this "
            "training."
        )
        found.append(Concern("own arithmetic", words))
    if cell.planted_slowdown:
        share = percent(cell.planted_slowdown)
        words = f"A self-test lengthens every epoch by {share} on purpose."
        found.append(Concern("planted slowdown", words))
    return found
