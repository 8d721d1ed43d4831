"""Records on disk: read with validation, written atomically."""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bench import folders
from bench.records import migration, sense
from bench.records.model import SCHEMA_VERSION, Record
from bench.records.privacy import private
from bench.records.text_files import Unreadable, read_text

SCHEMA_FILE = Path(__file__).with_name("record.schema.json")

# The most epochs that a plan may come to (bench.plan.bounds) take some 150 MB.
MOST_BYTES = 199_999_999
MOST_LETTERS_SHOWN = 60
ADVICE = "Take an undamaged copy of it, or measure again."


class RecordError(Exception):
    """A record cannot be read or written; the message says why."""


class Nonsense(Exception):
    """A record that makes no sense was to be written: a fault of softmax-bench itself."""


@functools.cache
def _adapter() -> TypeAdapter[Record]:
    """Return what reads and writes records; it takes long to make, and many commands do without."""
    return TypeAdapter(Record)


def schema() -> str:
    """Return the JSON Schema of a record, as it is committed beside this module."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(document | _adapter().json_schema(), indent=1) + "\n"


def run_id(created: datetime, commit: str | None) -> str:
    """Return ``<UTC time>-<short commit>``, which names the record's file."""
    return f"{created:%Y%m%dT%H%M%SZ}-{commit[:8] if commit else 'nocommit'}"


def unused_id(folder: Path, wanted: str) -> str:
    """Return `wanted`, or the first of ``wanted-2``, ``wanted-3``... that no file here has."""
    names = itertools.chain([wanted], (f"{wanted}-{number}" for number in itertools.count(2)))
    # A link that leads nowhere is in the way as well.
    return next(name for name in names if not os.path.lexists(folder / f"{name}.json"))


def is_record(path: Path) -> bool:
    """Tell whether a file looks like a record, whole or not: JSON with what every record has."""
    try:
        # A pipe or a terminal would be waited for.
        if not path.is_file():
            return False
        with path.open("rb") as file:
            if not file.read(64).lstrip().startswith(b"{"):
                return False
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(document, dict) and {"schema_version", "run_id"} <= document.keys()


def load(path: Path | str) -> Record:
    """Return the record in a file.

    Raises
    ------
    RecordError
        If there is no such file, or it does not hold a record of this version, or of an older one
        that can still be read, which makes sense.
    """
    try:
        text = read_text(path, MOST_BYTES)
    except Unreadable as error:
        raise RecordError(f"{path} cannot be read: {error}.") from error
    record = _validated(_in_todays_form(text, path), path)
    fault = sense.first_fault(record)
    if fault:
        raise RecordError(f"{path} makes no sense as a record: {fault}. {ADVICE}")
    return record


def _no_record(path: Path | str, finding: str) -> RecordError:
    return RecordError(
        f"{path} is not a record of this version of softmax-bench: {finding}. {ADVICE}"
    )


def _in_todays_form(text: str, path: Path | str) -> str:
    """Return the JSON of a record of this version; raise RecordError if it is of none."""
    document = _parsed(text, path)
    version = document.get("schema_version") if isinstance(document, dict) else None
    if version in migration.READABLE:
        return _upgraded(document, path)
    if isinstance(version, str) and version != SCHEMA_VERSION:
        raise RecordError(
            f"{path} is a record of schema version {version[:20]!r}. This version of softmax-bench "
            f"reads {', '.join((*migration.READABLE, SCHEMA_VERSION))}: {_advice(version)}."
        )
    return text


def _advice(version: str) -> str:
    """Return what to do about a record of a version that cannot be read."""
    numbers = [
        re.fullmatch(r"([0-9]{1,6})\.([0-9]{1,6})", one) for one in (version, SCHEMA_VERSION)
    ]
    found, present = (
        [int(part) for part in number.groups()] if number else [] for number in numbers
    )
    if found > present:
        return "upgrade softmax-bench to one that does"
    return "report it with the version that wrote it, or measure again"


def _parsed(text: str, path: Path | str) -> Any:
    """Return a JSON document of which no part can be read in two ways."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError as error:
        raise _no_record(path, "the document: it nests too deeply") from error
    except ValueError as error:
        raise _no_record(path, f"the document: Invalid JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"an object has {_shortened(twice)!r} twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _upgraded(document: dict[str, Any], path: Path | str) -> str:
    try:
        return json.dumps(migration.upgraded(document, SCHEMA_VERSION))
    except (TypeError, KeyError, AttributeError) as error:
        wrong = f"{error} is missing" if isinstance(error, KeyError) else "parts are of other types"
        raise RecordError(f"{path} is not a whole record of an older version: {wrong}.") from error


def _validated(text: str, path: Path | str) -> Record:
    try:
        return _adapter().validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(_shortened(str(part)) for part in first["loc"])
        raise _no_record(path, f"{place or 'the document'}: {first['msg']}") from error


def _shortened(name: str) -> str:
    """Return a name that stands in a file, for a message."""
    return name if len(name) <= MOST_LETTERS_SHOWN else f"{name[:MOST_LETTERS_SHOWN]}..."


def dump(record: Record) -> bytes:
    """Return the record as JSON."""
    return _adapter().dump_json(record, indent=1) + b"\n"


class Store:
    """The file of one run, rewritten after every trial.

    Parameters
    ----------
    path : Path
        Its folder is made if it is missing.

    Raises
    ------
    RecordError
        If the folder cannot be written; before anything is measured, not after.
    """

    def __init__(self, path: Path):
        self.path = path
        self._partial = f"{folders.PARTIAL}{path.stem}-"
        folder = path.parent
        try:
            folders.make(folder)
            with tempfile.TemporaryFile(dir=folder):
                pass
            # A run that was killed while it wrote left one.
            folders.remove_stale(folder)
        except OSError as error:
            raise RecordError(
                f"{folder} cannot be written ({error.strerror}). Name another folder with "
                "--results-dir."
            ) from error

    def write(self, record: Record) -> None:
        """Replace the file in one step: a reader sees the old record or the new one, whole.

        Nothing is written that must not be told: see :mod:`bench.records.privacy`.

        Raises
        ------
        RecordError
            If it cannot be written, for want of space, say; the old record stays.
        Nonsense
            If it could not be read again; the old record stays.
        """
        written = private(record)
        fault = sense.first_fault(written)
        if fault:
            raise Nonsense(f"the record of a run must make sense: {fault}")
        content = dump(written)
        if len(content) > MOST_BYTES:
            raise RecordError(
                f"The record has become larger than {MOST_BYTES / 1e6:.0f} MB, which is the most "
                f"that is read. What was measured before is in {self.path}: show it with "
                f"softmax-bench report {self.path}, and start a run of fewer epochs, blocks or "
                "cells."
            )
        try:
            self._replace(content)
        except OSError as error:
            kept = (
                f"What was measured before is in {self.path}: make room, then finish the run with "
                f"softmax-bench run --resume {self.path}."
                if self.path.is_file()
                else "Name another folder with --results-dir."
            )
            raise RecordError(f"The record cannot be written ({error.strerror}). {kept}") from error

    def _replace(self, content: bytes) -> None:
        with tempfile.NamedTemporaryFile(
            dir=self.path.parent, prefix=self._partial, delete=False
        ) as file:
            try:
                folders.hold(file.fileno())
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                os.chmod(file.name, 0o644)
                os.replace(file.name, self.path)
            except BaseException:
                os.unlink(file.name)
                raise


def latest(folder: Path) -> Path | None:
    """Return the newest record's file in a folder: run ids begin with the time."""
    return max(folder.glob("*.json"), default=None, key=lambda path: path.stem)
