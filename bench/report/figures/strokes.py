"""How lines are broken, for curves and for the specimens of a legend."""

from __future__ import annotations

from typing import Literal

Dash = tuple[float, ...]
SOLID: Dash = ()
# What tells the lanes of curves apart; within a lane, dashes of different lengths, so that the
# curves below show in the gaps.
DASHES: dict[str, tuple[Dash, ...]] = {
    "eager": (SOLID, (14, 2.5), (20, 2.5), (9, 2.5)),
    "step": ((5, 2.5), (4, 4), (6, 4)),
    "epoch": ((1.4, 1.8), (1.4, 3), (1.4, 4.2)),
}


def linestyle(dash: Dash) -> Literal["-"] | tuple[float, Dash]:
    """Return a dash as matplotlib takes it."""
    return (0, dash) if dash else "-"
