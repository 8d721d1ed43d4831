"""What tells cells apart: every part of an identity, in labels, addresses and comparisons."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records import axes
from bench.records.axes import AXES, BY_FIELD, Titles
from bench.records.model import Identity
from tests.records.drawn import identities, names
from tests.records.samples import identity

several = st.lists(identities(), min_size=1, max_size=8)
one_workload = st.lists(identities(workload="a"), min_size=1, max_size=8)
# Titles may be shared, missing, or another's name.
titles = st.dictionaries(names, names | st.sampled_from(["PyTorch", "Keras 3"]))
all_titles = st.builds(Titles, workloads=titles, frameworks=titles)
by_field = pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.field)


def completed(given_titles: Titles, cells: list[Identity]) -> Titles:
    """Return titles for all that the cells name: as in a report, every name has one."""
    return Titles(
        {cell.workload: cell.workload for cell in cells} | dict(given_titles.workloads),
        {cell.framework: cell.framework for cell in cells} | dict(given_titles.frameworks),
    )


def test_every_field_of_an_identity_has_exactly_one_axis():
    assert sorted(axis.field for axis in AXES) == sorted(field.name for field in fields(Identity))


def test_no_two_axes_share_a_name_or_a_title():
    assert len({axis.name for axis in AXES}) == len({axis.title for axis in AXES}) == len(AXES)


@given(one_workload, all_titles)
def test_different_cells_of_a_workload_have_different_labels(cells, given_titles):
    found = axes.labels(cells, completed(given_titles, cells))
    assert len(set(found.values())) == len(found) == len(set(cells))


@given(several, all_titles)
def test_different_cells_have_different_labels_where_no_heading_names_the_workload(
    cells, given_titles
):
    found = axes.labels(cells, completed(given_titles, cells), apart=False)
    assert len(set(found.values())) == len(found) == len(set(cells))


@given(several)
def test_below_a_heading_for_each_workload_a_label_does_not_name_it(cells):
    for cell, label in axes.labels(cells).items():
        beside = [other for other in cells if other.workload == cell.workload]
        assert label == axes.labels(beside)[cell]


@given(several)
def test_a_label_does_not_depend_on_the_order_of_cells(cells):
    assert axes.labels(cells) == axes.labels(cells[::-1])


def test_a_label_names_framework_and_form_and_what_tells_the_cell_from_others():
    eager, step = identity(framework="torch"), identity(framework="torch", execution="step")
    pytorch = Titles(frameworks={"torch": "PyTorch"})
    assert axes.labels([eager], pytorch)[eager] == "PyTorch from scratch"
    assert "compiled step" in axes.labels([eager, step], pytorch)[step]
    assert "thread" not in axes.labels([eager, step], pytorch)[step]


def test_of_two_frameworks_the_versions_differ_anyway_and_are_not_named():
    cells = [identity(), identity(framework="torch", framework_version="2.13.0")]
    assert not any("2." in label for label in axes.labels(cells).values())


def test_of_one_framework_two_versions_are_named():
    old, new = identity(framework_version="2.4.5"), identity(framework_version="2.4.6")
    assert "2.4.5" in axes.labels([old, new])[old]


def test_a_title_that_another_has_too_gives_way_to_the_name():
    shared = Titles(frameworks={"a": "Same", "b": "Same", "c": "a"})
    assert [shared.framework(name) for name in ("a", "b", "c")] == ["a", "b", "c"]


@by_field
@given(st.lists(identities(), min_size=2, max_size=6))
def test_an_address_names_equal_values_equally_and_others_differently(axis, cells):
    for one in cells:
        assert axis.key(one)
        for other in cells:
            alike = axis.words(one, Titles()) == axis.words(other, Titles())
            assert (axis.key(one) == axis.key(other)) == alike


@by_field
@given(identities(), identities())
def test_cells_that_are_alike_in_all_else_are_equal_without_what_they_differ_in(axis, one, other):
    moved = replace(one, **{axis.field: axis.value(other)})
    assert axes.without(one, axis.field) == axes.without(moved, axis.field)


@given(identities(), identities(), st.sets(st.sampled_from([axis.field for axis in AXES])))
def test_cells_are_equal_without_some_fields_exactly_if_they_are_in_the_others(one, other, blanked):
    alike = all(axis.value(one) == axis.value(other) for axis in AXES if axis.field not in blanked)
    assert (axes.without(one, *blanked) == axes.without(other, *blanked)) == alike


@by_field
@given(identities(), identities())
def test_only_cells_of_the_same_workload_and_batch_size_do_the_same_work(axis, one, other):
    moved = replace(one, **{axis.field: axis.value(other)})
    alike = moved == one or axis.field not in ("workload", "batch_size")
    assert axes.comparable(one, moved) == axes.comparable(moved, one) == alike


@given(several)
def test_what_varies_is_what_some_two_cells_differ_in(cells):
    found = axes.varying(cells)
    for axis in AXES:
        assert (axis in found) == any(axis.value(cell) != axis.value(cells[0]) for cell in cells)


@by_field
@given(several)
def test_values_are_listed_once_each_and_in_their_order(axis, cells):
    listed = axes.in_order(axis, cells)
    keys = [axis.key(cell) for cell in listed]
    assert len(keys) == len(set(keys))
    assert set(keys) == {axis.key(cell) for cell in cells}
    values = [axis.value(cell) for cell in listed]
    if axis.order:
        assert values == [value for value in axis.order if value in values]
    if axis.numeric:
        assert values == sorted(values)


@pytest.mark.parametrize("name", ["form", "execution", "input", "device"])
def test_every_value_that_an_identity_may_have_has_its_place_and_words(name):
    axis = BY_FIELD[name]
    words = {axis.words(identity(**{name: value}), Titles()) for value in axis.order}
    assert len(words) == len(axis.order)
