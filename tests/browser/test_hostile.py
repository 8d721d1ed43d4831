"""Whatever a record says stays text: it adds no element, runs no script and bursts no frame."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bench.records.printable import printable
from tests.browser.conftest import written
from tests.browser.opening import Opener, open_details
from tests.browser.test_layout import wider_than_window
from tests.report.hostile import HOSTILE, LONG, everywhere


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written([everywhere(HOSTILE)], tmp_path_factory)


@pytest.fixture(scope="module")
def harmless_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the same record with as many plain words in place of hostile ones."""
    return written([everywhere(" words" * (len(HOSTILE) // 6))], tmp_path_factory)


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written([everywhere(LONG)], tmp_path_factory)


def elements(page: Page) -> Counter[str]:
    """Return how many elements of each kind the page has outside its drawings.

    ``span`` is left out: how many a colouring of source code needs depends on the code.
    """
    names = page.evaluate(
        "[...document.querySelectorAll('*')].filter(one => !one.ownerSVGElement)"
        ".map(one => one.localName)"
    )
    return Counter(name for name in names if name != "span")


def drawn_elements(page: Page) -> set[str]:
    """Return which kinds of elements the drawings have; labels decide how many of each."""
    return set(page.locator("svg *").evaluate_all("all => all.map(one => one.localName)"))


def test_hostile_text_adds_no_element_and_runs_no_script(
    open_page: Opener, hostile_file: Path, harmless_file: Path
) -> None:
    page = open_page(hostile_file)
    open_details(page)
    for place in page.locator("summary, a[href], button, [tabindex]").all():
        place.dispatch_event("focus")
        place.dispatch_event("click")
    assert page.evaluate("typeof hacked") == "undefined"
    harmless = open_page(harmless_file)
    assert elements(page) == elements(harmless)
    assert drawn_elements(page) == drawn_elements(harmless)


def test_hostile_text_adds_no_attribute_that_acts(open_page: Opener, hostile_file: Path) -> None:
    acting = open_page(hostile_file).evaluate(
        """() => [...document.querySelectorAll("*")].flatMap(one => [...one.attributes])
          .filter(({name, value}) => name.startsWith("on") || name === "autofocus" ||
            (["href", "src", "action"].includes(name) && !/^(#|data:)/.test(value)))
          .map(({name, value}) => `${name}=${value}`)"""
    )
    assert acting == []


def test_hostile_text_is_shown_as_it_is(open_page: Opener, hostile_file: Path) -> None:
    page = open_page(hostile_file)
    open_details(page)
    shown = printable(HOSTILE)
    for place in ("h3", "td, th", "pre", "li", "dd"):
        assert any(shown in text for text in page.locator(place).all_text_contents()), place
    # A drawing cuts what is too long for it.
    assert any(shown[:20] in text for text in page.locator("svg text").all_text_contents())


@pytest.mark.parametrize("file", ["hostile_file", "long_file"])
def test_no_text_makes_the_page_wider_than_the_window(
    open_page: Opener, request: pytest.FixtureRequest, file: str
) -> None:
    page = open_page(request.getfixturevalue(file))
    open_details(page)
    for width in (360, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert wider_than_window(page) == [], width
        assert page.evaluate("document.scrollingElement.scrollWidth") == width


HOSTILE_FRAGMENTS = (
    "<img src=x onerror=window.hacked=1>",
    "search=%3Cscript%3Ewindow.hacked=1%3C/script%3E&framework=%22%3E%3Csvg%20onload=hacked=1%3E",
    "sort=__proto__&direction=constructor&__proto__=1&compare=javascript:window.hacked=1,%22%5D",
    "%E0%A4%A&&&===#?%",
    "search=" + "x" * 10_000,
)


@pytest.mark.parametrize("reload", [False, True], ids=["while it is open", "as it opens"])
def test_a_hostile_address_adds_no_element_and_runs_no_script(
    open_page: Opener, report_file: Path, reload: bool
) -> None:
    page = open_page(report_file)
    expected = elements(page)
    for fragment in HOSTILE_FRAGMENTS:
        page.goto(f"{report_file.as_uri()}#{fragment}")
        if reload:
            page.reload()
        assert page.evaluate("typeof hacked") == "undefined", fragment
        assert elements(page) == expected, fragment
