"""Two sources side by side: chosen, aligned, compared, and kept in the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import written
from tests.browser.opening import Opener
from tests.report import samples
from tests.report.samples import cell

ONE = "import numpy\n\n\ndef f(x):\n    return numpy.exp(x)\n"
OTHER = "import jax\nfrom jax import numpy\n\n\ndef f(x):\n    return numpy.exp(x)\n"


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a run of three cells, each with a source of its own."""
    texts = {"numpy": ONE, "jax": OTHER, "torch": ONE}
    record = samples.record(
        *(samples.with_source(cell(name)) for name in texts),
        sources={f"implementations.{name}.scratch": text for name, text in texts.items()},
    )
    return written([record], tmp_path_factory)


def choose(page: Page, one: str, other: str) -> None:
    page.get_by_label("Compare", exact=True).select_option(one)
    page.get_by_label("with", exact=True).select_option(other)


def columns(page: Page) -> list[Locator]:
    return page.locator("#compare pre").all()


def test_nothing_is_compared_before_two_are_chosen(open_page: Opener, file: Path) -> None:
    page = open_page(file)
    page.get_by_label("Compare", exact=True).select_option("NumPy from scratch")
    expect(page.locator("#compare .columns")).to_be_hidden()
    page.get_by_label("with", exact=True).select_option("JAX from scratch")
    expect(page.locator("#compare .columns")).to_be_visible()


def test_both_stand_whole_beneath_their_names(open_page: Opener, file: Path) -> None:
    page = open_page(file)
    choose(page, "NumPy from scratch", "JAX from scratch")
    assert page.locator("#compare h3").all_inner_texts() == [
        "NumPy from scratch",
        "JAX from scratch",
    ]
    texts = [column.locator("code").text_content() for column in columns(page)]
    assert texts == [ONE, OTHER]


def test_lines_that_differ_are_marked_and_counted(open_page: Opener, file: Path) -> None:
    page = open_page(file)
    choose(page, "NumPy from scratch", "JAX from scratch")
    marked = [column.locator(".differs").all_text_contents() for column in columns(page)]
    assert marked == [["import numpy"], ["import jax", "from jax import numpy"]]
    assert page.locator("#compare [role=status]").inner_text() == (
        "4 lines are the same; 1 and 2, marked with ≠, are not."
    )
    mark = columns(page)[0].locator(".differs")
    assert "≠" in mark.evaluate("one => getComputedStyle(one, '::before').content")


def test_equal_lines_stand_side_by_side(open_page: Opener, file: Path) -> None:
    page = open_page(file)
    choose(page, "NumPy from scratch", "JAX from scratch")
    tops = [column.get_by_text("def f(x)").bounding_box()["y"] for column in columns(page)]
    assert tops[0] == pytest.approx(tops[1], abs=1)


def test_on_a_narrow_window_they_stand_one_above_the_other(open_page: Opener, file: Path) -> None:
    page = open_page(file, width=360)
    choose(page, "NumPy from scratch", "JAX from scratch")
    one, other = (column.bounding_box() for column in columns(page))
    assert one
    assert other
    assert other["y"] >= one["y"] + one["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_equal_sources_have_no_line_that_differs(open_page: Opener, file: Path) -> None:
    page = open_page(file)
    choose(page, "NumPy from scratch", "PyTorch from scratch")
    assert page.locator("#compare .differs").count() == 0


def test_the_choice_can_be_shared_together_with_a_view(open_page: Opener, file: Path) -> None:
    page = open_page(f"{file.as_uri()}#framework=jax")
    choose(page, "NumPy from scratch", "JAX from scratch")
    assert page.url.endswith("#source-code&framework=jax&compare=numpy-scratch,jax-scratch")
    again = open_page(page.url)
    assert again.locator("#compare h3").all_inner_texts() == [
        "NumPy from scratch",
        "JAX from scratch",
    ]
    again.evaluate("location.hash = ''")
    expect(again.locator("#compare .columns")).to_be_hidden()


@pytest.mark.parametrize("address", ["compare=numpy-scratch,nothing", "compare=%%,'\"<", "compare"])
def test_an_address_that_names_no_two_sources_compares_nothing(
    open_page: Opener, file: Path, address: str
) -> None:
    page = open_page(f"{file.as_uri()}#{address}")
    expect(page.locator("#compare .columns")).to_be_hidden()


def test_markup_in_sources_stays_text_when_compared(
    open_page: Opener, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hostile = "</code></pre><img src=x onerror=alert(1)>\n"
    cells = [samples.with_source(cell(name)) for name in ("numpy", "jax")]
    record = samples.record(
        *cells, sources={one.source or "": f"{hostile}# {one.source}\n" for one in cells}
    )
    page = open_page(written([record], tmp_path_factory))
    choose(page, "NumPy from scratch", "JAX from scratch")
    assert columns(page)[0].locator("code").text_content() == (
        f"{hostile}# implementations.numpy.scratch\n"
    )
    assert page.locator("#compare img").count() == 0


def test_line_numbers_are_not_copied_with_the_code(open_page: Opener, file: Path) -> None:
    page = open_page(file)
    page.locator("details:has(#source-numpy-scratch) > summary").click()
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('#source-numpy-scratch'));"
        " return getSelection().toString(); }"
    )
    assert copied.strip() == ONE.strip()


def test_a_link_from_a_cell_opens_its_source(open_page: Opener, file: Path) -> None:
    page = open_page(file)
    details = page.locator("details.cell").first
    details.locator("summary").first.click()
    details.get_by_role("link", name="implementations.numpy.scratch").click()
    expect(page.locator("#source-numpy-scratch")).to_be_in_viewport()


def test_a_link_from_a_cell_opens_its_packages_without_a_script(
    open_page: Opener, file: Path
) -> None:
    page = open_page(file, javascript=False)
    details = page.locator("details.cell").first
    details.locator("summary").first.click()
    details.get_by_role("link", name="all 2 packages").click()
    expect(page.get_by_text("psutil 7.2.2").first).to_be_visible()


def test_a_cell_that_is_hidden_takes_its_part_along(open_page: Opener, file: Path) -> None:
    page = open_page(f"{file.as_uri()}#framework=jax")
    shown = [one for one in page.locator("details.cell").all() if one.is_visible()]
    assert [one.locator("summary").first.inner_text() for one in shown] == [
        "JAX from scratch, 3 trials"
    ]
