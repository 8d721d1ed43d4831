"""Can a profile be believed? Its parts have to add up to the epoch that was timed apart."""

from __future__ import annotations

from bench.records.model import Cell, Profile

TOLERANCE = 0.05
# A profile that does not add up was disturbed; a lasting disturbance wastes no more than this.
ATTEMPTS = 3


def is_wanted(cell: Cell) -> bool:
    """Tell whether a cell lacks a profile that it can have.

    A whole epoch that is compiled as one program has no stages to tell apart.
    """
    trained = cell.status == "ok" and cell.role == "contender"
    return trained and cell.profile is None and cell.identity.execution != "epoch"


def adds_up(profile: Profile) -> bool:
    """Tell whether the parts differ from the whole by no more than 5 %."""
    return abs(profile.sum_over_whole - 1) <= TOLERANCE


def best(*profiles: Profile) -> Profile:
    """Return the profile whose parts come closest to the whole."""
    return min(profiles, key=lambda profile: abs(profile.sum_over_whole - 1))
