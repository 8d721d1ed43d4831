"""The page prints: dark on white, whole, and without what a sheet of paper cannot do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.opening import Opener

# Of a US letter on its side between margins of 10 mm, in CSS pixels; A4 is a little wider.
SHEET_WIDTH = 980


def printed(open_page: Opener, file: Path, dark: bool = False) -> Page:
    """Return the page as it is laid out for printing."""
    page = open_page(file, width=SHEET_WIDTH, dark=dark)
    page.emulate_media(media="print")
    return page


def test_verdict_and_every_ranked_cell_are_printed(open_page: Opener, published_file: Path) -> None:
    page = printed(open_page, published_file)
    assert page.locator(".verdict").first.is_visible()
    rows = page.locator("table.ranking tbody tr").all()
    assert len(rows) == 15
    assert all(row.is_visible() for row in rows)


def test_nothing_is_lost_beyond_the_edge_of_the_sheet(open_page: Opener, report_file: Path) -> None:
    page = printed(open_page, report_file)
    lost = page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
          .filter(one => !one.closest("svg") && one.checkVisibility())
          .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
          .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert lost == []


def test_what_a_reader_of_paper_cannot_use_is_left_out(
    open_page: Opener, published_file: Path
) -> None:
    page = printed(open_page, published_file)
    useless = "button:not(th button), input, select, textarea, .skip, nav"
    controls = page.locator(useless).all()
    assert [one.inner_text() for one in controls if one.is_visible()] == []


def test_a_dark_page_prints_dark_on_white(open_page: Opener, published_file: Path) -> None:
    page = printed(open_page, published_file, dark=True)
    style = page.evaluate(
        "(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.body))"
    )
    assert style[0] == "rgb(255, 255, 255)"
    assert max(map(int, re.findall(r"\d+", style[1]))) < 64


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_becomes_a_pdf_of_a_few_sheets(
    open_page: Opener, published_file: Path, dark: bool
) -> None:
    page = open_page(published_file, dark=dark)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12
