"""Is the comparison fair? What a trial records that would make it unfair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bench.analysis.statistics import counted_epochs, cpus_busy
from bench.records.model import CLOCKS_SET_BY_THE_USER, Cell, Trial

Kind = Literal["recompiled", "graph_broken", "more_cpus", "held_down"]

# What is compiled in a steady epoch is timed with it, and a break leaves the compiled function.
MOST_RECOMPILATIONS = 0
MOST_GRAPH_BREAKS = 0
# A worker is bound to its CPUs and cannot use more; but the two clocks are read one after the
# other, which shows in short trials.
CPUS_MARGIN = 0.1
LEAST_SECONDS = 0.1


@dataclass(frozen=True)
class Finding:
    """One thing that sets trials of a cell apart from those that they are compared with.

    Attributes
    ----------
    trials : int
        In how many of the cell's it was found.
    most : float
        The most in one of them: programs, breaks, CPUs, or reasons.
    """

    kind: Kind
    trials: int
    most: float


def findings(cell: Cell) -> tuple[Finding, ...]:
    """Return what speaks against comparing a cell's figures with those of others."""
    found = []
    for kind, measure in _MEASURES.items():
        amounts = [amount for trial in cell.trials if (amount := measure(cell, trial))]
        if amounts:
            found.append(Finding(kind, len(amounts), max(amounts)))
    return tuple(found)


def held_down(trial: Trial) -> tuple[str, ...]:
    """Return what kept the GPU's clock down against the user's wish."""
    reasons = trial.gpu.throttle_reasons if trial.gpu else ()
    return tuple(reason for reason in reasons if reason != CLOCKS_SET_BY_THE_USER)


def given_cpus(cell: Cell, trial: Trial) -> int:
    """Return how many CPUs a trial could use."""
    return len(trial.interference.cpus) or cell.identity.threads


def _recompilations(_: Cell, trial: Trial) -> float:
    number = trial.fairness.recompilations if trial.fairness else None
    return number if number is not None and number > MOST_RECOMPILATIONS else 0


def _graph_breaks(_: Cell, trial: Trial) -> float:
    number = trial.fairness.graph_breaks if trial.fairness else None
    return number if number is not None and number > MOST_GRAPH_BREAKS else 0


def _more_cpus(cell: Cell, trial: Trial) -> float:
    busy = cpus_busy(trial)
    if busy is None:
        return 0
    seconds = sum(trial.epoch_seconds[number] for number in counted_epochs(trial))
    above = busy > given_cpus(cell, trial) * (1 + CPUS_MARGIN)
    return busy if above and seconds >= LEAST_SECONDS else 0


# In the order in which they are told; 0 where nothing was found.
_MEASURES: Mapping[Kind, Callable[[Cell, Trial], float]] = {
    "recompiled": _recompilations,
    "graph_broken": _graph_breaks,
    "more_cpus": _more_cpus,
    "held_down": lambda _, trial: len(held_down(trial)),
}
