"""What the user typed, checked against what there is."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection
from dataclasses import dataclass

QUICK_BLOCKS = 3
ALL = "all"


class ChoiceError(ValueError):
    """A choice that makes no sense; the message says which and what would."""


class UnknownName(ChoiceError):
    """A name that is not among the valid ones; the message lists those and the nearest."""

    def __init__(self, kind: str, name: str, valid: Collection[str]):
        super().__init__(f"Unknown {kind} {shown(name)}.{nearest(name, valid)}")


# A message quotes no more of what was typed.
MOST_LETTERS_SHOWN = 40


def shown(text: str) -> str:
    """Return a text in quotation marks, shortened, for a message."""
    return repr(text[:MOST_LETTERS_SHOWN]) + ("..." if len(text) > MOST_LETTERS_SHOWN else "")


def nearest(name: str, valid: Collection[str]) -> str:
    """Return what to say of a name that is not among the valid ones."""
    matches = difflib.get_close_matches(name[:MOST_LETTERS_SHOWN], valid, n=1)
    suggestion = f" Did you mean {matches[0]}?" if matches else ""
    return f"{suggestion} Valid: {', '.join(valid)}."


@dataclass(frozen=True)
class FrameworkChoice:
    """A framework, at its pinned version or at another."""

    name: str
    version: str | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}=={self.version}"


def split(text: str) -> tuple[str, ...]:
    """Return the comma-separated words of `text`, each once, in their order."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def check(kind: str, names: Collection[str], valid: Collection[str]) -> None:
    """Raise UnknownName for the first of `names` that is not valid."""
    for name in names:
        if name not in valid:
            raise UnknownName(kind, name, valid)


# It names a folder; published ones are much shorter.
VERSION = re.compile(r"[0-9][0-9A-Za-z.+!-]{0,63}")


def parse_frameworks(text: str, valid: Collection[str]) -> tuple[FrameworkChoice, ...]:
    """Return the choices in ``torch,jax==0.10.1``.

    Raises
    ------
    UnknownName
    ChoiceError
        If a version is not of the form ``name==1.2.3``.
    """
    choices = []
    for word in split(text):
        name, equals, version = word.partition("==")
        check("framework", [name], valid)
        if equals and not VERSION.fullmatch(version):
            raise ChoiceError(f"{shown(word)} is not of the form {name}==1.2.3.")
        choices.append(FrameworkChoice(name, version or None))
    return tuple(choices)


# Nothing that is counted here comes near a number with so many digits.
MOST_DIGITS = 12


def parse_integers(
    kind: str, text: str, least: int, most: int = 10**MOST_DIGITS - 1
) -> tuple[int, ...]:
    """Return the integers in ``0,1,2``, each once.

    Raises
    ------
    ChoiceError
        If a word is no integer from `least` to `most`.
    """
    words = split(text)
    for word in words:
        digits = word.lstrip("0")
        whole = bool(re.fullmatch(r"[0-9]+", word))
        too_large = whole and (len(digits) > MOST_DIGITS or int(digits or "0") > most)
        if whole and not too_large and int(digits or "0") >= least:
            continue
        wanted = "a positive whole number" if least == 1 else f"a whole number from {least} up"
        if too_large:
            wanted = f"a whole number from {least} to {most:,}"
        raise ChoiceError(f"{kind.capitalize()} {shown(word)} is not {wanted}.")
    return tuple(dict.fromkeys(int(word.lstrip("0") or "0") for word in words))


def parse_precision(text: str) -> float | None:
    """Return the share in ``2%`` or ``0.02``; None for an empty text.

    Raises
    ------
    ChoiceError
        If it is not between 0.1 % and 50 %.
    """
    return parse_share("Precision", text, 0.001, 0.5) if text else None


def parse_share(kind: str, text: str, least: float, most: float) -> float:
    """Return the share in ``2%`` or ``0.02``.

    Raises
    ------
    ChoiceError
        If it is not between the bounds.
    """
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*(%?)", text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else math.nan
    if not least <= share <= most:
        raise ChoiceError(
            f"{kind} {shown(text)} is not a share from {100 * least:g}% to {100 * most:g}%."
        )
    return share


SECONDS_OF_UNIT = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
# Systems count what a process waits in milliseconds of 31 bits: no more than 24 days.
MOST_HOURS = 240
LEAST_SECONDS = 0.1


def parse_duration(text: str) -> float:
    """Return the seconds in ``90``, ``90s``, ``10min`` or ``1.5h``.

    Raises
    ------
    ChoiceError
        If it is none of these, or out of bounds.
    """
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*(s|min|h|)", text.strip())
    seconds = float(found[1]) * SECONDS_OF_UNIT[found[2]] if found else math.nan
    if not LEAST_SECONDS <= seconds <= MOST_HOURS * SECONDS_OF_UNIT["h"]:
        raise ChoiceError(
            f"{shown(text)} is not a duration such as 90s, 10min or 1.5h. It may be from "
            f"{LEAST_SECONDS:g}s to {MOST_HOURS}h."
        )
    return seconds
