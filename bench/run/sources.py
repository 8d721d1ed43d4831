"""The source code that a run measures, as its record keeps it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path

from bench.worker.loading import module_name
from implementations.contract import Form, Framework


def read_sources(implementations: Iterable[tuple[Framework, Form]]) -> dict[str, str]:
    """Return the text of each implementation's module, by the module's name.

    A module without a text of its own, a compiled one say, is left out.
    """
    names = dict.fromkeys(module_name(framework, form) for framework, form in implementations)
    return {name: text for name in names if (text := _text(name)) is not None}


def _text(name: str) -> str | None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return Path(spec.origin).read_text(encoding="utf-8")
