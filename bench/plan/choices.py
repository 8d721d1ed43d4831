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
        super().__init__(f"Unknown {kind} {name!r}.{nearest(name, valid)}")


def nearest(name: str, valid: Collection[str]) -> str:
    """Return what to say of a name that is not among the valid ones."""
    matches = difflib.get_close_matches(name, valid, n=1)
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
        if equals and not re.fullmatch(r"[0-9][0-9A-Za-z.+!-]*", version):
            raise ChoiceError(f"{word!r} is not of the form {name}==1.2.3.")
        choices.append(FrameworkChoice(name, version or None))
    return tuple(choices)


# Nothing that is counted here comes near a number with so many digits.
MOST_DIGITS = 12


def parse_integers(kind: str, text: str, least: int) -> tuple[int, ...]:
    """Return the integers in ``0,1,2``, none of which may be less than `least`.

    Raises
    ------
    ChoiceError
    """
    for word in split(text):
        if not re.fullmatch(r"[0-9]+", word) or len(word) > MOST_DIGITS or int(word) < least:
            wanted = "a positive whole number" if least == 1 else f"a whole number from {least} up"
            size = f" with at most {MOST_DIGITS} digits" if len(word) > MOST_DIGITS else ""
            raise ChoiceError(f"{kind.capitalize()} {word[:40]!r} is not {wanted}{size}.")
    return tuple(int(word) for word in split(text))


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
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else math.nan
    if not least <= share <= most:
        raise ChoiceError(
            f"{kind} {text[:40]!r} is not a share from {100 * least:g}% to {100 * most:g}%."
        )
    return share


SECONDS_OF_UNIT = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}


def parse_duration(text: str) -> float:
    """Return the seconds in ``90``, ``90s``, ``10min`` or ``1.5h``.

    Raises
    ------
    ChoiceError
        If it is none of these, or zero.
    """
    found = re.fullmatch(rf"(\d{{1,{MOST_DIGITS}}}(?:\.\d+)?)\s*(s|min|h|)", text.strip())
    if not found or not float(found[1]):
        raise ChoiceError(f"{text[:40]!r} is not a duration such as 90s, 10min or 1.5h.")
    return float(found[1]) * SECONDS_OF_UNIT[found[2]]
