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
