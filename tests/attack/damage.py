"""Damaged records: somewhere in a document a value is missing, twice there, or makes no sense."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 0.5, -0.5, 10**30, 2**63, 1e308, -1e308),
    *(float("nan"), float("inf"), float("-inf")),
    *("", "x", "\x1b[2Jred", "\u202ex", "\ud800", "x" * 100_000, [], {}, [[]], {"x": 1}),
)


def damaged(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return a record's document with one to three random faults."""
    generator = random.Random(seed)
    spoiled = copy.deepcopy(document)
    for _ in range(generator.choice((1, 1, 2, 3))):
        parent, key = generator.choice(list(_places(spoiled)))
        _spoil(parent, key, generator)
    return spoiled


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a document: what holds it, and its key or index there."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _spoil(parent: Any, key: Any, generator: random.Random) -> None:
    kind = generator.choice(("other", "other", "other", "missing", "twice", "scaled", "deep"))
    value = parent[key]
    if kind == "missing":
        del parent[key]
    elif kind == "twice" and isinstance(value, list) and value:
        value.append(copy.deepcopy(generator.choice(value)))
    elif kind == "scaled" and isinstance(value, int | float) and not isinstance(value, bool):
        parent[key] = value * generator.choice((-1, 0, 1_000, 10**12))
    elif kind == "deep":
        for _ in range(200):
            value = [value]
        parent[key] = value
    else:
        parent[key] = generator.choice(VALUES)
