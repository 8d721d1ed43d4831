"""softmax-bench: the same small model in every framework, proven equal, measured and shown.

In a notebook, ``bench.load("results/RECORD.json").frame()`` is a record as a table of pandas.
"""

from __future__ import annotations

# Workers import this module inside the measured environments: nothing may be imported here that
# costs time or memory, or that is not there.
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from bench.report.recording import Recording


def load(path: str | PathLike[str], *more: str | PathLike[str]) -> Recording:
    """Return the record in a file, or the records in several, to be worked with in pandas.

    Raises
    ------
    bench.records.store.RecordError
        If a file cannot be read, or does not hold a record of this version.
    """
    from pathlib import Path

    from bench.report.reading import read
    from bench.report.recording import Recording

    return Recording(tuple(read(Path(one)) for one in (path, *more)))
