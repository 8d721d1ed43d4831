"""An attack: what is done in a folder of its own, and where it stands in a campaign."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.attack.place import Place


@dataclass(frozen=True)
class Attack:
    """One attack, drawn and ready.

    Attributes
    ----------
    what : str
        Few words; attacks that have the same are counted together.
    carry_out : callable
        Does it; everything that it chooses comes from what it was drawn with.
    """

    what: str
    carry_out: Callable[[Place], None]


Draw = Callable[[random.Random], Attack]


@dataclass(frozen=True)
class Number:
    """Which attack of a campaign, whatever else is carried out."""

    seed: int
    of_class: str
    number: int

    def __str__(self) -> str:
        return f"{self.of_class}-{self.number}"

    def generator(self) -> random.Random:
        """Return what all choices of the attack come from."""
        return random.Random(f"{self.seed}/{self}")
