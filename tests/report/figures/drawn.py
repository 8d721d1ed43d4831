"""Figures as tests look at them: what they are drawn from, and the texts within a drawing."""

from __future__ import annotations

import re
from typing import Any

from bench.analysis.ranking import rankings
from bench.records.model import Cell, Record
from bench.report.figures import svg
from bench.report.figures.plate import Drawing, Plate, Size
from bench.report.figures.subject import Subject, subject
from bench.report.naming import titles
from bench.report.palette import looks
from tests.report import samples


def subject_of(*cells: Cell, **fields: Any) -> Subject:
    """Return the workload of these cells, as its figures see it."""
    return subject_in(samples.record(*cells, **fields))


def subject_in(record: Record) -> Subject:
    """Return the first workload of a record."""
    identities = [cell.identity for cell in record.cells]
    return subject(rankings(record)[0], record, titles([record]), looks(identities))


def rows_of(plate: Plate) -> dict[str, list[str]]:
    """Return the numbers behind a figure by what their row is about."""
    return {first: rest for first, *rest in plate.table.rows}


def columns_of(plate: Plate) -> tuple[str, ...]:
    return tuple(column.name for column in plate.table.columns)


def texts(drawing: Drawing, size: Size = "wide") -> list[str]:
    """Return the texts of a drawing in the order in which they stand there."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg.inline(drawing, size, 1))
