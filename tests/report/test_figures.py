"""The drawings: what they say, that they fit into a page, and that they survive odd data."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest

from bench.records.axes import EXECUTIONS, INPUTS
from bench.records.model import Cell, Record
from bench.report import page
from bench.report.palette import COLOURS, LIGHT, MARKERS, PART_COLOURS, looks
from implementations.registry import BUILT_IN
from tests.report import samples
from tests.report.contrast import contrast
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


def test_lane_and_input_add_strokes_that_no_other_has() -> None:
    lanes = [
        cell(execution=execution, input=feed).identity
        for execution in EXECUTIONS
        for feed in INPUTS
    ]
    added = [look.added_outline for look in looks(lanes).values()]
    assert added[0] == ""
    assert len(set(added)) == len(added)
    assert all(
        (look.addition is None) == (look.added_outline == "") for look in looks(lanes).values()
    )


def test_the_built_in_frameworks_keep_their_colours_and_markers() -> None:
    found = looks(cell(name).identity for name in BUILT_IN)
    shown = [(look.series, look.marker) for look in found.values()]
    assert shown == list(enumerate(MARKERS))[: len(BUILT_IN)]
    assert list(BUILT_IN)[:6] == ["numpy", "sklearn", "torch", "tensorflow", "mxnet", "jax"]
    assert len(BUILT_IN) <= COLOURS


@pytest.mark.parametrize(("slowest", "logarithmic"), [(0.3, False), (0.6, True)])
def test_the_axis_is_logarithmic_beyond_a_range_of_ten(slowest: float, logarithmic: bool) -> None:
    html = html_of(cell("numpy", 0.05), cell("torch", slowest))
    assert ("time of an epoch, logarithmic" in html) == logarithmic
    assert ("95 % interval on a logarithmic scale" in parse(html).text) == logarithmic


def test_numbers_stand_behind_every_figure(eventful_page: Document) -> None:
    figures = len(eventful_page.all("figure"))
    assert figures == len(eventful_page.all("figcaption")) > 0
    assert eventful_page.text.count("The numbers behind this figure") == figures


def test_figures_stand_in_the_order_in_which_a_reader_asks() -> None:
    profile = samples.profile()
    cells = [
        replace(cell("torch", 0.1 / threads, threads=threads, form=form), profile=profile)
        for form in ("scratch", "high_level")
        for threads in (1, 2)
    ]
    headings = re.findall(r'<h4 id="[^"]*">([^<]*)</h4>\n<figure', html_of(*cells))
    assert headings == [
        "Time of an epoch",
        "From scratch against high-level",
        "Memory",
        "Cold start",
        "Where an epoch goes",
        "Epoch time by threads",
        "Learning",
    ]


def test_no_two_elements_have_one_id(eventful_page: Document) -> None:
    ids = [one.attributes["id"] for one in eventful_page.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))


def test_what_a_drawing_refers_to_is_within_it(eventful_html: str) -> None:
    drawn = re.findall(r'<svg [^>]*role="img".*?</svg>', eventful_html, re.DOTALL)
    assert drawn
    for svg in drawn:
        used = {one or other for one, other in re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', svg)}
        assert used <= set(re.findall(r' id="([^"]*)"', svg))


def test_a_screen_of_any_width_shows_each_drawing_once(eventful_page: Document) -> None:
    kinds = [
        one.attributes["class"]
        for one in eventful_page.all("div")
        if one.attributes.get("class", "").startswith("drawing ")
    ]
    assert kinds.count("drawing wide") == kinds.count("drawing narrow") > 0
    assert set(kinds) == {"drawing wide", "drawing narrow", "drawing panel"}


def test_a_run_without_a_trial_has_no_figure() -> None:
    assert "<figure" not in html_of(samples.failed(cell()), samples.unavailable(cell("torch")))


def test_cells_that_are_all_invalid_still_have_their_learning_drawn() -> None:
    html = html_of(samples.invalid(cell()), samples.invalid(cell("torch")))
    assert html.count("<figure") == 1
    assert "NumPy from scratch and PyTorch from scratch trained another model." in html


def test_the_cell_that_does_nothing_is_in_no_figure() -> None:
    floor = replace(samples.floor(), profile=samples.profile())
    html = html_of(replace(cell(), profile=samples.profile()), floor)
    assert "null" not in "".join(re.findall(r"<text[^>]*>([^<]*)<", html))


def test_colours_can_be_told_from_one_another_by_their_variable() -> None:
    """A figure is drawn in the light page's colours, each of which becomes its variable."""
    assert len(set(LIGHT.values())) == len(LIGHT) == COLOURS + PART_COLOURS + 5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_numbers_on_the_parts_can_be_read(scheme: int) -> None:
    css = (page.TEMPLATES / "style.css").read_text()
    surface = re.findall(r"--surface: (#[0-9a-f]{6})", css)[scheme]
    for number in range(PART_COLOURS):
        fill = re.findall(rf"--part-{number}: (#[0-9a-f]{{6}})", css)[scheme]
        assert contrast(surface, fill) >= 4.5
