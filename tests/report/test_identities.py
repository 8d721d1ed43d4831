"""No two cells of a record are called the same or look the same, and no figure loses one."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.cli.tables import print_rankings
from bench.cli.terminal import Console
from bench.records import axes
from bench.records.axes import Titles, without
from bench.records.model import Cell, Identity, Record
from bench.report import markdown, page
from bench.report.figures import (
    cold_start,
    compiling,
    epoch_parts,
    epoch_times,
    feeding,
    forms,
    learning_curves,
    memory_parts,
    sweeps,
    time_to_target,
)
from bench.report.figures.legend import CellEntry
from bench.report.figures.plate import Plate
from bench.report.figures.ratios import Labelled
from bench.report.figures.subject import Subject
from bench.report.naming import framework_titles
from bench.report.palette import looks
from tests.report import samples
from tests.report.document import parse
from tests.report.figures.drawn import subject_in
from tests.report.samples import FASHION, cell

BATCH_SIZES = (64, 256)
INFOS = {size: replace(FASHION, batch_size=size, target=0.8) for size in BATCH_SIZES}
# Of inputs and numbers of workers, those that there can be.
FEEDS = (("preloaded", 0), ("loader", 0), ("loader", 2))


# Cells of whole records take their time.
BY_FIGURES = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def identity_of(framework: str, version: str, feed: tuple[str, int], **fields: object) -> Identity:
    usual = cell(framework, framework_version=version, input=feed[0], loader_workers=feed[1])
    return replace(usual.identity, **fields)


identities = st.builds(
    identity_of,
    st.sampled_from(("numpy", "torch", "a plug-in")),
    st.sampled_from(("1.0", "2.0")),
    st.sampled_from(FEEDS),
    form=st.sampled_from(tuple(axes.FORMS)),
    execution=st.sampled_from(tuple(axes.EXECUTIONS)),
    device=st.sampled_from(tuple(axes.DEVICES)),
    threads=st.sampled_from((1, 2)),
    batch_size=st.sampled_from(BATCH_SIZES),
    variant=st.sampled_from(("", "copy")),
)
mixed = st.lists(identities, unique=True, min_size=1, max_size=16)


def measured(number: int, identity: Identity) -> Cell:
    """Return a cell of its own speed, with everything that a figure may want."""
    info = INFOS[identity.batch_size]
    seconds = 0.02 * 1.1**number
    usual = cell(identity.framework, seconds, info, trials=1)
    return replace(usual, identity=identity, profile=samples.profile(seconds))


def record_of(found: Sequence[Identity]) -> Record:
    cells = tuple(measured(number, identity) for number, identity in enumerate(found))
    sizes = {identity.batch_size for identity in found}
    return samples.record(*cells, workloads=tuple(INFOS[size] for size in sorted(sizes)))


@given(mixed)
def test_different_cells_have_different_labels(found: list[Identity]) -> None:
    assert len(set(axes.labels(found).values())) == len(found)


@given(mixed)
def test_titles_do_not_make_labels_equal(found: list[Identity]) -> None:
    called = Titles(frameworks=framework_titles(one.framework for one in found))
    assert len(set(axes.labels(found, called).values())) == len(found)


@given(mixed, st.sampled_from([axis.field for axis in axes.AXES]))
def test_cells_that_are_alike_in_all_but_one_part_are_told_apart_without_it_only_by_it(
    found: list[Identity], field: str
) -> None:
    called: dict[str, set[Identity]] = {}
    for identity in found:
        label = axes.label(identity, found, omit=(field,))
        called.setdefault(label, set()).add(without(identity, field))
    assert all(len(alike) == 1 for alike in called.values())


@given(mixed)
def test_cells_that_differ_in_framework_form_lane_or_input_do_not_look_the_same(
    found: list[Identity],
) -> None:
    shown = {(one.framework, one.form, one.execution, one.input) for one in found}
    appearances = looks(found).values()
    assert len(set(appearances)) == len(shown)
    drawn = {(look.series, look.marker, look.filled, look.added_outline) for look in appearances}
    assert len(drawn) == len(shown)


@pytest.fixture(scope="module")
def everything() -> Record:
    """A run of cells that differ in each part of their identity, and in several at once."""
    several = [
        identity_of(framework, "1.0", feed, form=form, execution=execution, threads=threads)
        for framework in ("numpy", "torch")
        for feed in FEEDS
        for form in axes.FORMS
        for execution in axes.EXECUTIONS
        for threads in (1, 2)
    ]
    others = [
        replace(several[0], **{field: value})
        for field, value in (
            ("framework_version", "2.0"),
            ("device", "gpu"),
            ("batch_size", 64),
            ("variant", "copy"),
        )
    ]
    return record_of([*several, *others])


def test_every_row_of_the_page_has_a_name_of_its_own(everything: Record) -> None:
    html = page.render([everything])
    ranking = html.partition('<table class="ranking">')[2].partition("</table>")[0]
    names = [
        element.attributes["data-value"]
        for element in parse(ranking).all("th")
        if element.attributes.get("scope") == "row"
    ]
    assert len(names) == len(set(names)) == len(everything.cells)


def test_every_row_of_the_markdown_has_a_name_of_its_own(everything: Record) -> None:
    lines = re.findall(r"^\| \d+=? \| ([^|]*) \|", markdown.render([everything]), re.MULTILINE)
    assert len(lines) == len(set(lines)) == len(everything.cells)


def test_every_row_of_the_terminal_has_a_name_of_its_own(everything: Record) -> None:
    console = Console(file=io.StringIO(), width=240)
    print_rankings(console, everything)
    assert isinstance(console.file, io.StringIO)
    labels = axes.labels(one.identity for one in everything.cells).values()
    printed = [line for line in console.file.getvalue().splitlines() if re.match(r" *\d+=? ", line)]
    assert len(printed) == len(everything.cells)
    for label in labels:
        assert sum(f" {label} " in line for line in printed) == 1


def first_column(plates: Sequence[Plate]) -> list[str]:
    return [row[0] for plate in plates for row in plate.table.rows]


@given(mixed)
@BY_FIGURES
def test_no_figure_of_all_cells_loses_one(found: list[Identity]) -> None:
    subject = subject_in(record_of(found))
    labels = sorted(subject.labels[identity] for identity in found)
    for figure in (epoch_times, memory_parts, cold_start, epoch_parts, time_to_target):
        assert sorted(first_column(figure.plates(subject))) == labels
    columns = [
        column.name
        for plate in learning_curves.plates(subject)
        for column in plate.table.columns[2:]
    ]
    assert sorted(columns) == labels


@given(mixed)
@BY_FIGURES
def test_no_figure_of_pairs_loses_a_cell_that_has_its_other(found: list[Identity]) -> None:
    subject = subject_in(record_of(found))
    known = set(found)
    for field, rows, drawn in (
        ("form", {"scratch", "high_level"}, pairs_in(forms.pairs(subject))),
        ("input", {"preloaded", "loader"}, pairs_in(feeding.pairs(subject))),
        ("execution", {"eager", "step", "epoch"}, compiled_in(subject)),
    ):
        expected = {one for one in known if has_other(one, known, field, rows)}
        assert drawn == expected, field


def has_other(one: Identity, known: set[Identity], field: str, values: set[str]) -> bool:
    """Tell whether a cell has a partner that it is to be compared with."""
    blank = ("input", "loader_workers") if field == "input" else (field,)
    first = {"form": "scratch", "input": "preloaded", "execution": "eager"}[field]
    alike = [other for other in known if without(other, *blank) == without(one, *blank)]
    held = {getattr(other, field) for other in alike}
    return first in held and bool(held & (values - {first}))


def pairs_in(drawn: Sequence[Labelled]) -> set[Identity]:
    return {entry.cell.identity for one in drawn for entry in (one.pair.first, one.pair.other)}


def compiled_in(subject: Subject) -> set[Identity]:
    return {
        entry.cell.identity
        for row in compiling.rows(subject)
        for entry in (row.compiled.pair.first, row.compiled.pair.other)
    }


@given(mixed)
@BY_FIGURES
def test_no_sweep_loses_a_cell_or_takes_two_for_one_series(found: list[Identity]) -> None:
    subject = subject_in(record_of(found))
    for sweep in sweeps.SWEEPS:
        panels = sweeps.panels(subject.ranked, sweep)
        drawn = sum(len(series.estimates) for panel in panels for series in panel.series)
        alike = [without(one, sweep.swept) for one in found]
        assert drawn == sum(alike.count(one) > 1 for one in alike)
        for panel in panels:
            names = [sweeps.name(series, panel, subject) for series in panel.series]
            assert len(set(names)) == len(names)


@given(mixed)
@BY_FIGURES
def test_entries_of_a_legend_differ_where_cells_are_of_another_form_lane_or_input(
    found: list[Identity],
) -> None:
    subject = subject_in(record_of(found))
    for plate in (*learning_curves.plates(subject), *sweeps.plates(subject)):
        cells = [entry for entry in plate.legend if isinstance(entry, CellEntry)]
        assert len({entry.glyph() for entry in cells}) >= len({entry.look for entry in cells})


def test_a_label_names_framework_and_form() -> None:
    one = cell("torch", form="high_level").identity
    assert axes.labels([one]) == {one: "torch high-level"}


def test_a_label_names_what_differs_and_nothing_else() -> None:
    both = [cell(threads=1).identity, cell(threads=2).identity]
    assert list(axes.labels(both).values()) == [
        "numpy from scratch (1 thread)",
        "numpy from scratch (2 threads)",
    ]


def test_a_label_names_the_lane_and_the_input_where_cells_differ_in_them() -> None:
    found = [
        cell("torch").identity,
        cell("torch", execution="step").identity,
        cell("torch", execution="step", input="loader", loader_workers=2).identity,
    ]
    assert list(axes.labels(found).values()) == [
        "torch from scratch (eager, preloaded)",
        "torch from scratch (compiled step, preloaded)",
        "torch from scratch (compiled step, loader)",
    ]


def test_a_label_names_the_version_where_one_framework_runs_in_two() -> None:
    found = [cell("torch", framework_version=version).identity for version in ("2.1", "2.2")]
    assert list(axes.labels([*found, cell("numpy").identity]).values()) == [
        "torch from scratch (2.1)",
        "torch from scratch (2.2)",
        "numpy from scratch",
    ]


def test_different_frameworks_with_one_title_are_called_by_their_names() -> None:
    shared = Titles(frameworks={"one": "The same", "other": "The same"})
    found = [cell(name).identity for name in ("one", "other")]
    assert list(axes.labels(found, shared).values()) == ["one from scratch", "other from scratch"]
