"""Read what can spoil measurements on this machine: clocks, limits, and the work of others.

The sources are Linux's /proc and /sys (proc(5), and the kernel's Documentation/admin-guide), psutil
and NVIDIA's management library. What a system does not have is read as None or as nothing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
import pynvml

from bench.engines import machine
from bench.engines.machine import available_cpus, load_average
from bench.records.model import BusyProcess, Conditions
from bench.worker.gpu import clock_reasons

T = TypeVar("T")

SYSTEM_ROOT = Path("/")
HUGE_PAGES = Path("sys/kernel/mm/transparent_hugepage/enabled")
PROCESSORS = Path("sys/devices/system/cpu")
CGROUPS = Path("sys/fs/cgroup")
# Long enough for five clock ticks of 10 ms at the share below.
WATCH_SECONDS = 1.0
# What counts as work: less is the clock ticks of a desktop that stands idle.
BUSY_CPUS = 0.05
MOST_BUSY_PROCESSES = 5
# Columns of a line of /proc/stat behind its name (proc_stat(5)). Guests' time, which follows, is
# part of user's already.
TIME_COLUMNS = 8
STEAL_COLUMN = 7


@dataclass(frozen=True)
class CpuTicks:
    """Clock ticks that the CPUs have counted since the machine was started."""

    steal: int
    total: int


@dataclass(frozen=True)
class Work:
    """A process and the CPU time that it has used."""

    name: str
    cpu_seconds: float


@dataclass(frozen=True)
class WorkOfOthers:
    """CPU time of all processes but this one and its children.

    Attributes
    ----------
    moment : float
        When it was read, in seconds; only differences mean something.
    processes : mapping
        By process id and time of creation, for ids are used again.
    """

    moment: float
    processes: Mapping[tuple[int, float], Work]

    def used(self, key: tuple[int, float]) -> float:
        """Return the CPU seconds of a process; none where it had not started yet."""
        return self.processes[key].cpu_seconds if key in self.processes else 0.0


@dataclass(frozen=True)
class Gpu:
    """The state of the NVIDIA GPU that workers use."""

    clock_mhz: int | None = None
    max_clock_mhz: int | None = None
    busy_percent: int | None = None
    throttle_reasons: tuple[str, ...] = ()


def read_conditions(watch_seconds: float = WATCH_SECONDS, root: Path = SYSTEM_ROOT) -> Conditions:
    """Watch this machine for a while and return its state.

    Parameters
    ----------
    watch_seconds : float
        How long others are watched; CPU time is counted in ticks of 10 ms, so a watch of less than
        a few tenths of a second shows little.
    root : Path
        Where /proc and /sys are.
    """
    ticks, others = cpu_ticks(root), work_of_others()
    time.sleep(watch_seconds)
    ticks_after, others_after = cpu_ticks(root), work_of_others()
    # Read last: NVML's utilization covers up to a second, in which a run may have used the GPU.
    gpu = read_gpu()
    return Conditions(
        load_average=load_average(),
        logical_cpus=os.cpu_count() or len(available_cpus()),
        available_cpus=len(available_cpus()),
        cpu_quota=cpu_quota(root),
        governor=governor(root),
        turbo=turbo(root),
        simultaneous_multithreading=simultaneous_multithreading(root),
        thermal_throttle_events=thermal_throttle_events(root),
        memory_available_bytes=int(psutil.virtual_memory().available),
        swap_used_bytes=swap_used_bytes(),
        swapped_pages=swapped_pages(root),
        on_battery=on_battery(),
        steal_share=steal_share(ticks, ticks_after),
        busy_processes=busy_processes(others, others_after),
        missing_counters=missing_counters(root),
        gpu_clock_mhz=gpu.clock_mhz,
        gpu_max_clock_mhz=gpu.max_clock_mhz,
        gpu_busy_percent=gpu.busy_percent,
        gpu_throttle_reasons=gpu.throttle_reasons,
        transparent_huge_pages=transparent_huge_pages(root),
    )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None


def _number(path: Path) -> int | None:
    try:
        return int(_text(path) or "")
    except ValueError:
        return None


def governor(root: Path) -> str | None:
    """Return the frequency governors of all CPUs, each once, joined by commas."""
    files = (root / PROCESSORS).glob("cpu[0-9]*/cpufreq/scaling_governor")
    return ",".join(sorted({name for file in files if (name := _text(file))})) or None


def turbo(root: Path) -> bool | None:
    """Tell whether CPUs may run above their base clock."""
    no_turbo = _number(root / PROCESSORS / "intel_pstate" / "no_turbo")
    if no_turbo is not None:
        return no_turbo == 0
    boost = _number(root / PROCESSORS / "cpufreq" / "boost")
    return None if boost is None else boost != 0


def simultaneous_multithreading(root: Path) -> bool | None:
    """Tell whether two or more threads share a physical core."""
    active = _number(root / PROCESSORS / "smt" / "active")
    return None if active is None else active != 0


def thermal_throttle_events(root: Path) -> int | None:
    """Return how often CPUs slowed down for heat, over all of them.

    One event can be counted by several CPUs, so only zero and differences mean something.
    """
    files = (root / PROCESSORS).glob("cpu[0-9]*/thermal_throttle/*_throttle_count")
    counts = [count for file in files if (count := _number(file)) is not None]
    return sum(counts) if counts else None


def transparent_huge_pages(root: Path) -> str | None:
    """Return when the kernel makes huge pages; it shows all words, the one in force in brackets."""
    chosen = re.search(r"\[(\w+)\]", _text(root / HUGE_PAGES) or "")
    return chosen[1] if chosen else None


def swapped_pages(root: Path) -> int | None:
    """Return the pages that were moved to and from swap."""
    lines = [line.split() for line in (_text(root / "proc/vmstat") or "").splitlines()]
    moved = [
        int(line[1])
        for line in lines
        if len(line) == 2 and line[0] in ("pswpin", "pswpout") and line[1].isdecimal()
    ]
    return sum(moved) if moved else None


def swap_used_bytes() -> int:
    """Return the swap in use; zero where it cannot be read."""
    try:
        return int(psutil.swap_memory().used)
    except OSError:
        return 0


def on_battery() -> bool | None:
    """Tell whether the machine runs on its battery; None where it has none."""
    if not hasattr(psutil, "sensors_battery"):
        return None
    try:
        battery = psutil.sensors_battery()
    except (OSError, NotImplementedError):
        return None
    if battery is None or battery.power_plugged is None:
        return None
    return not battery.power_plugged


def cpu_quota(root: Path) -> float | None:
    """Return the CPUs' worth of time that this process's control groups leave it.

    A group is bound by its ancestors' quotas too, so the smallest counts (the kernel's
    admin-guide/cgroup-v2, cpu.max; scheduler/sched-bwc for version 1).
    """
    quotas = []
    for line in (_text(root / "proc/self/cgroup") or "").splitlines():
        _, _, controllers_and_path = line.partition(":")
        controllers, _, path = controllers_and_path.partition(":")
        if not controllers:
            for base in (root / CGROUPS, root / CGROUPS / "unified"):
                quotas += [_quota(folder) for folder in _with_ancestors(base, path)]
        elif "cpu" in controllers.split(","):
            for base in (root / CGROUPS / "cpu", root / CGROUPS / controllers):
                quotas += [_quota_of_version_1(folder) for folder in _with_ancestors(base, path)]
    return min((quota for quota in quotas if quota is not None), default=None)


def _with_ancestors(base: Path, path: str) -> Iterator[Path]:
    """Yield the folder of a control group and those above it; in a container not all exist."""
    folder = base / path.strip("/")
    yield folder
    yield from (parent for parent in folder.parents if parent.is_relative_to(base))


def _quota(folder: Path) -> float | None:
    quota, _, period = (_text(folder / "cpu.max") or "").partition(" ")
    if not quota.isdecimal() or not period.isdecimal() or int(period) == 0:
        return None
    return int(quota) / int(period)


def _quota_of_version_1(folder: Path) -> float | None:
    quota = _number(folder / "cpu.cfs_quota_us")
    period = _number(folder / "cpu.cfs_period_us")
    return quota / period if quota and period and quota > 0 and period > 0 else None


def cpu_ticks(root: Path) -> CpuTicks | None:
    """Return the ticks counted so far; None where nothing is counted."""
    first_line = (_text(root / "proc/stat") or "").partition("\n")[0].split()
    columns = first_line[1 : TIME_COLUMNS + 1]
    if len(columns) < TIME_COLUMNS or not all(column.isdecimal() for column in columns):
        return None
    ticks = [int(column) for column in columns]
    # Some sandboxes have the file with zeros in it.
    return CpuTicks(ticks[STEAL_COLUMN], sum(ticks)) if any(ticks) else None


def steal_share(before: CpuTicks | None, after: CpuTicks | None) -> float | None:
    """Return the share of CPU time that the hypervisor gave to other machines in between."""
    if before is None or after is None or after.total <= before.total:
        return None
    return max(0, after.steal - before.steal) / (after.total - before.total)


def work_of_others() -> WorkOfOthers:
    """Return the CPU time of every process that can be read, but this one and its children."""
    moment = time.monotonic()
    own = psutil.Process()
    own_ids = {own.pid, *(child.pid for child in own.children(recursive=True))}
    processes = {}
    for process in psutil.process_iter(["name", "cpu_times", "create_time"]):
        times = process.info["cpu_times"]
        # None where the system lets nobody look into another user's process.
        if times is not None and process.pid not in own_ids:
            key = (process.pid, process.info["create_time"] or 0.0)
            # A process may call itself by bytes that are no text.
            name = os.fsencode(process.info["name"] or "?").decode(errors="replace")
            processes[key] = Work(name, times.user + times.system)
    return WorkOfOthers(moment, processes)


def busy_processes(before: WorkOfOthers, after: WorkOfOthers) -> tuple[BusyProcess, ...]:
    """Return the processes that worked in between, the busiest first, by name only.

    A command line is left out: it can hold what is private.
    """
    watched_seconds = after.moment - before.moment
    if watched_seconds <= 0:
        return ()
    busy = [
        BusyProcess(work.name, round((work.cpu_seconds - before.used(key)) / watched_seconds, 3))
        for key, work in after.processes.items()
    ]
    at_work = [process for process in busy if process.cpus > BUSY_CPUS]
    return tuple(sorted(at_work, key=lambda one: -one.cpus)[:MOST_BUSY_PROCESSES])


def missing_counters(root: Path) -> tuple[str, ...]:
    """Return the counters that the evidence of interference wants and this system lacks."""
    schedstat = (_text(root / "proc/self/schedstat") or "").split()
    present = {
        "/proc/stat": cpu_ticks(root) is not None,
        # A kernel without these statistics writes zeros.
        "schedstat": any(column != "0" for column in schedstat),
        "clear_refs": os.access(root / "proc/self/clear_refs", os.W_OK),
        "loadavg": bool(_text(root / "proc/loadavg")),
        "getrusage": importlib.util.find_spec("resource") is not None,
    }
    return tuple(name for name, there in present.items() if not there)


def read_gpu() -> Gpu:
    """Return the state of the GPU that workers use; nothing known where there is none."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return Gpu()
    try:
        gpu = machine.visible_gpu()
        return Gpu(
            _or_none(lambda: int(pynvml.nvmlDeviceGetClockInfo(gpu, pynvml.NVML_CLOCK_SM))),
            _or_none(lambda: int(pynvml.nvmlDeviceGetMaxClockInfo(gpu, pynvml.NVML_CLOCK_SM))),
            _or_none(lambda: int(pynvml.nvmlDeviceGetUtilizationRates(gpu).gpu)),
            clock_reasons(
                _or_none(lambda: int(pynvml.nvmlDeviceGetCurrentClocksEventReasons(gpu))) or 0
            ),
        )
    except pynvml.NVMLError:
        return Gpu()
    finally:
        pynvml.nvmlShutdown()


def _or_none(read: Callable[[], T]) -> T | None:
    """Return a reading, or None where this GPU or driver does not offer it."""
    try:
        return read()
    except pynvml.NVMLError:
        return None
