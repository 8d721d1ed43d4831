"""Records from their files, as the present version sums them up, and those that lie beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.analysis.accumulate import summarized
from bench.records import store
from bench.records.model import Record
from bench.records.privacy import private
from bench.records.store import RecordError

# Reading a record takes about a tenth of a second.
MOST_EARLIER = 30


def read(path: Path | str) -> Record:
    """Return the record in a file, to be shown.

    A summary follows from the trials that stand beside it. That of an older version may have
    followed by another rule than the one that the page states. Secrets, which older versions
    recorded, are not shown.

    Raises
    ------
    RecordError
        See :func:`bench.records.store.load`.
    """
    return summarized(private(store.load(path)))


def read_earlier(paths: Sequence[Path], records: Sequence[Record]) -> tuple[Record, ...]:
    """Return other complete runs of the same machine, from the folders of some records.

    They tell how far runs lie apart when records are compared. What is no record is passed over,
    and of many the newest count.
    """
    if len(records) < 2:
        return ()
    given = {path.resolve() for path in paths}
    fingerprints = {record.machine.fingerprint for record in records}
    folders = dict.fromkeys(path.parent for path in given)
    beside = [
        path for folder in folders for path in folder.glob("*.json") if path.resolve() not in given
    ]
    newest = sorted(beside, key=lambda path: path.name)[-MOST_EARLIER:]
    found = (_read_if_record(path) for path in newest)
    return tuple(
        record
        for record in found
        if record and record.status == "complete" and record.machine.fingerprint in fingerprints
    )


def _read_if_record(path: Path) -> Record | None:
    try:
        return private(store.load(path))
    except RecordError:
        return None
