"""The page as a whole: complete, self-contained, reproducible, and safe against its contents."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace

import pytest

from bench.records.model import Failure, Record
from bench.records.printable import printable
from bench.report import page
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.hostile import HOSTILE, everywhere
from tests.report.samples import cell


def test_it_loads_nothing_from_elsewhere(eventful_html: str, eventful_page: Document) -> None:
    addresses = [
        value
        for element in eventful_page.elements
        for name, value in element.attributes.items()
        if name.rpartition(":")[2] in ("src", "href", "srcset", "data", "action", "poster")
    ]
    assert addresses
    assert all(address.startswith(("#", "data:,")) for address in addresses)
    assert not eventful_page.all("iframe", "object", "embed", "base")
    assert all(script.attributes == {"type": "module"} for script in eventful_page.all("script"))
    assert not re.search(r"@import|url\((?!#)|https?://", eventful_html)


def test_the_browser_is_told_to_load_nothing(eventful_page: Document) -> None:
    policies = [
        meta.attributes["content"]
        for meta in eventful_page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")


def test_the_same_records_give_the_same_bytes(eventful: Record, eventful_html: str) -> None:
    assert page.render([eventful]) == eventful_html


def test_every_cell_appears(eventful: Record, eventful_page: Document) -> None:
    for label in (
        "NumPy from scratch",
        "PyTorch high-level",
        "JAX from scratch",
        "MXNet from scratch",
        "TensorFlow from scratch",
        "MXNet high-level",
        "scikit-learn high-level",
    ):
        assert label in eventful_page.text


def test_ids_are_unique_and_references_lead_to_one(eventful: Record) -> None:
    document = parse(page.render([eventful, eventful]))
    ids = Counter(
        element.attributes["id"] for element in document.elements if "id" in element.attributes
    )
    references = {
        element.attributes["href"][1:]
        for element in document.all("a", "use")
        if element.attributes["href"].startswith("#")
    } | {
        name
        for element in document.elements
        for name in element.attributes.get("aria-labelledby", "").split()
    }
    assert [name for name, number in ids.items() if number > 1] == []
    assert references <= set(ids)


def test_headings_skip_no_level(eventful_page: Document) -> None:
    levels = [int(heading.tag[1]) for heading in eventful_page.all("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(next_one <= level + 1 for level, next_one in itertools.pairwise(levels))


def test_it_says_its_language(eventful_page: Document) -> None:
    assert eventful_page.all("html")[0].attributes["lang"] == "en"


def test_what_scrolls_can_be_reached_and_has_a_name(eventful_page: Document) -> None:
    scrolling = [one for one in eventful_page.elements if one.attributes.get("class") == "scroll"]
    assert scrolling
    for element in scrolling:
        assert element.attributes["tabindex"] == "0"
        assert element.attributes.keys() & {"aria-label", "aria-labelledby"}


def test_header_cells_say_what_they_head(eventful_page: Document) -> None:
    assert {th.attributes.get("scope") for th in eventful_page.all("th")} == {"row", "col"}


def test_hostile_contents_stay_text() -> None:
    """That no field brings markup; tests/browser/test_hostile.py looks with a browser's eyes."""
    document = parse(page.render([everywhere(HOSTILE)]))
    harmless = parse(page.render([everywhere(" words" * (len(HOSTILE) // 6))]))
    for tag in ("script", "style", "img", "base", "a", "iframe", "form", "meta", "link"):
        assert len(document.all(tag)) == len(harmless.all(tag)), tag
    assert not any(
        name.startswith("on") for element in document.elements for name in element.attributes
    )


def test_a_hostile_name_is_shown_as_it_is() -> None:
    """Within a drawing too, and there neither as a formula."""
    words = parse(page.render([everywhere(HOSTILE)])).words
    assert any(text.startswith(f"numpy{printable(HOSTILE)} from scratch") for text in words)


def test_control_characters_of_a_log_or_name_are_replaced() -> None:
    broken = replace(
        samples.failed(cell("torch")),
        failures=(Failure(0, 0, "raised", "", "", "\x1b[31mred\x1b[0m\x00bell\x07"),),
    )
    html = page.render([samples.record(cell("na\x00me"), broken)])
    assert "red\ufffdbell\ufffd" in html
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", html)


def test_several_records_have_a_section_each_and_a_table_of_contents(eventful: Record) -> None:
    later = replace(eventful, created="2025-03-04T05:06:00+00:00")
    html = page.render([eventful, later])
    document, contents = parse(html), parse(html.partition("<nav")[2].partition("</nav>")[0])
    assert [link.attributes["href"] for link in contents.all("a")] == [
        "#comparison",
        "#run-1",
        "#run-1-workload-1",
        "#run-1-workload-2",
        "#run-2",
        "#run-2-workload-1",
        "#run-2-workload-2",
        "#how-to-read",
    ]
    assert "Contents Comparison of 2 runs Run 1, 2 January 2025" in contents.text
    assert "Run of 2 January 2025, 03:04 UTC" in document.text
    assert "Run of 4 March 2025, 05:06 UTC" in document.text


def test_a_single_workload_needs_no_table_of_contents() -> None:
    assert not parse(page.render([samples.record(cell())])).all("nav")


@pytest.mark.parametrize("records", [[], [samples.record()]], ids=["no record", "no cells"])
def test_an_empty_page_is_still_a_page(records: list[Record]) -> None:
    text = parse(page.render(records)).text
    assert "There is no record" in text or "holds no cells" in text


def test_it_ends_with_how_to_read_it(eventful_page: Document) -> None:
    ending = eventful_page.text.rpartition("How to read this page")[2]
    for subject in (
        "What is timed",
        "interval",
        "in fewer than one of 100 runs, however many cells there are",
        "Ceiling",
        "less than 10 times as long is marked, and the floor is never ranked",
        "Disturbed",
        "Settled",
        "Synchronization and input",
        "Parity",
        "docs/method.md",
    ):
        assert subject in ending
