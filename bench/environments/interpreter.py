"""What an environment is to the rest of the harness."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.records.model import Environment


class Unavailable(Exception):
    """A framework cannot be installed here; the run goes on without it.

    Attributes
    ----------
    reason, remedy : str
    """

    def __init__(self, reason: str, remedy: str):
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True)
class Interpreter:
    """A Python executable with a framework in it, and its description for the record."""

    python: Path
    description: Environment


_LIST_PACKAGES = """
import importlib.metadata, json
print(json.dumps({d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}))
"""


def installed_packages(python: Path) -> dict[str, str]:
    """Return ``{name: version}`` of the packages that `python` sees, sorted by name."""
    answer = subprocess.run(
        [python, "-I", "-c", _LIST_PACKAGES],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=True,
    )
    packages: dict[str, str] = json.loads(answer.stdout)
    return {name: packages[name] for name in sorted(packages, key=str.casefold)}
