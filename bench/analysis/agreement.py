"""Do two runs contradict each other? What each tells of every pair of cells, side by side."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

from bench.analysis.ranking import Ranked
from bench.analysis.verdicts import Verdict

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Contradiction(Generic[Key]):
    """Two cells of which two runs tell opposite things.

    Attributes
    ----------
    verdicts : pair of Verdict
        On the candidate against the baseline, in either run.
    """

    baseline: Key
    candidate: Key
    verdicts: tuple[Verdict, Verdict]


@dataclass(frozen=True)
class Agreement(Generic[Key]):
    """What two runs tell of the pairs of cells that both rank.

    Attributes
    ----------
    alike : int
        Pairs on which both have the same verdict.
    in_one : int
        Pairs on which one of them has a verdict and the other leaves it open.
    neither : int
    contradictions : tuple of Contradiction
    """

    alike: int
    in_one: int
    neither: int
    contradictions: tuple[Contradiction[Key], ...]

    @property
    def pairs(self) -> int:
        """All of them."""
        return self.alike + self.in_one + self.neither + len(self.contradictions)


def agreement(first: Mapping[Key, Ranked], later: Mapping[Key, Ranked]) -> Agreement[Key]:
    """Return whether two runs agree on the cells that both rank."""
    alike = in_one = neither = 0
    contradictions = []
    for baseline, candidate, verdicts in _pairs([first, later]):
        decided = [verdict for verdict in verdicts if verdict != "inconclusive"]
        if len(decided) < 2:
            in_one += len(decided)
            neither += not decided
        elif decided[0] == decided[1]:
            alike += 1
        else:
            contradictions.append(Contradiction(baseline, candidate, (decided[0], decided[1])))
    return Agreement(alike, in_one, neither, tuple(contradictions))


def _pairs(
    runs: Sequence[Mapping[Key, Ranked]],
) -> Iterator[tuple[Key, Key, list[Verdict]]]:
    """Yield the pairs that all runs can compare, with the verdict of each."""
    shared = [key for key in runs[0] if all(key in ranked for ranked in runs)]
    for baseline, candidate in combinations(shared, 2):
        verdicts = [ranked[candidate].against(ranked[baseline]).verdict for ranked in runs]
        if "incomparable" not in verdicts:
            yield baseline, candidate, verdicts
