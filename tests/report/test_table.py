"""The ranked table as it stands in the page, and what its script finds there."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench.records.model import Cell, Record
from bench.report import filters, naming, page
from tests.report import samples
from tests.report.document import Document, Element, parse
from tests.report.samples import LINEAR, cell

COLUMNS = [
    "rank",
    "cell",
    "epoch",
    "interval",
    "times-fastest",
    "against-best",
    "times-ceiling",
    "examples-per-second",
    "cpus-busy",
    "peak-memory",
    "cold-start",
    "test-accuracy",
    "parity-error",
    "execution",
]


def rendered(*cells: Cell) -> str:
    return page.render([samples.record(*cells)])


def choices(document: Document) -> dict[str, list[str]]:
    """Return the values that the page lets choose from, by the name of their filter."""
    found: dict[str, list[str]] = {}
    for element in document.all("input"):
        if element.attributes["type"] == "checkbox":
            found.setdefault(element.attributes["name"], []).append(element.attributes["value"])
    return found


def row_values(html: str) -> list[list[str | None]]:
    """Return what the table cells of each row hold for sorting."""
    [body] = re.findall(r'<table class="ranking">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    return [
        [
            element.attributes.get("data-value")
            for element in parse(row).elements
            if element.tag in ("td", "th")
        ]
        for row in body.split("</tr>")[:-1]
    ]


def header_cells(html: str) -> list[Element]:
    [head] = re.findall(r'<table class="ranking">.*?<thead>(.*?)</thead>', html, re.DOTALL)
    return parse(head).all("th")


def test_every_column_has_a_name_to_be_sorted_by() -> None:
    assert [th.attributes["data-column"] for th in header_cells(rendered(cell()))] == COLUMNS


def test_time_to_target_is_a_column_where_the_record_has_a_target() -> None:
    html = page.render([samples.lanes()])
    held = [th.attributes["data-column"] for th in header_cells(html)]
    assert held[held.index("peak-memory") + 1] == "time-to-target"
    assert all(len(values) == len(COLUMNS) + 1 for values in row_values(html))


def test_a_regression_is_sorted_by_its_error() -> None:
    names = [th.attributes["data-column"] for th in header_cells(rendered(cell(info=LINEAR)))]
    assert "test-error" in names
    assert "test-accuracy" not in names


def test_a_row_has_a_header_and_a_value_for_every_column() -> None:
    html = rendered(samples.summarized(cell("numpy", 0.04), times_ceiling=2.5), cell("torch"))
    first, second = row_values(html)
    assert len(first) == len(second) == len(COLUMNS)
    assert 'th scope="row" data-value="NumPy from scratch"' in html


def test_values_to_sort_by_are_not_rounded() -> None:
    measured = samples.summarized(
        cell("numpy", 0.0412345678901), peak_memory_bytes=123_456_789, times_ceiling=2.123456789
    )
    assert measured.summary
    [values] = row_values(rendered(measured))
    held = dict(zip(COLUMNS, values))
    assert held["epoch"] == str(measured.summary.epoch_seconds.median)
    assert held["peak-memory"] == "123456789"
    assert held["times-ceiling"] == "2.123456789"


def test_what_is_missing_has_no_value_to_sort_by() -> None:
    measured = cell(trials=1)
    assert measured.parity
    broken = replace(measured, parity=replace(measured.parity, max_abs_error=None))
    held = dict(zip(COLUMNS, row_values(rendered(broken))[0]))
    assert {name for name, value in held.items() if value is None} == {
        "interval",
        "against-best",
        "times-ceiling",
        "parity-error",
    }


def peaks_shown(html: str) -> list[Element]:
    """Return the table cells of peak memory."""
    return [
        element
        for element in parse(html).all("td")
        if "peak" in element.attributes.get("class", "").split()
    ]


def test_peak_memory_has_a_verdict_a_sign_and_its_interval_below() -> None:
    html = rendered(
        samples.holding(cell("numpy", 0.04), 338, 338.2, 338.1),
        samples.holding(cell("torch", 0.08), 522, 523, 522.5),
    )
    verdicts = [element.attributes["class"].split()[-1] for element in peaks_shown(html)]
    assert verdicts == ["faster", "slower"]
    assert "338 MiB" in html
    assert re.search(r"522 MiB <span class=\"quiet below\">5\d\d.5\d\d</span>", html)


def test_the_sign_of_memory_is_told_without_sight_and_in_whole_words() -> None:
    html = rendered(
        samples.holding(cell("numpy", 0.04), 338, 338.2, 338.1),
        samples.holding(cell("torch", 0.08), 522, 523, 522.5),
    )
    for symbol, words in (("▲", "least memory"), ("▼", "more")):
        assert re.search(
            rf'title="{words}: \d\.\d\d times the least of the others \(\d\.\d+.\d\.\d+\)">'
            rf'<span aria-hidden="true">{symbol}</span><span class="unseen">{words}, </span>',
            html,
        )


def test_the_memory_of_the_only_cell_has_no_sign() -> None:
    [shown] = peaks_shown(rendered(cell()))
    assert shown.attributes["class"].split()[-1] == "incomparable"
    assert "times the least" not in rendered(cell())


def test_cells_of_one_rank_keep_their_order_when_sorted_by_it() -> None:
    level = samples.noisy(cell("torch", 0.041), 0.95, 1.1, 1.0)
    html = rendered(samples.noisy(cell("numpy", 0.04), 1.1, 0.9, 1.0), level)
    assert "shared" in html
    assert [values[0] for values in row_values(html)] == ["1", "2"]


def test_the_controls_are_hidden_until_the_script_shows_them(eventful_page: Document) -> None:
    [controls] = [one for one in eventful_page.elements if one.attributes.get("id") == "controls"]
    assert "hidden" in controls.attributes


def test_headers_are_plain_text_until_the_script_runs(eventful_html: str) -> None:
    for head in re.findall(r"<thead>.*?</thead>", eventful_html, re.DOTALL):
        assert not parse(head).all("button", "a")
    assert not any("aria-sort" in one.attributes for one in parse(eventful_html).elements)


def test_cells_can_be_chosen_by_every_part_that_differs() -> None:
    found = choices(
        parse(
            rendered(
                cell("numpy", threads=1, batch_size=64),
                cell("torch", form="high_level", execution="step", device="gpu"),
                cell("torch", framework_version="2.0", variant="slowed"),
            )
        )
    )
    assert found == {
        "framework": ["numpy", "torch"],
        "form": ["scratch", "high_level"],
        "execution": ["eager", "step"],
        "device": ["cpu", "gpu"],
        "threads": ["1", "2"],
        "batch-size": ["64", "256"],
        "version": ["numpy-1.2.3", "torch-1.2.3", "torch-2.0"],
        "variant": ["none", "slowed"],
    }


def test_a_part_that_all_cells_share_is_no_filter() -> None:
    found = choices(parse(rendered(cell(), cell(form="high_level"))))
    assert found == {"form": ["scratch", "high_level"]}


def test_the_workload_is_a_filter_where_there_are_several() -> None:
    html = rendered(cell(), cell(info=LINEAR))
    assert choices(parse(html))["workload"] == ["fashion-mnist", "linear"]


def test_the_run_is_a_filter_where_there_are_several(eventful: Record) -> None:
    assert "run" not in choices(parse(page.render([eventful])))
    assert choices(parse(page.render([eventful, eventful])))["run"] == ["run-1", "run-2"]


def test_every_cell_holds_the_values_that_it_can_be_chosen_by(eventful_page: Document) -> None:
    offered = choices(eventful_page)
    cells = [one.attributes for one in eventful_page.elements if "data-words" in one.attributes]
    assert len(cells) == 9
    for name, values in offered.items():
        assert {attributes[f"data-{name}"] for attributes in cells} == set(values)


def test_the_floor_is_no_cell_to_choose(eventful_page: Document) -> None:
    assert "null" not in choices(eventful_page)["framework"]


@pytest.mark.parametrize(
    "words", ["PyTorch", "1.2.3", "high-level", "eager", "CPU", "2 threads", "256", "float32"]
)
def test_a_cell_can_be_found_by_any_part_of_it(words: str) -> None:
    measured = cell("torch", form="high_level")
    record = samples.record(measured)
    assert words in filters.searched(measured.identity, naming.titles([record]))


def test_a_cell_can_be_found_by_the_name_that_the_command_line_takes() -> None:
    measured = cell("sklearn")
    found = filters.searched(measured.identity, naming.titles([samples.record(measured)]))
    assert "scikit-learn" in found
    assert "sklearn" in found


def test_a_single_cell_needs_neither_controls_nor_script() -> None:
    document = parse(rendered(cell(), samples.floor()))
    assert not document.all("input", "button", "script")


def scripts(html: str) -> list[str]:
    """Return the text of each script, byte for byte."""
    return re.findall(r"<script[^>]*>(.*?)</script>", html, re.DOTALL)


def test_the_script_stands_in_the_page_as_it_is_in_its_file(eventful_html: str) -> None:
    assert page.SCRIPT.read_text(encoding="utf-8") in scripts(eventful_html)


@pytest.mark.parametrize("path", sorted(page.TEMPLATES.glob("*.mjs")), ids=lambda path: path.name)
def test_no_script_holds_what_would_end_or_hide_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"</script|<script|<!--", text, re.IGNORECASE)
    assert "\r" not in text


def test_the_browser_is_told_to_run_these_scripts_and_no_other(
    eventful_html: str, eventful_page: Document
) -> None:
    [policy] = [
        meta.attributes["content"]
        for meta in eventful_page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in scripts(eventful_html)
    ]
    assert digests
    assert rules == {
        "default-src": "'none'",
        "script-src": " ".join(f"'sha256-{digest}'" for digest in digests),
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_a_page_without_a_script_runs_none() -> None:
    assert "script-src 'none'" in rendered(cell())
