"""The figure of where an epoch goes."""

from __future__ import annotations

from dataclasses import replace

from bench.records.model import Cell, Profile
from bench.report.figures import epoch_parts
from bench.report.figures.epoch_parts import DISPATCH, FORWARD_BACKWARD, FUSED, GATHER, UPDATE
from bench.report.figures.plate import Plate
from tests.report import samples
from tests.report.figures.drawn import rows_of, subject_of, texts
from tests.report.samples import cell

ALL_PARTS = (GATHER, FORWARD_BACKWARD, FUSED, UPDATE, DISPATCH)


def figure(*cells: Cell, profile: Profile | None = None) -> Plate:
    """Return the figure of cells that were profiled."""
    profile = profile or samples.profile()
    [plate] = epoch_parts.plates(subject_of(*(replace(one, profile=profile) for one in cells)))
    return plate


def legend_of(plate: Plate) -> list[str]:
    return [entry.name for entry in plate.legend]


def test_an_epoch_is_shown_in_its_parts() -> None:
    plate = figure(cell("numpy"), cell("torch"))
    assert legend_of(plate) == ["data gather", "forward and backward", "update", "dispatch"]
    for size in ("wide", "narrow"):
        found = texts(plate.drawings[0], size)
        assert all(found.count(share) >= 2 for share in ("50 %", "15 %", "24 %"))


def test_an_update_that_cannot_be_told_from_the_gradients_is_drawn_with_them() -> None:
    plate = figure(cell("jax"), profile=samples.profile(fused=True))
    assert legend_of(plate) == ["data gather", "forward, backward and update in one", "dispatch"]
    assert "65 %" in texts(plate.drawings[0])
    assert rows_of(plate)["JAX from scratch"][1:3] == ["32.5 ms with the update", "\N{EN DASH}"]


def test_the_numbers_of_the_parts_stand_behind_their_figure() -> None:
    assert rows_of(figure(cell("numpy")))["NumPy from scratch"] == [
        *("5.00 ms", "25.0 ms", "7.50 ms", "12.0 ms", "50.0 ms", "99.00 %", "15")
    ]


def test_parts_differ_in_pattern_as_well_as_in_colour() -> None:
    looks_of_parts = {(part.series, part.hatch) for part in ALL_PARTS}
    patterns = {part.hatch for part in ALL_PARTS if part is not FUSED}
    assert len(looks_of_parts) == 5
    assert len(patterns) == 4
    assert len({part.swatch for part in ALL_PARTS}) == 5


def test_a_part_too_short_for_a_number_has_none() -> None:
    short = replace(samples.profile(), gather_seconds=0.0005)
    assert "1 %" not in texts(figure(cell(), profile=short).drawings[0])


def test_parts_of_more_than_an_epoch_can_be_drawn() -> None:
    odd = replace(samples.profile(), whole_seconds=0.02, sum_over_whole=2.5)
    assert "125 %" in texts(figure(cell(), profile=odd).drawings[0])


def test_a_part_that_takes_nothing_can_be_drawn() -> None:
    nothing = replace(samples.profile(), update_seconds=0.0)
    plate = figure(cell(), profile=nothing)
    assert "update" in legend_of(plate)
    assert "50 %" in texts(plate.drawings[0])


def test_the_description_says_what_takes_most_and_in_how_many_cells() -> None:
    busy = replace(samples.profile(), dispatch_seconds=0.04)
    cells = [replace(cell(one), profile=samples.profile()) for one in ("numpy", "torch")]
    cells.append(replace(cell("jax"), profile=busy))
    [plate] = epoch_parts.plates(subject_of(*cells))
    assert plate.drawings[0].description == (
        "Forward and backward takes most of an epoch in 2 of 3 cells. Dispatch takes most of an "
        "epoch in 1 of 3 cells."
    )


def test_without_a_profile_there_is_no_figure_of_parts() -> None:
    assert epoch_parts.plates(subject_of(cell())) == ()


def test_the_cell_that_does_nothing_is_not_drawn() -> None:
    floor = replace(samples.floor(), profile=samples.profile())
    [plate] = epoch_parts.plates(subject_of(replace(cell(), profile=samples.profile()), floor))
    assert set(rows_of(plate)) == {"NumPy from scratch"}
