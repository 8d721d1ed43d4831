"""How much one run may be: more is refused in a sentence, before anything is made or loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.plan.choices import ChoiceError
from bench.plan.estimate import OTHER_START_SECONDS, Length
from bench.plan.matrix import PlannedCell

# Before rules are heard; each is looked at.
MOST_COMBINATIONS = 100_000
# Every cell is compared with every other.
MOST_CELLS = 1_000
MOST_TRIALS = 100_000
# An epoch takes some 500 bytes of the record, which is rewritten after every trial.
MOST_EPOCHS_TOGETHER = 300_000
SECONDS_OF_DAY = 86_400


def require_combinations(count: int) -> None:
    """Raise ChoiceError if the axes of a plan come to more combinations than can be looked at."""
    if count > MOST_COMBINATIONS:
        raise ChoiceError(
            f"The plan comes to {count:,} combinations, of which no more than "
            f"{MOST_COMBINATIONS:,} are looked at; to measure each once would take "
            f"{_days(count)}. Name fewer values."
        )


def require_batches(cells: Sequence[PlannedCell], examples: Mapping[str, int]) -> None:
    """Raise ChoiceError if a batch is to hold more examples than there are.

    Parameters
    ----------
    examples : mapping of workload name to int
        How many it trains on.
    """
    sizes = dict.fromkeys((cell.identity.workload, cell.identity.batch_size) for cell in cells)
    for workload, size in sizes:
        if size > examples[workload]:
            raise ChoiceError(
                f"A batch of {size:,} is more than the {examples[workload]:,} training examples "
                f"of {workload}: name a batch size up to that, or leave {workload} out."
            )


def require_distinct(cells: Sequence[PlannedCell]) -> None:
    """Raise ChoiceError if two choices of a framework come to the same cell."""
    first: dict[object, PlannedCell] = {}
    for cell in cells:
        other = first.setdefault(cell.identity, cell)
        if other is not cell:
            raise ChoiceError(
                f"{other.choice} and {cell.choice} are the same version: name one of them."
            )


def require_measurable(
    cells: Sequence[PlannedCell], blocks: int, lengths: Mapping[str, Length]
) -> None:
    """Raise ChoiceError if a run would have more cells, trials or epochs than its record takes.

    Parameters
    ----------
    lengths : mapping of workload name to Length
    """
    if len(cells) > MOST_CELLS:
        raise ChoiceError(
            f"The plan comes to {len(cells):,} cells, and one run compares no more than "
            f"{MOST_CELLS:,}: name fewer values, or split it into several runs."
        )
    trials = len(cells) * blocks
    if trials > MOST_TRIALS:
        raise ChoiceError(
            f"{len(cells):,} cells in {blocks:,} blocks are {trials:,} trials, which would take "
            f"{_days(trials)}; one run has no more than {MOST_TRIALS:,}: name fewer blocks."
        )
    epochs = blocks * sum(lengths[cell.identity.workload].epochs for cell in cells)
    if epochs > MOST_EPOCHS_TOGETHER:
        raise ChoiceError(
            f"The trials of this plan come to {epochs:,} epochs, and one record holds no more than "
            f"{MOST_EPOCHS_TOGETHER:,}: name fewer epochs, blocks or cells."
        )


def _days(trials: int) -> str:
    """Return how long trials take to start alone."""
    return f"{max(1, round(trials * OTHER_START_SECONDS / SECONDS_OF_DAY)):,} days or more"
