"""The page follows what the reader prefers: dark or light, colours of their own, no motion."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.opening import Opener

# Roughly; of the page, of its words, and of every word in a drawing.
LIGHTNESS = """() => {
  const lightness = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  };
  const body = getComputedStyle(document.body);
  return {
    page: lightness(body.backgroundColor),
    words: lightness(body.color),
    table: lightness(getComputedStyle(document.querySelector("table.ranking td")).color),
    drawn: [...document.querySelectorAll(".drawing text")]
      .filter(one => one.getClientRects().length)
      .map(one => lightness(getComputedStyle(one).fill)),
  };
}"""


def is_dark(page: Page) -> bool:
    """Tell whether the page is dark and all that stands on it light; False if the reverse."""
    found = page.evaluate(LIGHTNESS)
    dark = found["page"] < 0.2
    assert dark or found["page"] > 0.9
    assert all((found[name] > 0.5) is dark for name in ("words", "table"))
    # Some words stand on coloured shapes instead.
    drawn = [lightness for lightness in found["drawn"] if abs(lightness - found["page"]) > 0.1]
    assert len(drawn) > 20
    assert all((lightness > 0.5) is dark for lightness in drawn)
    return dark


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_is_as_dark_as_the_reader_wants(
    open_page: Opener, report_file: Path, dark: bool
) -> None:
    assert is_dark(open_page(report_file, dark=dark)) is dark


def test_a_page_that_is_open_turns_dark(open_page: Opener, report_file: Path) -> None:
    page = open_page(report_file)
    page.emulate_media(color_scheme="dark")
    assert is_dark(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_of_the_reader_leave_the_drawings_theirs(
    open_page: Opener, report_file: Path, dark: bool
) -> None:
    page = open_page(report_file, dark=dark, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert is_dark(page) is dark
    strokes = page.evaluate(
        "[...document.querySelectorAll('.ranking .glyph path')].map(one => "
        "getComputedStyle(one).stroke)"
    )
    assert len(set(strokes)) > 2


@pytest.mark.parametrize(("motion", "expected"), [("no-preference", "smooth"), ("reduce", "auto")])
def test_nothing_moves_for_who_wants_no_motion(
    open_page: Opener, published_file: Path, motion: str, expected: str
) -> None:
    page = open_page(published_file, reduced_motion=motion)
    root = page.locator("html")
    assert root.evaluate("one => getComputedStyle(one).scrollBehavior") == expected
    if motion == "reduce":
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")]
              .filter(one => !/^0s(, 0s)*$/.test(getComputedStyle(one).transitionDuration))
              .map(one => one.outerHTML.slice(0, 120))"""
        )
        assert moving == []
        assert page.evaluate("document.getAnimations().length") == 0
