"""What records hold at one moment, and what else lies about."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from bench.records import store
from bench.records.model import Record, Trial
from tests.attack.aftermath import RecordSeen

# What the harness and Python call temporary files.
TEMPORARY = ("softmax-bench*", "tmp*")
# A lock stays, and so does the log of a fault of the harness, which is a crash to the rules.
KEPT = (".lock", ".log")


def records(folder: Path) -> dict[str, RecordSeen]:
    """Return what the records in a folder hold, by the names of their files."""
    return {path.name: record(path) for path in sorted(folder.glob("*.json"))}


def record(path: Path) -> RecordSeen:
    """Return what a record holds."""
    try:
        loaded = store.load(path)
    except store.RecordError as error:
        return RecordSeen({}, trouble=str(error))
    counted = Counter(key for key, _ in _trials(loaded, counted=True))
    return RecordSeen(
        {f"{key} {_hash(trial)}": _hash(trial) for key, trial in _trials(loaded)},
        tuple(key for key, times in counted.items() if times > 1),
        status=loaded.status,
    )


def _trials(record: Record, counted: bool = False) -> Iterator[tuple[str, Trial]]:
    """Yield trials with the cell and block that they are of; those that count alone, or all."""
    for index, cell in enumerate(record.cells):
        for trial in cell.trials if counted else (*cell.trials, *cell.set_aside):
            yield f"cell {index}, block {trial.block}", trial


def _hash(trial: Trial) -> str:
    return hashlib.sha256(repr(asdict(trial)).encode()).hexdigest()[:12]


def versions(folder: Path) -> dict[str, bytes]:
    """Return the contents of the records in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.glob("*.json") if path.is_file()}


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the names of the files that are new or have other contents."""
    return tuple(name for name, content in after.items() if before.get(name) != content)


def leftovers(folder: Path) -> tuple[str, ...]:
    """Return what commands left of their temporary files; those of plug-ins are their own."""
    inside = (path for name in TEMPORARY for path in (folder / "tmp").glob(name))
    found = {*(path for path in inside if path.suffix not in KEPT), *folder.rglob(".partial-*")}
    return tuple(sorted(str(path.relative_to(folder)) for path in found))


def holding(folder: Path, secrets: Iterable[str]) -> tuple[str, ...]:
    """Return the files below a folder in which one of some secrets stands."""
    wanted = [secret.encode() for secret in secrets]
    return tuple(
        str(path.relative_to(folder))
        for path in _files(folder)
        if any(secret in path.read_bytes() for secret in wanted)
    )


def _files(folder: Path) -> Iterator[Path]:
    """Yield what was written below a folder, but for packages that were installed."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "environments"]
        paths = (Path(place, name) for name in names)
        yield from (path for path in paths if path.is_file() and not path.is_symlink())
