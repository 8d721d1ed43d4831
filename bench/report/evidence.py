"""What speaks for a workload's trials and against them, as sentences and as a row for each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.statistics import cpus_busy
from bench.records.model import Cell, Identity, Trial, WorkloadInfo
from bench.report.wording import count, duration, listing

# Enough of a digest to tell two apart by eye; the record holds it whole.
DIGEST_CHARACTERS = 12


@dataclass(frozen=True)
class Row:
    """The evidence of one trial; figures of interference are None without such a counter.

    Attributes
    ----------
    disturbed : int
        Steady epochs that others disturbed.
    cpus_busy : float or None
        CPU time of the worker over the time on the clock, all steady epochs together.
    waiting_seconds, foreign_cpu_seconds, steal_seconds : float or None
        Sums over the steady epochs.
    """

    trial: Trial
    disturbed: int
    cpus_busy: float | None
    involuntary_context_switches: int | None
    waiting_seconds: float | None
    foreign_cpu_seconds: float | None
    steal_seconds: float | None
    longest_run_queue: int | None


@dataclass(frozen=True)
class Topic:
    """What the evidence comes to in one respect."""

    name: str
    words: str


def topics(
    cells: Sequence[Cell], infos: Sequence[WorkloadInfo], labels: Mapping[Identity, str]
) -> tuple[Topic, ...]:
    """Return what the evidence of a workload's trials comes to; nothing without trials.

    Interference, settling, synchronization, and input for each batch size.
    """
    measured = [cell for cell in cells if cell.trials]
    if not measured:
        return ()
    trials = [trial for cell in measured for trial in cell.trials]
    again = sum(len(cell.set_aside) for cell in cells)
    return (
        Topic("Interference", _interference(trials, again)),
        Topic("Settling", _settling(trials)),
        Topic("Synchronization", _synchronization(measured, labels)),
        *(_input(measured, info, labels, len(infos) > 1) for info in infos),
    )


def row(trial: Trial) -> Row:
    """Return the evidence of a trial."""
    found = trial.interference
    return Row(
        trial=trial,
        disturbed=len(found.disturbed_epochs),
        cpus_busy=cpus_busy(trial),
        involuntary_context_switches=sum(found.involuntary_context_switches)
        if found.involuntary_context_switches
        else None,
        waiting_seconds=_sum(found.waiting_seconds),
        foreign_cpu_seconds=_sum(found.foreign_cpu_seconds),
        steal_seconds=_sum(found.steal_seconds),
        longest_run_queue=max(found.run_queue, default=None),
    )


def _sum(seconds: Sequence[float]) -> float | None:
    """Return a sum, which counted ticks can bring below zero where there was nothing to count."""
    return max(0.0, math.fsum(seconds)) if seconds else None


def _interference(trials: Sequence[Trial], again: int) -> str:
    if all(trial.interference.method == "none" for trial in trials):
        return "This system has no counters that show whether other work disturbed an epoch."
    epochs = count(sum(len(trial.epoch_seconds) for trial in trials), "steady epoch")
    marked = sum(len(trial.interference.disturbed_epochs) for trial in trials)
    kept = sum(trial.interference.reason is not None for trial in trials)
    sentences = [
        f"Other work on the machine disturbed {marked:,} of {epochs}, which do not enter a median."
        if marked
        else f"None of {epochs} was disturbed by other work on the machine."
    ]
    if again:
        sentences.append(f"{count(again, 'disturbed trial')} had to be measured again.")
    if kept:
        sentences.append(f"{count(kept, 'trial')} of {len(trials)} stayed disturbed as a whole.")
    return " ".join(sentences)


def _settling(trials: Sequence[Trial]) -> str:
    if all(trial.settling.settled is None for trial in trials):
        return "There are too few epochs to tell whether they had settled, so all count."
    left_out = sum(trial.settling.left_out for trial in trials)
    never = sum(trial.settling.settled is False for trial in trials)
    first = (
        f"{count(left_out, 'steady epoch')} at the beginning of trials had not settled and "
        f"{'does' if left_out == 1 else 'do'} not enter a median."
        if left_out
        else "No trial's first steady epochs had to be left out."
    )
    last = f" {count(never, 'trial')} of {len(trials)} never settled." if never else ""
    return f"{first}{last}"


def _synchronization(cells: Sequence[Cell], labels: Mapping[Identity, str]) -> str:
    proofs = {cell.identity: [trial.synchronization for trial in cell.trials] for cell in cells}
    early = [labels[one] for one, found in proofs.items() if not all(p.passed for p in found)]
    if early:
        return (
            f"{listing(early)} returned before the work of an epoch was done, so that the clock "
            "stopped too early."
        )
    worst = max(
        itertools.chain.from_iterable(proofs.values()),
        key=lambda proof: proof.unfinished_seconds / proof.tolerance_seconds,
    )
    return (
        "Every epoch's work was done when its clock stopped; what was left took "
        f"{duration(max(0.0, worst.unfinished_seconds))} at most, where "
        f"{duration(worst.tolerance_seconds)} is tolerated."
    )


def _input(
    cells: Sequence[Cell], info: WorkloadInfo, labels: Mapping[Identity, str], names_batch: bool
) -> Topic:
    own = [cell for cell in cells if cell.identity.batch_size == info.batch_size]
    others = [
        labels[cell.identity] for cell in own if not all(one.input.passed for one in cell.trials)
    ]
    name = f"Input, batches of {info.batch_size}" if names_batch else "Input"
    initial, order = (
        f"SHA-256 {digest[:DIGEST_CHARACTERS]}…"
        for digest in (info.initial_sha256, info.order_sha256)
    )
    exceptions = f", except those of {listing(others)}" if others else ""
    return Topic(
        name,
        f"All trials started from the same parameters ({initial}) and took the examples in the "
        f"same order ({order}){exceptions}.",
    )
