"""A trial's steady epochs as they are listed: each with its mark, the middle of many left out."""

from __future__ import annotations

from dataclasses import dataclass

from bench.records.model import Trial

# So many epochs are listed whole; of more, so many at the beginning and at the end.
LISTED = 60
AT_EITHER_END = 15
DISTURBED_SIGN, UNSETTLED_SIGN = "!", "?"


@dataclass(frozen=True)
class Epoch:
    """One steady epoch.

    Attributes
    ----------
    sign : str
        Why it is left out of the median; empty where it counts.
    """

    seconds: float
    sign: str


@dataclass(frozen=True)
class EpochList:
    """A trial's steady epochs.

    Attributes
    ----------
    omitted : int
        How many are not listed, between the first and the last ones.
    shortest, longest : float
        Of all, in seconds.
    """

    first: tuple[Epoch, ...]
    omitted: int
    last: tuple[Epoch, ...]
    shortest: float
    longest: float


def epoch_list(trial: Trial) -> EpochList:
    """Return what is listed of a trial's steady epochs."""
    disturbed = set(trial.interference.disturbed_epochs)

    def sign(number: int) -> str:
        if number in disturbed:
            return DISTURBED_SIGN
        return UNSETTLED_SIGN if number < trial.settling.left_out else ""

    epochs = tuple(
        Epoch(seconds, sign(number)) for number, seconds in enumerate(trial.epoch_seconds)
    )
    whole = len(epochs) <= LISTED
    return EpochList(
        first=epochs if whole else epochs[:AT_EITHER_END],
        omitted=0 if whole else len(epochs) - 2 * AT_EITHER_END,
        last=() if whole else epochs[-AT_EITHER_END:],
        shortest=min(trial.epoch_seconds),
        longest=max(trial.epoch_seconds),
    )
