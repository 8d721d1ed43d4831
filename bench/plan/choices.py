"""What the user asked for, checked against what there is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from implementations.contract import Device, Form

FORMS: tuple[Form, ...] = ("scratch", "high_level")
DEVICES: tuple[Device, ...] = ("cpu", "gpu")
QUICK_BLOCKS = 2
DEFAULT_BLOCKS = 5
# A disturbance of some seconds passes between two attempts; a lasting one wastes no more than this.
DEFAULT_REPEATS = 2
DEFAULT_MAX_TIME_SECONDS = 3600.0
# With seed 1, ten epochs of Fashion-MNIST end at 0.8345; docs/method.md gives the range.
DEFAULT_SEED = 1


class ChoiceError(ValueError):
    """A choice that makes no sense; the message says which and what would."""


class UnknownName(ChoiceError):
    """A name that is not among the valid ones; the message lists those and the nearest."""

    def __init__(self, kind: str, name: str, valid: Collection[str]):
        nearest = difflib.get_close_matches(name, valid, n=1)
        suggestion = f" Did you mean {nearest[0]}?" if nearest else ""
        super().__init__(f"Unknown {kind} {name!r}.{suggestion} Valid: {', '.join(valid)}.")


@dataclass(frozen=True)
class FrameworkChoice:
    """A framework, at its pinned version or at another."""

    name: str
    version: str | None = None

    def __str__(self) -> str:
        return self.name if self.version is None else f"{self.name}=={self.version}"


@dataclass(frozen=True)
class Choices:
    """One run as the user wants it; the defaults are the default plan.

    Attributes
    ----------
    batch_sizes : tuple of int
        Empty for each workload's own.
    epochs : int, optional
        None for each workload's own, or its own quick number.
    repeats : int
        How often a disturbed trial may be measured again.
    precision : float, optional
        Share of a cell's median that its interval may reach to either side; blocks are added until
        no interval is wider, or `max_time_seconds` are spent.
    profile : bool
        Whether to find out where each cell's epoch goes.
    """

    frameworks: tuple[FrameworkChoice, ...]
    workloads: tuple[str, ...]
    forms: tuple[Form, ...] = FORMS
    devices: tuple[Device, ...] = ("cpu",)
    threads: tuple[int, ...] = (1,)
    batch_sizes: tuple[int, ...] = ()
    blocks: int = DEFAULT_BLOCKS
    epochs: int | None = None
    quick: bool = False
    seed: int = DEFAULT_SEED
    timeout_seconds: float = 300.0
    environment: Literal["managed", "current"] = "managed"
    repeats: int = DEFAULT_REPEATS
    precision: float | None = None
    max_time_seconds: float = DEFAULT_MAX_TIME_SECONDS
    profile: bool = True


def split(text: str) -> tuple[str, ...]:
    """Return the comma-separated words of `text`, each once, in their order."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def check(kind: str, names: Collection[str], valid: Collection[str]) -> None:
    """Raise UnknownName for the first of `names` that is not valid."""
    for name in names:
        if name not in valid:
            raise UnknownName(kind, name, valid)


def parse_frameworks(text: str, valid: Collection[str]) -> tuple[FrameworkChoice, ...]:
    """Return the choices in ``torch,jax==0.10.1``; an empty text means all.

    Raises
    ------
    UnknownName
    ChoiceError
        If a version is not of the form ``name==1.2.3``.
    """
    choices = []
    for word in split(text) or tuple(valid):
        name, equals, version = word.partition("==")
        check("framework", [name], valid)
        if equals and not re.fullmatch(r"[0-9][0-9A-Za-z.+!-]*", version):
            raise ChoiceError(f"{word!r} is not of the form {name}==1.2.3.")
        choices.append(FrameworkChoice(name, version or None))
    return tuple(choices)


def parse_positive_integers(kind: str, text: str) -> tuple[int, ...]:
    """Return the integers in ``1,2,4``.

    Raises
    ------
    ChoiceError
        If a word is not a positive integer.
    """
    for word in split(text):
        if not word.isdecimal() or int(word) < 1:
            raise ChoiceError(f"{kind} {word!r} is not a positive whole number.")
    return tuple(int(word) for word in split(text))


def parse_precision(text: str) -> float | None:
    """Return the share in ``2%`` or ``0.02``; None for an empty text.

    Raises
    ------
    ChoiceError
        If it is not between 0.1 % and 50 %.
    """
    if not text:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else 0.0
    if not 0.001 <= share <= 0.5:
        raise ChoiceError(f"Precision {text!r} is not a share from 0.1% to 50%, such as 2%.")
    return share


SECONDS_OF_UNIT = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}


def parse_duration(text: str) -> float:
    """Return the seconds in ``90``, ``90s``, ``10min`` or ``1.5h``.

    Raises
    ------
    ChoiceError
        If it is none of these, or zero.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|min|h|)", text.strip())
    if not found or not float(found[1]):
        raise ChoiceError(f"{text!r} is not a duration such as 90s, 10min or 1.5h.")
    return float(found[1]) * SECONDS_OF_UNIT[found[2]]
