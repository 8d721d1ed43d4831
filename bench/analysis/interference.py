"""Was it disturbed? The rule that marks epochs, and trials, that other work held up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from bench.records.model import Interference, Trial

# /proc/stat counts CPU time in ticks of 10 ms, where they fall: over a short time the count is off
# by a tick or two. docs/method.md shows what quiet and disturbed epochs look like.
TICK_SECONDS = 0.01
TICKS_OF_DOUBT = 3
# An epoch is disturbed if others used a quarter of a CPU on average, ...
FOREIGN_CPUS = 0.25
# ... or the hypervisor took 5 % of the worker's CPUs, ...
STEAL_SHARE = 0.05
# ... or its threads waited 10 % of the time and others ran for at least two ticks. Waiting alone
# says little: many frameworks keep more threads than CPUs, which wait for each other.
WAITING_SHARE = 0.10
WAITING_TICKS = 2
# Over a whole trial ticks are counted more precisely, so that short epochs are judged as well. Each
# epoch's count is off by 0.4 ticks (the difference of two uniform roundings), the sum over n epochs
# by 0.4 times the root of n: five times that is allowed.
TRIAL_FOREIGN_CPUS = 0.10
TICKS_OF_DOUBT_PER_ROOT = 2.0
# A trial counts as disturbed if more than this share of its epochs does: the median of the others
# would rest on too few of them.
DISTURBED_SHARE = 0.25


def judge(evidence: Interference, epoch_seconds: Sequence[float]) -> Interference:
    """Return the evidence with disturbed epochs marked, and the reason if the trial is disturbed.

    Parameters
    ----------
    epoch_seconds : sequence of float
        The steady epochs that the evidence belongs to.
    """
    if evidence.method == "none" or not epoch_seconds:
        return evidence
    marked = tuple(
        epoch
        for epoch, seconds in enumerate(epoch_seconds)
        if _is_disturbed(evidence, epoch, seconds)
    )
    reason = _whole_trial(evidence, epoch_seconds)
    if reason is None and len(marked) > DISTURBED_SHARE * len(epoch_seconds):
        reason = f"{len(marked)} of {len(epoch_seconds)} epochs: {_causes(evidence, marked)}"
    return replace(evidence, disturbed_epochs=marked, reason=reason)


def _is_disturbed(evidence: Interference, epoch: int, seconds: float) -> bool:
    foreign = evidence.foreign_cpu_seconds[epoch]
    capacity = seconds * len(evidence.cpus)
    return (
        foreign > FOREIGN_CPUS * seconds + TICKS_OF_DOUBT * TICK_SECONDS
        or evidence.steal_seconds[epoch] > STEAL_SHARE * capacity
        or (
            evidence.waiting_seconds[epoch] > WAITING_SHARE * capacity
            and foreign > WAITING_TICKS * TICK_SECONDS
        )
    )


def _whole_trial(evidence: Interference, epoch_seconds: Sequence[float]) -> str | None:
    """Return why all epochs together were disturbed, or None."""
    seconds = math.fsum(epoch_seconds)
    doubt = TICK_SECONDS * max(
        TICKS_OF_DOUBT, TICKS_OF_DOUBT_PER_ROOT * math.sqrt(len(epoch_seconds))
    )
    foreign = math.fsum(evidence.foreign_cpu_seconds)
    if foreign > TRIAL_FOREIGN_CPUS * seconds + doubt:
        return f"other processes used {foreign:.2g} s of CPU time in {seconds:.2g} s of epochs"
    steal = math.fsum(evidence.steal_seconds)
    if steal > STEAL_SHARE * seconds * len(evidence.cpus) + doubt:
        return f"the hypervisor took {steal:.2g} s of CPU time away in {seconds:.2g} s of epochs"
    return None


def _causes(evidence: Interference, epochs: Sequence[int]) -> str:
    foreign = math.fsum(max(0.0, evidence.foreign_cpu_seconds[epoch]) for epoch in epochs)
    steal = math.fsum(evidence.steal_seconds[epoch] for epoch in epochs)
    return (
        f"others used {foreign:.2g} s of CPU time meanwhile, the hypervisor took {steal:.2g} s away"
    )


def least_disturbed(trials: Sequence[Trial]) -> Trial:
    """Return the trial with the smallest share of disturbed epochs; of equal ones the latest.

    An attempt that counts as disturbed as a whole comes after every one that does not.
    """
    return min(
        reversed(trials),
        key=lambda trial: (
            trial.interference.reason is not None,
            len(trial.interference.disturbed_epochs) / max(1, len(trial.epoch_seconds)),
        ),
    )
