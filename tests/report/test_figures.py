"""The drawings: what they say, that they fit into a page, and that they survive odd data."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest

from bench.records.model import Cell, Record
from bench.report import page
from bench.report.palette import COLOURS, MARKERS, looks
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import cell


def html_of(*cells: Cell) -> str:
    return page.render([samples.record(*cells)])


def drawings(document: Document) -> list[dict[str, str]]:
    return [one.attributes for one in document.all("svg") if one.attributes.get("role") == "img"]


def test_every_drawing_has_a_title_and_a_description(eventful_page: Document) -> None:
    ids = {
        element.attributes.get("id"): element.tag for element in eventful_page.all("title", "desc")
    }
    assert drawings(eventful_page)
    for svg in drawings(eventful_page):
        title, description = svg["aria-labelledby"].split()
        assert (ids[title], ids[description]) == ("title", "desc")


def test_glyphs_are_hidden_from_screen_readers(eventful_page: Document) -> None:
    others = [
        one.attributes for one in eventful_page.all("svg") if one.attributes.get("role") != "img"
    ]
    assert others
    assert all(one["aria-hidden"] == "true" for one in others)


def test_text_stays_text(eventful_html: str) -> None:
    assert re.search(r"<text [^>]*>PyTorch high-level</text>", eventful_html)


def test_colours_are_variables_so_that_the_page_can_be_dark(eventful_html: str) -> None:
    body = eventful_html.partition("<body>")[2]
    assert not re.search(r"(?:fill|stroke|color): *(?:#[0-9a-f]|rgb|black|white)", body)
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", body))
    defined = re.findall(r"(--[a-z0-9-]+):", eventful_html)
    assert used
    # Once for light and once for dark.
    assert {defined.count(name) for name in used} == {2}


def test_a_framework_has_one_colour_everywhere(eventful: Record) -> None:
    colours = defaultdict(set)
    for identity, look in looks(one.identity for one in eventful.cells).items():
        colours[identity.framework].add((look.series, look.marker))
    assert all(len(found) == 1 for found in colours.values())


def test_no_two_of_many_frameworks_share_colour_and_marker() -> None:
    many = [cell(f"framework{number}").identity for number in range(30)]
    found = {(look.series, look.marker) for look in looks(many).values()}
    assert len(found) == 30
    assert {series for series, _ in found} == set(range(COLOURS))
    assert {marker for _, marker in found} == set(MARKERS)


def test_the_form_from_scratch_is_hollow() -> None:
    scratch, high_level = cell().identity, cell(form="high_level").identity
    found = looks([scratch, high_level])
    assert not found[scratch].filled
    assert found[high_level].filled


@pytest.mark.parametrize(("slowest", "logarithmic"), [(0.3, False), (0.6, True)])
def test_the_axis_is_logarithmic_beyond_a_range_of_ten(slowest: float, logarithmic: bool) -> None:
    html = html_of(cell("numpy", 0.05), cell("torch", slowest))
    assert ("time of an epoch, logarithmic" in html) == logarithmic
    assert ("95 % interval on a logarithmic scale" in parse(html).text) == logarithmic


def test_coinciding_curves_are_said_to_coincide() -> None:
    text = parse(html_of(cell("numpy"), cell("torch"))).text
    assert "All curves lie on the reference, the wide pale band: no loss is further" in text
    assert "than 1.0e-7." in text


def test_a_curve_that_departs_is_named() -> None:
    text = parse(html_of(cell("numpy"), samples.invalid(cell("torch")))).text
    assert (
        "PyTorch from scratch trained another model. The other curve lies on the reference" in text
    )


def test_losses_that_are_not_finite_leave_a_gap() -> None:
    diverged = samples.invalid(cell("torch"))
    trials = tuple(replace(one, train_loss=(0.9, None, None)) for one in diverged.trials)
    html = html_of(cell("numpy"), replace(diverged, trials=trials))
    assert len(drawings(parse(html))) == 4


def test_a_loss_that_is_exactly_the_references_can_be_drawn() -> None:
    exact = cell("numpy")
    trials = tuple(replace(one, train_loss=samples.LOSSES) for one in exact.trials)
    assert (
        "no loss is further from it than 0." in parse(html_of(replace(exact, trials=trials))).text
    )


def test_numbers_stand_behind_the_drawings(eventful_page: Document) -> None:
    assert eventful_page.text.count("The numbers behind th") == 4
