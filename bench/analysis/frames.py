"""Records as tidy tables for pandas: a row for each epoch, or a row for each cell."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

import pandas as pd

from bench.analysis.comparison import Comparison
from bench.analysis.memory import MOMENTS, Need, memory_needs
from bench.analysis.ranking import Ranked, rankings
from bench.analysis.statistics import counted_epochs
from bench.records.axes import AXES
from bench.records.model import Cell, Identity, Memory, Record, Resident, Trial

Row = dict[str, object]

_RUN = {
    "run_id": "category",
    "created": "datetime64[ns, UTC]",
    "commit": "category",
    "commit_dirty": "bool",
    "harness_version": "category",
    "machine_fingerprint": "category",
}
_CELL = {axis.field: "int64" if axis.numeric else "category" for axis in AXES} | {
    "role": "category",
    "status": "category",
}
_TRIAL = {
    "block": "int64",
    "slot": "int64",
    "attempt": "int64",
    "set_aside": "bool",
}
_EPOCH = {
    "epoch": "int64",
    "phase": "category",
    "counted": "bool",
    "disturbed": "boolean",
    "settled": "boolean",
    "epoch_seconds": "float64",
    "cpu_seconds": "float64",
    "train_loss": "float64",
    "test_accuracy": "float64",
    "test_mean_squared_error": "float64",
    "involuntary_context_switches": "Int64",
    "waiting_seconds": "float64",
    "foreign_cpu_seconds": "float64",
    "steal_seconds": "float64",
    "run_queue": "Int64",
}
_KINDS = tuple(one.name for one in fields(Resident))
_WHOLE_TRIAL = {
    "import_seconds": "float64",
    "setup_seconds": "float64",
    "imported_bytes": "int64",
    "baseline_bytes": "int64",
    "peak_memory_bytes": "int64",
    "device_peak_bytes": "Int64",
    **{f"{moment}_{kind}": "Int64" for moment in MOMENTS for kind in _KINDS},
    "trial_disturbed": "bool",
    "trial_settled": "boolean",
    "parity_passed": "bool",
    "max_abs_error": "float64",
    "first_step_error": "float64",
    "final_error": "float64",
    "loss_error": "float64",
    "synchronization_passed": "bool",
    "input_passed": "bool",
    "probe_product_seconds": "float64",
    "probe_streaming_seconds": "float64",
    "probe_gathering_seconds": "float64",
    "compilations": "Int64",
    "recompilations": "Int64",
    "graph_breaks": "Int64",
    "process_threads": "Int64",
    "gpu_process_peak_bytes": "Int64",
    "joules_per_epoch": "float64",
}
_SUMMARY = {
    "reason": "string",
    "rank": "Int64",
    "times_fastest": "float64",
    "against_best": "string",
    "times_best": "float64",
    "times_best_low": "float64",
    "times_best_high": "float64",
    "raw_against_best": "string",
    "raw_times_best": "float64",
    "raw_times_best_low": "float64",
    "raw_times_best_high": "float64",
    "trials": "int64",
    "epoch_seconds": "float64",
    "epoch_seconds_low": "float64",
    "epoch_seconds_high": "float64",
    "examples_per_second": "float64",
    "peak_memory_bytes": "Int64",
    "peak_memory_bytes_low": "float64",
    "peak_memory_bytes_high": "float64",
    "memory_against_least": "string",
    "memory_times_least": "float64",
    "memory_times_least_low": "float64",
    "memory_times_least_high": "float64",
    "cold_start_seconds": "float64",
    "import_seconds": "float64",
    "setup_seconds": "float64",
    "first_epoch_seconds": "float64",
    "train_loss": "float64",
    "test_accuracy": "float64",
    "test_mean_squared_error": "float64",
    "disturbed_trials": "Int64",
    "unsettled_trials": "Int64",
    "cpus_busy": "float64",
    "seconds_to_target": "float64",
    "seconds_to_target_from_cold": "float64",
    "times_ceiling": "float64",
    "times_floor": "float64",
    "parity_passed": "boolean",
    "max_abs_error": "float64",
}

# The names of the columns, in order, and the types that pandas holds them in.
EPOCH_COLUMNS: Mapping[str, str] = _RUN | _CELL | _TRIAL | _EPOCH | _WHOLE_TRIAL
CELL_COLUMNS: Mapping[str, str] = _RUN | _CELL | _SUMMARY


def epochs(records: Sequence[Record]) -> pd.DataFrame:
    """Return a row for each epoch of each trial, in the order in which records hold them.

    A trial's first epoch comes first, as epoch 1; a cell's trials that were set aside follow those
    that count. A cell without trials has no row.
    """
    rows = (
        _run(record) | _identity(cell) | row
        for record in records
        for cell in record.cells
        for trials, set_aside in ((cell.trials, False), (cell.set_aside, True))
        for trial in trials
        for row in _trial_rows(trial, set_aside)
    )
    return _frame(rows, EPOCH_COLUMNS)


def cells(records: Sequence[Record]) -> pd.DataFrame:
    """Return a row for each cell with its summary, whether it was measured or not."""
    rows = (
        _run(record) | _identity(cell) | _summary(cell) | places.get(cell.identity, {})
        for record in records
        for places in (_places(record),)
        for cell in record.cells
    )
    return _frame(rows, CELL_COLUMNS)


def _frame(rows: Iterable[Row], columns: Mapping[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(columns))
    # What is no time becomes a missing one.
    frame["created"] = pd.to_datetime(frame["created"], utc=True, errors="coerce", format="ISO8601")
    return frame.astype(dict(columns))


def _run(record: Record) -> Row:
    return {
        "run_id": record.run_id,
        "created": record.created,
        "commit": record.commit.id,
        "commit_dirty": record.commit.dirty,
        "harness_version": record.harness_version,
        "machine_fingerprint": record.machine.fingerprint,
    }


def _identity(cell: Cell) -> Row:
    return {**vars(cell.identity), "role": cell.role, "status": cell.status}


def _trial_rows(trial: Trial, set_aside: bool) -> Iterator[Row]:
    """Return a row for each epoch of a trial, the first one included."""
    whole = {"set_aside": set_aside} | _whole_trial(trial)
    counted = () if set_aside else counted_epochs(trial)
    yield (
        whole
        | _learned(trial, 0)
        | {
            "phase": "first",
            "counted": False,
            "epoch_seconds": trial.first_epoch_seconds,
        }
    )
    for number, seconds in enumerate(trial.epoch_seconds):
        yield (
            whole
            | _learned(trial, number + 1)
            | _evidence(trial, number)
            | {
                "phase": "steady",
                "counted": number in counted,
                "epoch_seconds": seconds,
            }
        )


def _learned(trial: Trial, number: int) -> Row:
    """Return what is known of an epoch, counted from 0 with the first one."""
    return {
        "epoch": number + 1,
        "train_loss": _at(trial.train_loss, number),
        "test_accuracy": _at(trial.test_accuracy, number),
        "test_mean_squared_error": _at(trial.test_mean_squared_error, number),
    }


def _evidence(trial: Trial, number: int) -> Row:
    """Return what is known of a steady epoch alone, counted from 0 without the first one."""
    found = trial.interference
    return {
        "disturbed": None if found.method == "none" else number in found.disturbed_epochs,
        "settled": None if trial.settling.settled is None else number >= trial.settling.left_out,
        "cpu_seconds": _at(trial.cpu_seconds, number),
        "involuntary_context_switches": _at(found.involuntary_context_switches, number),
        "waiting_seconds": _at(found.waiting_seconds, number),
        "foreign_cpu_seconds": _at(found.foreign_cpu_seconds, number),
        "steal_seconds": _at(found.steal_seconds, number),
        "run_queue": _at(found.run_queue, number),
    }


def _at(series: Sequence[float | None], number: int) -> float | None:
    """Return an entry of a series, which is empty where it was not measured."""
    return series[number] if number < len(series) else None


def _whole_trial(trial: Trial) -> Row:
    return {
        "block": trial.block,
        "slot": trial.slot,
        "attempt": trial.attempt,
        "import_seconds": trial.import_seconds,
        "setup_seconds": trial.setup_seconds,
        "imported_bytes": trial.memory.imported_bytes,
        "baseline_bytes": trial.memory.baseline_bytes,
        "peak_memory_bytes": trial.memory.peak_bytes,
        "device_peak_bytes": trial.memory.device_peak_bytes,
        "trial_disturbed": trial.interference.reason is not None,
        "trial_settled": trial.settling.settled,
        "parity_passed": trial.parity.passed,
        "max_abs_error": trial.parity.max_abs_error,
        "first_step_error": trial.parity.first_step_error,
        "final_error": trial.parity.final_error,
        "loss_error": trial.parity.loss_error,
        "synchronization_passed": trial.synchronization.passed,
        "input_passed": trial.input.passed,
        **_probes(trial),
        **_kinds(trial.memory),
    } | _fairness(trial)


def _kinds(memory: Memory) -> Row:
    """Return what was resident by kind, missing where the record does not say."""
    return {
        f"{moment}_{kind}": getattr(getattr(memory, moment), kind, None)
        for moment in MOMENTS
        for kind in _KINDS
    }


def _probes(trial: Trial) -> Row:
    """Return the geometric mean of each kernel's probes, missing where there are none."""
    kernels = ("product_seconds", "streaming_seconds", "gathering_seconds")
    return {
        f"probe_{kernel}": statistics.geometric_mean(getattr(one, kernel) for one in trial.probes)
        if trial.probes
        else None
        for kernel in kernels
    }


