"""Can a profile be believed? Its parts have to add up to the epoch that was timed apart."""

from __future__ import annotations

from bench.records.model import Cell, Identity, Profile

TOLERANCE = 0.05
# A profile that does not add up was disturbed; a lasting disturbance wastes no more than this.
ATTEMPTS = 3


def has_stages(identity: Identity) -> bool:
    """Tell whether an epoch can be cut: compiled as one program, it has no stages to tell apart."""
    return identity.execution != "epoch"


def is_wanted(cell: Cell) -> bool:
    """Tell whether a cell lacks a profile that it can have."""
    trained = cell.status == "ok" and cell.role == "contender"
    return trained and cell.profile is None and has_stages(cell.identity)


def adds_up(profile: Profile) -> bool:
    """Tell whether the parts differ from the whole by no more than 5 %."""
    return abs(profile.sum_over_whole - 1) <= TOLERANCE


def best(*profiles: Profile) -> Profile:
    """Return the profile whose parts come closest to the whole."""
    return min(profiles, key=lambda profile: abs(profile.sum_over_whole - 1))
