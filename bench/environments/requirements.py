"""Pinned requirements: read, changed to another version, and hashed. Pure functions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bench.worker
from implementations.contract import Device

WORKER_REQUIREMENTS: Mapping[Device, Path] = {
    "cpu": Path(bench.worker.__file__).with_name("requirements.txt"),
    "gpu": Path(bench.worker.__file__).with_name("requirements-gpu.txt"),
}

_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?\s*==\s*([^\s;]+)")


def parse(text: str) -> tuple[str, ...]:
    """Return the requirement lines of a file, without comments and blank lines."""
    lines = (line.split(" #")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def canonical(name: str) -> str:
    """Return a distribution's name in its normalized form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned_version(lines: Sequence[str], distributions: Sequence[str]) -> str | None:
    """Return the version at which the first of `distributions` is pinned."""
    wanted = [canonical(name) for name in distributions]
    for line in lines:
        match = _NAME.match(line)
        if match and canonical(match[1]) in wanted:
            return match[3]
    return None


def at_version(lines: Sequence[str], distributions: Sequence[str], version: str) -> tuple[str, ...]:
    """Return the lines with every pin of the framework itself moved to `version`.

    The other pins are loosened to names, because another version of the framework may want other
    companions.
    """
    wanted = [canonical(name) for name in distributions]

    def moved(line: str) -> str:
        match = _NAME.match(line)
        if not match:
            return line
        name = match[1] + (match[2] or "")
        marker = line[match.end() :]
        return f"{name}=={version}{marker}" if canonical(match[1]) in wanted else name + marker

    return tuple(moved(line) for line in lines)


@dataclass(frozen=True)
class Pins:
    """What an environment is made from."""

    lines: tuple[str, ...]
    python: str
    device: Device = "cpu"

    @property
    def lock_hash(self) -> str:
        """SHA-256 of the pins, the Python version and the device, shortened to 16 digits.

        The same pins give other builds for another device.
        """
        words = [self.python, self.device, *self.lines]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]
