"""What compiling brings: each compiled cell against the eager one that is equal in all else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.pairing import Pair, alike, pair
from bench.analysis.ranking import Ranked
from bench.records.axes import EXECUTIONS


@dataclass(frozen=True)
class Compiled:
    """A compiled cell beside its eager one.

    Attributes
    ----------
    pair : Pair
        The eager cell and the compiled one.
    """

    pair: Pair

    @property
    def cost_seconds(self) -> float:
        """By how much its first epoch takes longer than the eager one's; never below 0.

        The first epoch alone, as import and set-up are those of the same framework and differ by
        chance.
        """
        eager, compiled = self.pair.first.summary, self.pair.other.summary
        return max(0.0, compiled.first_epoch_seconds - eager.first_epoch_seconds)

    @property
    def epochs_to_pay(self) -> int | None:
        """After how many epochs it has trained no longer than the eager cell has.

        None where it is not shown to be the faster, so that it never may.
        """
        if self.pair.time.verdict != "faster":
            return None
        eager = self.pair.first.summary.epoch_seconds.median
        saved = eager * (1 - self.pair.ratio)
        return 1 + math.ceil(self.cost_seconds / saved)


def compiled(ranked: Sequence[Ranked]) -> tuple[tuple[Compiled, ...], ...]:
    """Return the compiled cells of each eager one, ``step`` before ``epoch``.

    Those whose best lane gains most come first.
    """
    groups = []
    for cells in alike(ranked, "execution").values():
        lanes = {entry.cell.identity.execution: entry for entry in cells}
        if "eager" in lanes and len(lanes) > 1:
            others = [lanes[lane] for lane in EXECUTIONS if lane in lanes and lane != "eager"]
            groups.append(tuple(Compiled(pair(lanes["eager"], other)) for other in others))
    return tuple(sorted(groups, key=lambda group: best(group).pair.ratio))


def best(lanes: Sequence[Compiled]) -> Compiled:
    """Return the compiled lane with the shortest epoch."""
    return min(lanes, key=lambda one: one.pair.ratio)
