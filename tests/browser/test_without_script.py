"""Without JavaScript every number is there, and everything opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.opening import Opener


@pytest.mark.parametrize("file", ["published_file", "report_file"])
def test_every_ranked_number_is_there(
    open_page: Opener, request: pytest.FixtureRequest, file: str
) -> None:
    path = request.getfixturevalue(file)
    rows = "table.ranking tbody tr"
    bare = open_page(path, javascript=False).locator(rows).all_inner_texts()
    assert bare
    assert bare == open_page(path).locator(rows).all_inner_texts()


def test_details_open(open_page: Opener, published_file: Path) -> None:
    page = open_page(published_file, javascript=False)
    details = page.locator("details").first
    content = details.locator(":scope > :not(summary)").first
    assert not content.is_visible()
    details.locator("summary").first.click()
    assert content.is_visible()


def test_nothing_is_offered_that_would_do_nothing(open_page: Opener, published_file: Path) -> None:
    page = open_page(published_file, javascript=False)
    controls = page.locator("button, input, select, textarea").all()
    assert [one.inner_text() for one in controls if one.is_visible()] == []
