"""Records as CSV: the tidy table of :mod:`bench.analysis.frames`, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis import frames
from bench.records.model import Record
from bench.records.printable import printable

# A spreadsheet takes text that begins with one of these, some in their wide form as well, for a
# formula and works it out.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(records: Sequence[Record]) -> str:
    """Return a line for each epoch of each trial, after one with the names of the columns.

    Numbers have all their digits, so that they are read as they were recorded.
    """
    frame = frames.epochs(records)
    for name in frame.select_dtypes("category"):
        frame[name] = frame[name].map(_as_text, na_action="ignore")
    return frame.to_csv(index=False, lineterminator="\n")


def _as_text(value: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    line = " ".join(printable(value).split())
    return f"'{line}" if line.startswith(_BEGINS_A_FORMULA) else line
