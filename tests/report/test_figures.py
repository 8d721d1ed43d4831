"""The drawings: what they say, that they fit into a page, and that they survive odd data."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest

from bench.records.model import Cell, Record
from bench.report import page
from bench.report.epoch_parts import DISPATCH, FORWARD_BACKWARD, FUSED, GATHER, UPDATE
from bench.report.palette import COLOURS, MARKERS, PART_COLOURS, looks
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import cell

ALL_PARTS = (GATHER, FORWARD_BACKWARD, FUSED, UPDATE, DISPATCH)


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
    assert eventful_page.text.count("The numbers behind th") == 5


def profiled(*cells: Cell, fused: bool = False) -> str:
    """Return a page with cells that were profiled."""
    return html_of(*(replace(one, profile=samples.profile(fused=fused)) for one in cells))


def legend_of(html: str) -> str:
    figure = html.partition("<h4>Where an epoch goes</h4>")[2]
    return parse(figure.partition("</ul>")[0]).text.strip()


def test_an_epoch_is_shown_in_its_parts() -> None:
    html = profiled(cell("numpy"), cell("torch"))
    assert legend_of(html) == "data gather forward and backward update dispatch"
    for share in ("10 %", "50 %", "15 %", "24 %"):
        assert html.count(f">{share}</text>") >= 2


def test_an_update_that_cannot_be_told_from_the_gradients_is_drawn_with_them() -> None:
    html = profiled(cell("jax"), fused=True)
    assert legend_of(html) == "data gather forward, backward and update in one dispatch"
    assert ">65 %</text>" in html
    assert "32.5 ms with the update" in parse(html).text


def test_the_numbers_of_the_parts_stand_behind_their_figure() -> None:
    text = parse(profiled(cell("numpy"))).text
    assert "NumPy from scratch 5.00 ms 25.0 ms 7.50 ms 12.0 ms 50.0 ms 99.00 % 15" in text


def test_parts_differ_in_pattern_as_well_as_in_colour() -> None:
    looks_of_parts = {(part.series, part.hatch) for part in ALL_PARTS}
    patterns = {part.hatch for part in ALL_PARTS if part is not FUSED}
    assert len(looks_of_parts) == 5
    assert len(patterns) == 4
    assert len({part.swatch for part in ALL_PARTS}) == 5


def test_a_part_too_short_for_a_number_has_none() -> None:
    short = replace(samples.profile(), gather_seconds=0.0005)
    assert ">1 %</text>" not in html_of(replace(cell(), profile=short))


def test_parts_of_more_than_an_epoch_can_be_drawn() -> None:
    odd = replace(samples.profile(), whole_seconds=0.02, sum_over_whole=2.5)
    assert ">125 %</text>" in html_of(replace(cell(), profile=odd))


def test_a_part_that_takes_nothing_can_be_drawn() -> None:
    nothing = replace(samples.profile(), update_seconds=0.0)
    assert "update" in legend_of(html_of(replace(cell(), profile=nothing)))


def test_without_a_profile_there_is_no_figure_of_parts() -> None:
    assert "Where an epoch goes</h4>" not in html_of(cell())


def test_the_cell_that_does_nothing_is_in_no_figure() -> None:
    floor = replace(samples.floor(), profile=samples.profile())
    assert "null" not in "".join(re.findall(r"<text[^>]*>([^<]*)<", profiled(cell(), floor)))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_numbers_on_the_parts_can_be_read(scheme: int) -> None:
    css = (page.TEMPLATES / "style.css").read_text()
    surface = re.findall(r"--surface: (#[0-9a-f]{6})", css)[scheme]
    for number in range(PART_COLOURS):
        fill = re.findall(rf"--part-{number}: (#[0-9a-f]{{6}})", css)[scheme]
        assert contrast(surface, fill) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, definitions of contrast and luminance)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
