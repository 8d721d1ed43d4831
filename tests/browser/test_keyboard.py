"""All that the page offers can be reached and used with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.opening import Opener, open_details

# What is left out cannot be seen, or belongs to details that are closed.
REMEMBER_CONTROLS = """() => {
  window.controls = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']"
  )].filter(one => !one.disabled && one.checkVisibility());
  return controls.map(one => one.outerHTML.slice(0, 120));
}"""


def walk(page: Page, steps: int) -> list[int]:
    """Press Tab so often, and return which of the remembered controls had the focus each time."""
    reached = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("controls.indexOf(document.activeElement)"))
    return reached


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "opened"])
def test_tab_reaches_every_control_in_order(
    open_page: Opener, report_file: Path, opened: bool
) -> None:
    page = open_page(report_file)
    if opened:
        open_details(page)
    controls = page.evaluate(REMEMBER_CONTROLS)
    assert walk(page, len(controls)) == list(range(len(controls))), controls


def test_the_focus_can_be_seen_wherever_it_is(open_page: Opener, report_file: Path) -> None:
    page = open_page(report_file, reduced_motion="reduce")
    controls = page.evaluate(REMEMBER_CONTROLS)
    unseen = []
    for control in controls:
        page.keyboard.press("Tab")
        outline = page.evaluate(
            """() => {
              const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement);
              const {top, bottom, left, right} = document.activeElement.getBoundingClientRect();
              return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 &&
                bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
            }"""
        )
        if not outline:
            unseen.append(control)
    assert unseen == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_opens_details_and_closes_them(
    open_page: Opener, published_file: Path, key: str
) -> None:
    page = open_page(published_file)
    details = page.locator("details").first
    details.locator("summary").first.focus()
    for expected in (True, False):
        page.keyboard.press(key)
        assert details.evaluate("one => one.open") is expected


def test_the_first_stop_leads_past_the_contents(open_page: Opener, several_file: Path) -> None:
    page = open_page(several_file)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the results"
    assert skip.evaluate("one => getComputedStyle(one).clipPath") == "none"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_wide_table_is_moved_with_the_arrows(open_page: Opener, published_file: Path) -> None:
    page = open_page(published_file, width=360, reduced_motion="reduce")
    table = page.locator(".scroll:has(table.ranking)").first
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=table.element_handle())
