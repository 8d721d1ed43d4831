"""axe finds nothing to complain about, on any page, light or dark, wide or narrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.opening import Opener, open_details

# Every rule that is on by default, best practices among them, and one that is not.
EVERY_RULE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}
# All that differs between light and dark, and takes as long as the rest together.
CONTRAST: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
EVERY_RULE_BUT_CONTRAST: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": EVERY_RULE["rules"] | {"color-contrast": {"enabled": False}},
}


def violations(page: Page, options: dict[str, Any] = EVERY_RULE) -> list[str]:
    """Return what axe has to say against a page: one line for every element."""
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(
    ("file", "width"),
    [("published_file", 1600), ("lanes_file", 1600), ("report_file", 1600), ("report_file", 360)],
)
def test_a_run_has_no_violation_in_light_and_in_dark(
    open_page: Opener, request: pytest.FixtureRequest, file: str, width: int
) -> None:
    page = open_page(request.getfixturevalue(file), width=width)
    open_details(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, CONTRAST) == []


@pytest.mark.parametrize("file", ["published_file", "lanes_file"])
def test_a_run_has_no_violation_on_a_phone(
    open_page: Opener, request: pytest.FixtureRequest, file: str
) -> None:
    """Its colours are those of the wide page, and those of the small run are judged on both."""
    page = open_page(request.getfixturevalue(file), width=360)
    open_details(page)
    assert violations(page, EVERY_RULE_BUT_CONTRAST) == []


def test_several_runs_have_no_violation(open_page: Opener, several_file: Path) -> None:
    page = open_page(several_file, width=1600)
    assert violations(page) == []
    open_details(page)
    assert violations(page, EVERY_RULE_BUT_CONTRAST) == []


def test_an_empty_page_has_no_violation(open_page: Opener, empty_file: Path) -> None:
    assert violations(open_page(empty_file)) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("forced_colors", ["none", "active"])
def test_text_of_figures_stands_out(
    open_page: Opener, report_file: Path, dark: bool, forced_colors: str
) -> None:
    """Axe does not judge text that is drawn."""
    page = open_page(report_file, width=1600, dark=dark, forced_colors=forced_colors)
    ratios = page.evaluate(CONTRAST_OF_DRAWN_TEXT)
    assert len(ratios) > 50
    assert [one for one in ratios if one[0] < 4.5] == []


# Of every text in a drawing that does not stand on a coloured shape: contrast to the page, text.
CONTRAST_OF_DRAWN_TEXT = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const luminance = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(value =>
      value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const surface = luminance(getComputedStyle(document.body).backgroundColor);
  const own = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  return [...document.querySelectorAll("svg[role=img] text")]
    .filter(text => text.getClientRects().length && text.textContent.trim())
    .map(text => [luminance(getComputedStyle(text).fill), text.textContent])
    .filter(([fill]) => Math.abs(fill - luminance(own)) > 0.001)
    .map(([fill, words]) =>
      [(Math.max(fill, surface) + 0.05) / (Math.min(fill, surface) + 0.05), words]);
}"""
