"""Which figures a workload has, in the order of the page."""

from __future__ import annotations

from bench.report.figures import (
    cold_start,
    epoch_parts,
    epoch_times,
    forms,
    learning_curves,
    memory_parts,
    quality_cost,
    sweeps,
)
from bench.report.figures.plate import Plate
from bench.report.figures.subject import Subject

_FIGURES = (
    epoch_times,
    forms,
    quality_cost,
    memory_parts,
    cold_start,
    epoch_parts,
    sweeps,
    learning_curves,
)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return every figure that this workload gives."""
    return tuple(plate for figure in _FIGURES for plate in figure.plates(subject))
