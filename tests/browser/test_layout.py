"""The page fits on a telephone and on a wide screen, and its drawings can be read on both."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.opening import Opener, open_details

FILES = ("published_file", "report_file", "lanes_file", "several_file", "large_file", "empty_file")
WIDTHS = (360, 768, 1400, 1600)
# In CSS pixels; what is smaller cannot be read at arm's length.
SMALLEST_TEXT = 9


@pytest.fixture(params=FILES)
def any_file(request: pytest.FixtureRequest) -> Path:
    """Return each kind of page."""
    file: Path = request.getfixturevalue(request.param)
    return file


def test_nothing_is_wider_than_the_window(open_page: Opener, any_file: Path) -> None:
    page = open_page(any_file)
    open_details(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert wider_than_window(page) == [], width
        assert page.evaluate("document.scrollingElement.scrollWidth") == width


def wider_than_window(page: Page) -> list[str]:
    """Return the elements that reach beyond the window, other than within what scrolls."""
    found: list[str] = page.evaluate(
        """() => [...document.body.querySelectorAll("*")]
          .filter(one => !one.closest("svg") && one.getClientRects().length)
          .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
          .filter(one => {
            for (let up = one.parentElement; up; up = up.parentElement)
              if (getComputedStyle(up).overflowX !== "visible") return false;
            return true;
          })
          .map(one => one.outerHTML.slice(0, 200))"""
    )
    return found


def test_drawn_text_is_whole_large_enough_and_apart(open_page: Opener, any_file: Path) -> None:
    page = open_page(any_file)
    open_details(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(FAULTS_OF_DRAWN_TEXT, SMALLEST_TEXT)
        assert found == {"cut": [], "small": [], "overlapping": []}, width


# Corners of a text on the screen, turned as the text is. A box is a quarter higher than the letters
# in it. Two boxes are apart if they are along the side of one of them (separating axis theorem).
FAULTS_OF_DRAWN_TEXT = """smallest => {
  const corners = text => {
    const {x, y, width, height} = text.getBBox(), toScreen = text.getScreenCTM();
    const [top, bottom] = [y + height / 8, y + height * 7 / 8];
    return [[x, top], [x + width, top], [x + width, bottom], [x, bottom]].map(([x, y]) =>
      new DOMPoint(x, y).matrixTransform(toScreen));
  };
  const shared = (some, others, {x, y}) => {
    const along = points => points.map(point => point.x * x + point.y * y);
    const [one, other] = [along(some), along(others)];
    return Math.min(Math.max(...one), Math.max(...other)) -
      Math.max(Math.min(...one), Math.min(...other));
  };
  const directions = ([first, second, , last]) => [second, last].map(({x, y}) => {
    const length = Math.hypot(x - first.x, y - first.y);
    return {x: (x - first.x) / length, y: (y - first.y) / length};
  });
  const overlap = (some, others) => [...directions(some), ...directions(others)].every(direction =>
    shared(some, others, direction) > 1);

  const faults = {cut: [], small: [], overlapping: []};
  for (const drawing of document.querySelectorAll("svg[role=img]")) {
    const frame = drawing.getBoundingClientRect();
    if (!frame.width) continue;
    const scale = frame.width / drawing.viewBox.baseVal.width;
    const texts = [...drawing.querySelectorAll("text")].filter(one => one.textContent.trim());
    const boxes = texts.map(corners);
    texts.forEach((one, index) => {
      const name = `${drawing.querySelector("title").textContent}: ${one.textContent}`;
      if (boxes[index].some(({x, y}) => x < frame.left - 1 || x > frame.right + 1 ||
          y < frame.top - 1 || y > frame.bottom + 1))
        faults.cut.push(name);
      if (parseFloat(getComputedStyle(one).fontSize) * scale < smallest)
        faults.small.push(name);
      texts.slice(index + 1).forEach((another, offset) => {
        if (overlap(boxes[index], boxes[index + 1 + offset]))
          faults.overlapping.push(`${name} / ${another.textContent}`);
      });
    });
  }
  return faults;
}"""


def test_the_first_screen_shows_verdict_and_first_places(
    open_page: Opener, published_file: Path
) -> None:
    page = open_page(published_file, width=1400, height=900)
    for shown in (
        page.locator(".verdict").first,
        *page.locator("table.ranking tbody tr").all()[:3],
    ):
        box = shown.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 900


def test_lanes_take_no_more_width_than_there_is(open_page: Opener, lanes_file: Path) -> None:
    page = open_page(lanes_file, width=1400)
    table = page.locator(".scroll:has(table.ranking)")
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_a_telephone_shows_the_page_at_its_own_width(
    open_page: Opener, published_file: Path
) -> None:
    page = open_page(
        published_file, width=360, height=740, is_mobile=True, has_touch=True, device_scale_factor=3
    )
    open_details(page)
    assert page.evaluate("[innerWidth, visualViewport.scale]") == [360, 1]


def test_a_finger_opens_details_and_moves_a_wide_table(
    open_page: Opener, published_file: Path
) -> None:
    page = open_page(published_file, width=360, height=740, is_mobile=True, has_touch=True)
    details = page.locator("details").first
    details.locator("summary").first.tap()
    assert details.get_attribute("open") is not None
    table = page.locator(".scroll:has(table.ranking)").first
    table.scroll_into_view_if_needed()
    table.evaluate("one => one.scrollTo({left: one.scrollWidth, behavior: 'instant'})")
    last = table.locator("tbody tr").first.locator("td").last.bounding_box()
    assert last
    assert last["x"] + last["width"] <= 360
