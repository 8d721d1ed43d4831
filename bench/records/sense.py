"""Whether a record makes sense: its numbers can be meant, and its parts fit one another.

That every part has its type is not asked here; :mod:`bench.records.store` does that when it reads.
What depends on how figures are worked out, such as a summary's, is not either: they follow from
trials, and whoever shows a record works them out anew. Pure functions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from bench.records.failures import STATUSES, status_of
from bench.records.model import (
    Cell,
    CellStatus,
    Differing,
    Example,
    Identity,
    Interference,
    Predictions,
    Record,
    Recovered,
    Settling,
    Trial,
    WorkloadInfo,
)
from bench.records.plan import Rule
from bench.records.ranges import Fault, number_faults


def first_fault(record: Record) -> Fault | None:
    """Return the first thing in a record that makes no sense; None where all does."""
    return next(faults(record), None)


def first_fault_of_trial(trial: Trial, info: WorkloadInfo) -> Fault | None:
    """Return the first thing in a trial on a workload that makes no sense; None where all does."""
    found = itertools.chain(number_faults(trial, "trial"), trial_faults(trial, info, "trial"))
    return next(found, None)


def faults(record: Record) -> Iterator[Fault]:
    """Yield what makes no sense in a record, numbers first, in the order of the document.

    Whoever goes on after a fault may find others that follow from it.
    """
    yield from number_faults(record, "")
    yield from _head(record)
    yield from _workloads(record)
    yield from _schedule(record)
    yield from _cells(record)


def _head(record: Record) -> Iterator[Fault]:
    """Yield what makes no sense in what stands above the cells."""
    if not record.run_id:
        yield Fault("run_id", "is empty, where the name of a run belongs")
    if not _is_moment(record.created):
        yield Fault("created", "is no moment in ISO 8601 with its time zone")
    known = {field.name for field in fields(Identity)}
    for kind in ("include", "exclude"):
        rules: tuple[Rule, ...] = getattr(record.plan, kind)
        for index, rule in enumerate(rules):
            if not rule.values.keys() <= known:
                yield Fault(f"plan.{kind}.{index}.values", "names what no cell has")
    yield from _repeated(
        "ceilings", ((one.device, one.threads) for one in record.ceilings), "is measured already"
    )
    if list(record.looks) != sorted(set(record.looks)) or max(record.looks, default=0) > (
        record.blocks
    ):
        yield Fault("looks", f"do not rise from block to block, up to {record.blocks}")


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _repeated(place: str, values: Iterable[Hashable], finding: str) -> Iterator[Fault]:
    """Yield those of these that stood before, by their number."""
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault(f"{place}.{index}", finding)
        seen.add(value)


def _lengths(place: str, found: Mapping[str, tuple[Sequence[Any], int]]) -> Iterator[Fault]:
    """Yield the sequences that are not as long as they should be.

    Parameters
    ----------
    found : mapping of str to sequence and int
        By name, each with its right length.
    """
    for name, (sequence, length) in found.items():
        if len(sequence) != length:
            yield Fault(f"{place}.{name}", f"has {len(sequence)} entries, where {length} belong")


def _below_bound(place: str, numbers: Iterable[int], bound: int, what: str) -> Iterator[Fault]:
    """Yield the numbers that count further than there is something to be counted.

    Parameters
    ----------
    place : str
        With ``{}`` for the number of each.
    """
    for index, number in enumerate(numbers):
        if not 0 <= number < bound:
            yield Fault(place.format(index), f"is {number:,}, of {bound:,} {what} counted from 0")


def _workloads(record: Record) -> Iterator[Fault]:
    yield from _repeated(
        "workloads",
        ((info.name, info.batch_size) for info in record.workloads),
        "is described already",
    )
    for index, info in enumerate(record.workloads):
        place = f"workloads.{index}"
        if record.plan.epochs not in (None, info.epochs):
            yield Fault(
                f"{place}.epochs", f"is {info.epochs}, and the plan's is {record.plan.epochs}"
            )
        yield from _workload(info, place)


def _workload(info: WorkloadInfo, place: str) -> Iterator[Fault]:
    classes = info.outputs if info.task == "classification" and info.classes else 0
    yield from _lengths(
        place,
        {
            "reference_train_loss": (info.reference_train_loss, info.epochs),
            "clipped_reference_train_loss": (info.clipped_reference_train_loss, info.epochs),
            "classes": (info.classes, classes),
            "examples": (info.examples, len(info.examples) if _classifies(info) else 0),
        },
    )
    if info.image_shape and math.prod(info.image_shape) != info.features:
        yield Fault(f"{place}.image_shape", f"does not have the {info.features} features")
    if info.true_parameters:
        yield from _parameters(info.true_parameters, info, f"{place}.true_parameters")
    for index, example in enumerate(info.examples):
        yield from _example(example, info, f"{place}.examples.{index}")
    yield from _repeated(
        f"{place}.examples", (example.index for example in info.examples), "is listed already"
    )


def _classifies(info: WorkloadInfo) -> bool:
    return info.task == "classification"


def _parameters(found: Recovered, info: WorkloadInfo, place: str) -> Iterator[Fault]:
    yield from _lengths(
        place, {"weight": (found.weight, info.features), "bias": (found.bias, info.outputs)}
    )
    rows = {str(index): (row, info.outputs) for index, row in enumerate(found.weight)}
    yield from _lengths(f"{place}.weight", rows)


def _example(example: Example, info: WorkloadInfo, place: str) -> Iterator[Fault]:
    if example.index >= info.test_examples:
        yield Fault(
            f"{place}.index",
            f"is {example.index}, and there are {info.test_examples} test examples",
        )
    for name in ("label", "predicted"):
        if getattr(example, name) >= info.outputs:
            yield Fault(
                f"{place}.{name}",
                f"is {getattr(example, name)}, and there are {info.outputs} classes",
            )


def _schedule(record: Record) -> Iterator[Fault]:
    slots = record.schedule
    cells, blocks = (slot.cell for slot in slots), (slot.block for slot in slots)
    yield from _below_bound("schedule.{}.cell", cells, len(record.cells), "cells")
    yield from _below_bound("schedule.{}.block", blocks, record.blocks, "blocks")
    yield from _repeated(
        "schedule", ((slot.block, slot.slot) for slot in slots), "has a place that is taken"
    )
    yield from _repeated(
        "schedule", ((slot.block, slot.cell) for slot in slots), "is of a cell that its block has"
    )


def _cells(record: Record) -> Iterator[Fault]:
    yield from _repeated(
        "cells", (cell.identity for cell in record.cells), "is the same as an earlier one"
    )
    infos = {(info.name, info.batch_size): info for info in record.workloads}
    places: list[set[tuple[int, int]]] = [set() for _ in record.cells]
    for slot in record.schedule:
        places[slot.cell].add((slot.block, slot.slot))
    for index, cell in enumerate(record.cells):
        identity, place = cell.identity, f"cells.{index}"
        info = infos.get((identity.workload, identity.batch_size))
        if info is None:
            yield Fault(
                f"{place}.identity",
                "has a workload, or a batch size of it, that `workloads` does not describe",
            )
            continue
        yield from _cell(cell, info, record, place)
        yield from _places(cell, places[index], place)


def _cell(cell: Cell, info: WorkloadInfo, record: Record, place: str) -> Iterator[Fault]:
    began = cell.trials or cell.set_aside or cell.failures
    if cell.environment not in record.environments and (began or cell.status != "unavailable"):
        yield Fault(f"{place}.environment", "is none of `environments`")
    valid = _statuses(cell)
    if cell.status not in valid:
        yield Fault(
            f"{place}.status",
            f"is {cell.status}, where {' or '.join(valid)} follows from its trials and failures",
        )
    for name in ("summary", "parity"):
        if (getattr(cell, name) is None) != (not cell.trials):
            yield Fault(
                f"{place}.{name}",
                "is missing, and there are trials" if cell.trials else "is there without a trial",
            )
    if cell.summary and cell.summary.trials != len(cell.trials):
        yield Fault(
            f"{place}.summary.trials", f"is {cell.summary.trials}, of {len(cell.trials)} trials"
        )
    for kind in ("trials", "set_aside"):
        for index, trial in enumerate(getattr(cell, kind)):
            yield from trial_faults(trial, info, f"{place}.{kind}.{index}")


def _statuses(cell: Cell) -> tuple[CellStatus, ...]:
    """Return the statuses that a cell can have with these trials and failures."""
    if any(not _proven(trial) for trial in cell.trials):
        return ("invalid",)
    if cell.failures:
        # What was invalid once stays so; else the last one counts.
        kinds = [failure.kind for failure in cell.failures]
        spoiled = [kind for kind in kinds if STATUSES.get(kind) == "invalid"]
        return (status_of((spoiled or kinds)[-1]),)
    if cell.trials:
        return ("ok",)
    return ("pending",) if cell.set_aside else ("pending", "unavailable")


def _proven(trial: Trial) -> bool:
    return trial.parity.passed and trial.synchronization.passed and trial.input.passed


def _places(cell: Cell, planned: set[tuple[int, int]], place: str) -> Iterator[Fault]:
    """Yield what was measured where nothing was to be, or twice."""
    found: Mapping[str, Sequence[Any]] = {
        "trials": cell.trials,
        "set_aside": cell.set_aside,
        "failures": cell.failures,
    }
    for name, several in found.items():
        for index, one in enumerate(several):
            if (one.block, one.slot) not in planned:
                yield Fault(
                    f"{place}.{name}.{index}",
                    f"has slot {one.slot} of block {one.block}, which the schedule does not give "
                    "to its cell",
                )
    yield from _repeated(
        f"{place}.trials", (trial.block for trial in cell.trials), "is of a block that has a trial"
    )
    attempts = ((trial.block, trial.attempt) for trial in (*cell.set_aside, *cell.trials))
    if len(set(attempts)) < len(cell.trials) + len(cell.set_aside):
        yield Fault(f"{place}.set_aside", "has an attempt of a block that stands there twice")


def trial_faults(trial: Trial, info: WorkloadInfo, place: str) -> Iterator[Fault]:
    """Yield what does not fit in a trial on a workload; its numbers are not looked at.

    Parameters
    ----------
    place : str
        Of the trial.
    """
    steady = info.epochs - 1
    classifies = _classifies(info)
    yield from _lengths(
        place,
        {
            "epoch_seconds": (trial.epoch_seconds, steady),
            "cpu_seconds": (trial.cpu_seconds, steady),
            "train_loss": (trial.train_loss, info.epochs),
            "test_accuracy": (trial.test_accuracy, info.epochs if classifies else 0),
            "test_mean_squared_error": (
                trial.test_mean_squared_error,
                0 if classifies else info.epochs,
            ),
        },
    )
    yield from _interference(trial.interference, steady, f"{place}.interference")
    yield from _settling(trial.settling, steady, f"{place}.settling")
    if trial.gpu and len(trial.gpu.clock_mhz) > steady:
        yield Fault(
            f"{place}.gpu.clock_mhz",
            f"has {len(trial.gpu.clock_mhz)} entries, and there are {steady} steady epochs",
        )
    probed = [probe.epoch for probe in trial.probes]
    if probed != sorted(set(probed)) or max(probed, default=0) > info.epochs:
        yield Fault(f"{place}.probes", f"do not come one after the other in {info.epochs} epochs")
    if trial.recovered:
        yield from _parameters(trial.recovered, info, f"{place}.recovered")
    if trial.predictions:
        yield from _predictions(trial.predictions, info, f"{place}.predictions")


# What has one entry for each steady epoch.
COUNTERS = (
    "involuntary_context_switches",
    "waiting_seconds",
    "foreign_cpu_seconds",
    "steal_seconds",
    "run_queue",
)


def _interference(found: Interference, steady: int, place: str) -> Iterator[Fault]:
    without = found.method == "none" and not any(getattr(found, name) for name in COUNTERS)
    length = 0 if without else steady
    yield from _lengths(place, {name: (getattr(found, name), length) for name in COUNTERS})
    marked = found.disturbed_epochs
    yield from _below_bound(f"{place}.disturbed_epochs.{{}}", marked, steady, "steady epochs")
    yield from _repeated(f"{place}.disturbed_epochs", marked, "is marked already")
    yield from _repeated(f"{place}.cpus", found.cpus, "is named already")


def _settling(found: Settling, steady: int, place: str) -> Iterator[Fault]:
    if found.left_out > steady // 2:
        yield Fault(
            f"{place}.left_out",
            f"is {found.left_out}, more than the first half of {steady} steady epochs",
        )


def _predictions(found: Predictions, info: WorkloadInfo, place: str) -> Iterator[Fault]:
    if not _classifies(info):
        yield Fault(place, "are there, and the workload has no classes")
    yield from _lengths(place, {"examples": (found.examples, len(info.examples))})
    yield from _below_bound(f"{place}.examples.{{}}", found.examples, info.outputs, "classes")
    if found.differing > info.test_examples:
        yield Fault(
            f"{place}.differing",
            f"is {found.differing}, and there are {info.test_examples} test examples",
        )
    if len(found.first_differing) > found.differing:
        yield Fault(f"{place}.first_differing", f"are more than {found.differing}")
    for index, differing in enumerate(found.first_differing):
        yield from _differing(differing, info, f"{place}.first_differing.{index}")


def _differing(found: Differing, info: WorkloadInfo, place: str) -> Iterator[Fault]:
    yield from _example(found.example, info, f"{place}.example")
    if found.predicted >= info.outputs:
        yield Fault(
            f"{place}.predicted", f"is {found.predicted}, and there are {info.outputs} classes"
        )