def _fairness(trial: Trial) -> Row:
    """Return what could make a comparison unfair, missing where the record does not say."""
    found, gpu = trial.fairness, trial.gpu
    return {
        "compilations": found.compilations if found else None,
        "recompilations": found.recompilations if found else None,
        "graph_breaks": found.graph_breaks if found else None,
        "process_threads": found.threads if found else None,
        "gpu_process_peak_bytes": gpu.process_peak_bytes if gpu else None,
        "joules_per_epoch": gpu.joules_per_epoch if gpu else None,
    }


def _places(record: Record) -> dict[Identity, Row]:
    """Return the place of each ranked cell among those that it can be compared with."""
    return {
        ranked.cell.identity: _place(ranked) | _need(needs[ranked.cell.identity])
        for ranking in rankings(record)
        for needs in (memory_needs(ranking.ranked),)
        for ranked in ranking.ranked
    }


def _place(ranked: Ranked) -> Row:
    return (
        {"rank": ranked.rank, "times_fastest": ranked.times_fastest}
        | _compared("against_best", "times_best", ranked.against_best)
        | _compared("raw_against_best", "raw_times_best", ranked.raw_against_best)
    )


def _need(need: Need) -> Row:
    return {
        "peak_memory_bytes_low": need.bytes.low,
        "peak_memory_bytes_high": need.bytes.high,
    } | _compared("memory_against_least", "memory_times_least", need.against_least)


def _compared(verdict: str, ratio: str, found: Comparison) -> Row:
    has_interval = math.isfinite(found.high)
    return {
        verdict: found.verdict,
        ratio: None if math.isnan(found.ratio) else found.ratio,
        f"{ratio}_low": found.low if has_interval else None,
        f"{ratio}_high": found.high if has_interval else None,
    }


def _summary(cell: Cell) -> Row:
    row: Row = {"reason": cell.reason, "trials": len(cell.trials)}
    if cell.summary:
        estimate = cell.summary.epoch_seconds
        row |= vars(cell.summary) | {
            "epoch_seconds": estimate.median,
            "epoch_seconds_low": estimate.low,
            "epoch_seconds_high": estimate.high,
        }
    if cell.parity:
        row |= {
            "parity_passed": cell.parity.passed,
            "max_abs_error": cell.parity.max_abs_error,
        }
    return row
