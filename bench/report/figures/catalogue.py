"""Which figures a workload has, in the order of the page."""

from __future__ import annotations

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
from bench.report.figures.plate import Plate
from bench.report.figures.subject import Subject

_FIGURES = (
    epoch_times,
    forms,
    compiling,
    feeding,
    time_to_target,
    memory_parts,
    cold_start,
    epoch_parts,
    sweeps,
    learning_curves,
)


def plates(subject: Subject) -> tuple[Plate, ...]:
    """Return every figure that this workload gives."""
    return tuple(plate for figure in _FIGURES for plate in figure.plates(subject))
