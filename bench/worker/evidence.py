"""Evidence of other work on the machine: the kernel's counters before and after an epoch."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MACHINE_STATISTICS = Path("/proc/stat")
LOAD = Path("/proc/loadavg")
THREADS = Path("/proc/self/task")
# The kernel's USER_HZ, in which /proc/stat counts (proc_stat(5)).
TICK_SECONDS = 0.01
# Columns of a line of /proc/stat, behind the name of the CPU (proc_stat(5)): what ran something.
BUSY_COLUMNS = (0, 1, 2, 5, 6)
STEAL_COLUMN = 7


@dataclass(frozen=True)
class Reading:
    """The counters at one moment; only differences of two readings mean something.

    Attributes
    ----------
    cpu_seconds, involuntary_context_switches
        Of this process, all its threads.
    waiting_seconds : float
        Time that its threads were ready to run and waited for a CPU, summed.
    busy_seconds : float
        CPU time of all processes on all CPUs, in clock ticks.
    steal_seconds : float
        Time that the hypervisor gave to others, on the CPUs asked for, in clock ticks.
    run_queue : int
        Tasks ready to run at this moment, the reader among them.
    """

    cpu_seconds: float
    involuntary_context_switches: int
    waiting_seconds: float = 0.0
    busy_seconds: float = 0.0
    steal_seconds: float = 0.0
    run_queue: int = 0


@dataclass(frozen=True)
class Evidence:
    """What happened between two readings; ``run_queue`` is that of the first."""

    involuntary_context_switches: int
    waiting_seconds: float
    foreign_cpu_seconds: float
    steal_seconds: float
    run_queue: int


def method() -> Literal["proc", "none"]:
    """Return where the counters come from on this system."""
    there = all(path.exists() for path in (MACHINE_STATISTICS, LOAD, THREADS))
    return "proc" if there else "none"


def read(cpus: Collection[int]) -> Reading:
    """Return the counters, with the steal of the given CPUs; takes a fraction of a millisecond."""
    switches = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
    if method() == "none":
        return Reading(time.process_time(), switches)
    busy_seconds, steal_seconds = _machine_seconds(cpus)
    return Reading(
        cpu_seconds=time.process_time(),
        involuntary_context_switches=switches,
        waiting_seconds=_waiting_seconds(),
        busy_seconds=busy_seconds,
        steal_seconds=steal_seconds,
        run_queue=int(LOAD.read_text().split()[3].split("/")[0]),
    )


def between(before: Reading, after: Reading) -> Evidence:
    """Return what happened between two readings.

    The CPU time of others is that of all processes, counted in ticks, less this process's own,
    which is exact: over a short time it is off by a tick or two to either side, also below zero.
    """
    own_seconds = after.cpu_seconds - before.cpu_seconds
    foreign = after.busy_seconds - before.busy_seconds - own_seconds if method() == "proc" else 0.0
    return Evidence(
        after.involuntary_context_switches - before.involuntary_context_switches,
        # A thread that has ended takes its share of the sum with it.
        round(max(0.0, after.waiting_seconds - before.waiting_seconds), 6),
        round(foreign, 6),
        round(after.steal_seconds - before.steal_seconds, 6),
        before.run_queue,
    )


def _machine_seconds(cpus: Collection[int]) -> tuple[float, float]:
    """Return busy seconds of all CPUs and stolen seconds of the given ones."""
    busy = steal = 0
    for line in MACHINE_STATISTICS.read_text().splitlines():
        name, *columns = line.split()
        cpu = re.fullmatch(r"cpu(\d+)", name)
        if cpu:
            ticks = [int(column) for column in columns]
            busy += sum(ticks[column] for column in BUSY_COLUMNS)
            steal += ticks[STEAL_COLUMN] if int(cpu[1]) in cpus else 0
    return busy * TICK_SECONDS, steal * TICK_SECONDS


def _waiting_seconds() -> float:
    """Return how long this process's threads have waited for a CPU (second field of schedstat)."""
    total = 0
    for thread in THREADS.iterdir():
        try:
            total += int((thread / "schedstat").read_text().split()[1])
        # The thread ended meanwhile, or the kernel was built without these statistics.
        except (OSError, IndexError):
            continue
    return total / 1e9
