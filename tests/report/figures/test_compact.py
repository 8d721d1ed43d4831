"""Matplotlib's SVG in fewer bytes."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from bench.report.figures import compact, svg
from bench.report.figures.compact import _path
from bench.report.palette import INK

COORDINATES = st.floats(-2_000, 2_000, allow_nan=False).map(lambda number: round(number, 6))


def figure_of(curves: int = 3) -> Figure:
    """Return a figure with curves that have markers, bars that have patterns, and texts."""
    figure = Figure(figsize=(5, 3))
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    for number in range(curves):
        axes.plot(range(20), np.sqrt(range(number, number + 20)), marker="s", color="#1a737c")
    axes.barh([1, 2], [3, 4], color="#4565fc", hatch="//")
    axes.set_ylabel("up & <along>")
    return figure


def compacted(figure: Figure) -> str:
    return compact.text_of(compact.svg_of(figure, INK))


def points(path: str) -> list[tuple[float, float]]:
    """Return the corners of a path of lines, absolute or relative."""
    here, found, command = (0.0, 0.0), [], "M"
    tokens = re.findall(r"[MlhvLz]|-?(?:\d+\.?\d*|\.\d+)", path)
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
            if command == "z":
                continue
        if command in ("h", "v"):
            step = float(tokens.pop(0))
            here = (here[0] + step, here[1]) if command == "h" else (here[0], here[1] + step)
        else:
            one, other = float(tokens.pop(0)), float(tokens.pop(0))
            here = (one, other) if command == "M" else (here[0] + one, here[1] + other)
        found.append(here)
    return found


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=200))
def test_no_point_moves_by_more_than_rounding_however_long_the_path(
    corners: list[tuple[float, float]],
) -> None:
    written = _path(
        " ".join(f"{'L' if number else 'M'} {x} {y}\n" for number, (x, y) in enumerate(corners)),
        1,
    )
    assert np.asarray(points(written)) == pytest.approx(np.asarray(corners), abs=0.0501)


def test_a_line_along_an_axis_takes_one_number() -> None:
    assert _path("M 1 2 \nL 5 2 \nL 5 -2.25 \nL 4.5 3 \nL 0.25 4 \nz \n", 1) == (
        "M1 2h4v-4.2l-.5 5.2-4.3 1z"
    )


def test_it_is_a_fraction_of_what_matplotlib_writes() -> None:
    with svg.style():
        file = io.BytesIO()
        figure_of().savefig(file, format="svg")
        assert len(compacted(figure_of())) < len(file.getvalue()) / 3


def test_what_is_referred_to_is_there_and_nothing_else_has_an_id() -> None:
    with svg.style():
        text = compacted(figure_of())
    used = {one or other for one, other in re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', text)}
    assert used == set(re.findall(r' id="([^"]*)"', text))
    assert used


def test_curves_of_one_look_share_their_marker() -> None:
    with svg.style():
        text = compacted(figure_of(curves=4))
    assert len(set(re.findall(r'<use href="#([^"]*)"', text))) == text.count("<path id=")
    # The curves' own, and the ticks of either axis.
    assert text.count("<path id=") == 3


def test_text_stays_text_in_the_fonts_of_the_page() -> None:
    with svg.style():
        text = compacted(figure_of())
    assert "up &amp; &lt;along&gt;</text>" in text
    assert "font-family" not in text
    assert "DejaVu" not in text


def test_nothing_is_left_that_would_apply_to_the_whole_page() -> None:
    with svg.style():
        text = compacted(figure_of())
    assert "<style" not in text
    assert "<metadata" not in text
    assert "clip-path" not in text


def test_a_curve_without_a_finite_point_can_be_written() -> None:
    figure = Figure()
    figure.add_axes((0, 0, 1, 1)).plot([1, 2], [float("nan")] * 2, marker="D")
    with svg.style():
        assert compacted(figure).startswith("<svg ")
