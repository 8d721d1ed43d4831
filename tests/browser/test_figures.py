"""Figures in a real browser: nothing of a drawing is cut off, and no two texts overlap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.opening import Opener

# The drawings in sight: their frame and their texts, each with its words, whether it stands
# upright, and its box.
DRAWINGS = """
() => {
  const box = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  return [...document.querySelectorAll(".drawing svg")]
    .filter((svg) => svg.checkVisibility())
    .map((svg) => ({
      frame: box(svg),
      texts: [...svg.querySelectorAll("text")].map((text) => ({
        words: text.textContent, upright: !text.hasAttribute("transform"), box: box(text),
      })),
    }));
}
"""
# Pixels: what rounding may do, and what boxes of two lines of text share above and below letters.
ROUNDING, LEADING = 1, 3


@pytest.mark.parametrize("width", [360, 800, 1400])
@pytest.mark.parametrize("file", ["published_file", "large_file", "report_file"])
def test_no_text_of_a_drawing_is_cut_off_or_overlaps_another(
    file: str, width: int, open_page: Opener, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(file)
    drawings = open_page(path, width=width).evaluate(DRAWINGS)
    assert drawings
    assert [words for one in drawings for words in (*cut_off(one), *overlapping(one))] == []


def cut_off(drawing: dict[str, Any]) -> list[str]:
    """Return the texts that reach beyond the drawing."""
    left, top, right, bottom = drawing["frame"]
    return [
        text["words"]
        for text in drawing["texts"]
        if text["box"][0] < left - ROUNDING
        or text["box"][1] < top - ROUNDING
        or text["box"][2] > right + ROUNDING
        or text["box"][3] > bottom + ROUNDING
    ]


def overlapping(drawing: dict[str, Any]) -> list[str]:
    """Return the pairs of upright texts that overlap."""
    upright = [text for text in drawing["texts"] if text["upright"]]
    return [
        f"{one['words']} / {other['words']}"
        for place, one in enumerate(upright)
        for other in upright[place + 1 :]
        if shared(one["box"], other["box"], 0) > ROUNDING
        and shared(one["box"], other["box"], 1) > LEADING
    ]


def shared(one: list[float], other: list[float], direction: int) -> float:
    """Return how many pixels two boxes share across, 0, or down, 1."""
    return min(one[direction + 2], other[direction + 2]) - max(one[direction], other[direction])
