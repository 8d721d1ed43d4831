"""Texts within a drawing: what is shown of them, and how much room that takes."""

from __future__ import annotations

import functools

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from bench.records.printable import printable

FONT_SIZE = 12
# Names of plug-ins can have any length.
LONGEST = 60
_ON_ONE_LINE = str.maketrans("\n\t", "  ")
# Drawn where a system has no other; most have narrower ones.
_FONT = FontProperties(family="DejaVu Sans", size=FONT_SIZE)


def shown(text: str, longest: int = LONGEST) -> str:
    """Return a text as it is drawn: on one line, whole where it is not very long."""
    clean = printable(text).translate(_ON_ONE_LINE)
    if len(clean) <= longest:
        return clean
    return f"{clean[: longest - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


@functools.cache
def text_width(text: str) -> float:
    """Return the width of a text as it is drawn, in points."""
    width, _, _ = TextToPath().get_text_width_height_descent(shown(text), _FONT, ismath=False)
    return float(width)


def shortened(text: str, width: float) -> str:
    """Return a text as it is drawn, cut where it would be wider than so many points."""
    lengths = range(LONGEST, 1, -1)
    return next((cut for one in lengths if text_width(cut := shown(text, one)) <= width), "")
