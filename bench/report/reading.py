"""Records from their files, with summaries as the present version works them out."""

from __future__ import annotations

from pathlib import Path

from bench.analysis.accumulate import summarized
from bench.records import store
from bench.records.model import Record


def read(path: Path | str) -> Record:
    """Return the record in a file, to be shown.

    A summary follows from the trials that stand beside it. That of an older version may have
    followed by another rule than the one that the page states.

    Raises
    ------
    RecordError
        See :func:`bench.records.store.load`.
    """
    return summarized(store.load(path))
