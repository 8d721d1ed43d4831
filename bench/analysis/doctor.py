"""What will spoil measurements, judged from the machine's state, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bench.analysis.pace import Pace
from bench.records.model import CLOCKS_SET_BY_THE_USER, BusyProcess, Check, Conditions

# Tasks at work for each CPU of the machine. One busy neighbour on two CPUs, a load of 0.5 for each,
# made epochs up to ten times slower (docs/method.md); this is half of that.
LOAD_PER_CPU = 0.25
# CPUs kept busy by other processes together. Threads wait for the slowest of them at every step, so
# that a neighbour on a single CPU holds up all, however many there are.
BUSY_CPUS = 0.1
# Governors under which the clock does not follow the load: the highest, or the one that was set
# (the kernel's Documentation/admin-guide/pm/cpufreq).
STEADY_GOVERNORS = frozenset({"performance", "userspace"})
# The hungriest framework's worker takes 0.8 GiB for Fashion-MNIST (README.md); the harness with the
# float64 reference, and the file cache, come on top.
LITTLE_MEMORY_BYTES = 2 * 2**30
# A MiB of pages of 4 KiB: a kernel moves single pages even on a machine that stands idle.
SWAPPED_PAGES = 256
# In a watch of a second two CPUs count 200 ticks: what is not more than two of them is chance.
STEAL_SHARE = 0.01
# NVML gives whole percents of the time in which anything ran; a desktop's drawing stays below.
GPU_BUSY_PERCENT = 5
# Clocks move in steps of 15 MHz, and the highest is held only when the GPU is cool.
GPU_CLOCK_SHARE = 0.95
NOT_READABLE = "not readable; a virtual machine's host sets it"
# What goes unseen without a counter, and what stands in for it.
WITHOUT_COUNTER = {
    "/proc/stat": "Without /proc/stat nobody sees the CPU time of other processes and of other "
    "virtual machines: disturbed epochs cannot be told.",
    "schedstat": "Without schedstat the time that a worker waits for a CPU goes unseen; the CPU "
    "time of others stands in for it.",
    "clear_refs": "Without clear_refs the peak of memory is the largest size right after an epoch, "
    "which misses what was freed before.",
    "loadavg": "Without loadavg load and run queue go unseen; busy processes stand in for them.",
    "getrusage": "Without getrusage forced context switches go unseen; the time that a worker "
    "waits for a CPU stands in for them.",
}


def examine(conditions: Conditions, wants_gpu: bool = False) -> tuple[Check, ...]:
    """Return one check for each thing that can spoil measurements, in a fixed order.

    The GPU is examined only where there is one, or where it is wanted.
    """
    checks = tuple(check(conditions) for check in CHECKS)
    if wants_gpu or _has_gpu(conditions):
        return (*checks, gpu_clocks(conditions))
    return checks


def compare_conditions(before: Conditions, after: Conditions) -> tuple[Check, ...]:
    """Return a warning for each thing that got worse during a run."""
    pairs = zip(examine(before, wants_gpu=True), examine(after, wants_gpu=True))
    worse = tuple(
        replace(later, finding=f"{later.finding} (not so before the run)")
        for earlier, later in pairs
        # The run itself raises the load average.
        if later.status == "warning" and earlier.status != "warning" and later.name != "load"
    )
    during = (throttled(before, after), swapped(before, after))
    return (*(check for check in during if check.status == "warning"), *worse)


def pace_check(found: Pace | None) -> Check:
    """Return the check of whether the machine computes as fast at one moment as at another."""
    if found is None:
        return _unknown("pace", "not probed: this system cannot stop a process")
    finding = (
        f"computes at {found.median * 100:.0f} % of the best it showed, "
        f"{found.low * 100:.0f} to {found.high * 100:.0f} %"
    )
    if found.steady:
        return _ok("pace", finding)
    return _warning(
        "pace",
        finding,
        "The machine's own speed wanders, as that of virtual machines and laptops does. Compare "
        "within one run only, where probes and blocks allow for it, and give it more blocks.",
    )


def warnings(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Return the checks that want attention."""
    return tuple(check for check in checks if check.status == "warning")


def _ok(name: str, finding: str) -> Check:
    return Check(name, "ok", finding, "")


def _warning(name: str, finding: str, *advice: str) -> Check:
    """Return a warning; the first line of its advice is prose, further ones are commands."""
    return Check(name, "warning", finding, "\n".join(advice))


def _unknown(name: str, finding: str, advice: str = "") -> Check:
    return Check(name, "unknown", finding, advice)


def _cpus(number: float) -> str:
    digits = f"{number:.3g}"
    return f"{digits} {'CPU' if digits == '1' else 'CPUs'}"


def _events(number: int) -> str:
    return f"{number:,} {'event' if number == 1 else 'events'}"


def _gibibytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GiB"


def load(conditions: Conditions) -> Check:
    """Judge the load average, which covers the last minute of the whole machine."""
    if conditions.load_average is None:
        return _unknown("load", "this system has no load average")
    finding = f"load average {conditions.load_average:.2f} on {_cpus(conditions.logical_cpus)}"
    if conditions.load_average <= LOAD_PER_CPU * conditions.logical_cpus:
        return _ok("load", finding)
    return _warning("load", finding, "Stop other work, and wait a minute for the average to fall.")


def busy_processes(conditions: Conditions) -> Check:
    """Judge what other processes did while they were watched."""
    total = sum(process.cpus for process in conditions.busy_processes)
    if not conditions.busy_processes:
        return _ok("busy-processes", "no other process was seen at work")
    finding = f"others use {_cpus(total)}: {_listed(conditions.busy_processes)}"
    if total <= BUSY_CPUS:
        return _ok("busy-processes", finding)
    return _warning("busy-processes", finding, "Stop them, or wait until they are done.")


def _listed(processes: Iterable[BusyProcess]) -> str:
    return ", ".join(f"{process.name} {process.cpus:.2f}" for process in processes)


def frequency_governor(conditions: Conditions) -> Check:
    """Judge whether the clock follows the load."""
    if conditions.governor is None:
        return _unknown(
            "frequency-governor",
            NOT_READABLE,
            "Ask for it on the host: cpupower frequency-info",
        )
    if set(conditions.governor.split(",")) <= STEADY_GOVERNORS:
        return _ok("frequency-governor", conditions.governor)
    return _warning(
        "frequency-governor",
        f"{conditions.governor}: the clock follows the load",
        "Keep the clock up while you measure:",
        "sudo cpupower frequency-set -g performance",
    )


def turbo(conditions: Conditions) -> Check:
    """Judge whether the clock may rise above its base."""
    if conditions.turbo is None:
        return _unknown("turbo", NOT_READABLE)
    if not conditions.turbo:
        return _ok("turbo", "off")
    return _warning(
        "turbo",
        "on: the clock depends on heat and on the neighbouring cores",
        "Switch it off while you measure, with the first command on Intel's driver, else with the "
        "second:",
        "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo",
        "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost",
    )


def simultaneous_multithreading(conditions: Conditions) -> Check:
    """Judge whether logical CPUs share their cores."""
    if conditions.simultaneous_multithreading is None:
        return _unknown("smt", "not readable here", "lscpu shows the threads of a core.")
    if not conditions.simultaneous_multithreading:
        return _ok("smt", "off: a core for every CPU")
    return _warning(
        "smt",
        "on: two CPUs share a core and slow each other down",
        "Keep to one thread a physical core, as the default does, and to a machine that does "
        "nothing else; or switch it off:",
        "echo off | sudo tee /sys/devices/system/cpu/smt/control",
    )


def thermal_throttling(conditions: Conditions) -> Check:
    """State the events so far; only what comes on top during a run spoils it."""
    name, events = "thermal-throttling", conditions.thermal_throttle_events
    if events is None:
        return _unknown(name, "this system counts no throttling")
    return _ok(name, f"{_events(events)} since the machine was started")


def throttled(before: Conditions, after: Conditions) -> Check:
    """Judge whether CPUs slowed down for heat between two readings."""
    name = "thermal-throttling"
    if before.thermal_throttle_events is None or after.thermal_throttle_events is None:
        return _unknown(name, "this system counts no throttling")
    events = after.thermal_throttle_events - before.thermal_throttle_events
    if events <= 0:
        return _ok(name, "no event during the run")
    return _warning(
        name,
        f"{_events(events)} during the run: CPUs slowed down for heat",
        "Let the machine cool, switch turbo off, and measure again.",
    )


def swap(conditions: Conditions) -> Check:
    """Judge whether what was swapped out would find room again."""
    used, free = conditions.swap_used_bytes, conditions.memory_available_bytes
    finding = f"{_gibibytes(used)} swapped out" if used else "nothing swapped out"
    if used <= free:
        return _ok("swap", finding)
    return _warning(
        "swap",
        f"{finding}, more than the {_gibibytes(free)} of memory available",
        "End programs that take much memory, until what was swapped out fits in again.",
    )


def swapped(before: Conditions, after: Conditions) -> Check:
    """Judge whether pages moved to or from swap between two readings."""
    if before.swapped_pages is None or after.swapped_pages is None:
        return _unknown("swap", "this system does not count swapped pages")
    pages = after.swapped_pages - before.swapped_pages
    if pages <= SWAPPED_PAGES:
        return _ok("swap", "no swapping to speak of during the run")
    return _warning(
        "swap",
        f"{pages:,} pages moved to or from swap during the run",
        "End programs that take much memory, and measure again.",
    )


def memory(conditions: Conditions) -> Check:
    """Judge whether a worker finds room."""
    finding = f"{_gibibytes(conditions.memory_available_bytes)} available"
    if conditions.memory_available_bytes >= LITTLE_MEMORY_BYTES:
        return _ok("memory", finding)
    return _warning(
        "memory",
        f"{finding}: little for a framework, the harness and the file cache",
        f"End other programs until {_gibibytes(LITTLE_MEMORY_BYTES)} are available.",
    )


def battery(conditions: Conditions) -> Check:
    """Judge where the power comes from."""
    if conditions.on_battery is None:
        return _ok("battery", "none found")
    if not conditions.on_battery:
        return _ok("battery", "on mains power")
    return _warning(
        "battery", "on battery: the system saves power", "Connect the machine to mains power."
    )


def cpu_quota(conditions: Conditions) -> Check:
    """Judge whether a container may use the CPUs that it sees."""
    quota, available = conditions.cpu_quota, conditions.available_cpus
    if quota is None:
        return _ok("cpu-quota", f"no limit on {_cpus(available)}")
    if quota >= available:
        return _ok(
            "cpu-quota", f"time for {_cpus(quota)}, no fewer than the {available} that there are"
        )
    return _warning(
        "cpu-quota",
        f"time for {quota:.3g} of {_cpus(available)}: who uses more is halted",
        "Give the container whole CPUs in place of a quota, such as with Docker:",
        "docker run --cpuset-cpus 0-1 ...",
    )


def steal(conditions: Conditions) -> Check:
    """Judge what the hypervisor gave to other machines."""
    if conditions.steal_share is None:
        return _unknown("steal", "this system counts no stolen time")
    finding = f"{conditions.steal_share * 100:.1f} % of CPU time went to other machines"
    if conditions.steal_share <= STEAL_SHARE:
        return _ok("steal", finding)
    return _warning(
        "steal", finding, "Measure at another time, or on a machine with CPUs of its own."
    )


def counters(conditions: Conditions) -> Check:
    """Judge whether interference leaves evidence."""
    missing = conditions.missing_counters
    if not missing:
        return _ok("counters", "all that show interference are there")
    consequences = (WITHOUT_COUNTER.get(name, f"{name} has no substitute.") for name in missing)
    return _warning("counters", f"missing: {', '.join(missing)}", " ".join(consequences))


def _has_gpu(conditions: Conditions) -> bool:
    readings = (
        conditions.gpu_clock_mhz,
        conditions.gpu_max_clock_mhz,
        conditions.gpu_busy_percent,
    )
    return bool(conditions.gpu_throttle_reasons) or any(one is not None for one in readings)


def gpu_clocks(conditions: Conditions) -> Check:
    """Judge the GPU's clock, what holds it down, and other work there."""
    if not _has_gpu(conditions):
        return _unknown(
            "gpu-clocks",
            "no NVIDIA GPU answers here",
            "nvidia-smi shows whether GPU and driver are there.",
        )
    faults = (
        *_gpu_work(conditions.gpu_busy_percent),
        *_gpu_slowdown(conditions.gpu_throttle_reasons),
        *_gpu_floating(conditions),
    )
    findings = [_gpu_clock(conditions), *(finding for finding, _ in faults)]
    if not faults:
        return _ok("gpu-clocks", *findings)
    return _warning("gpu-clocks", "; ".join(findings), " ".join(advice for _, advice in faults))


def _gpu_clock(conditions: Conditions) -> str:
    clock, highest = conditions.gpu_clock_mhz, conditions.gpu_max_clock_mhz
    if clock is None:
        return "clock not readable"
    return f"{clock} MHz" if highest is None else f"{clock} of {highest} MHz"


def _gpu_work(busy_percent: int | None) -> Iterator[tuple[str, str]]:
    """Yield finding and advice where others use the GPU."""
    if busy_percent is not None and busy_percent > GPU_BUSY_PERCENT:
        yield f"busy with other work {busy_percent} % of the time", "Stop other work on the GPU."


def _gpu_slowdown(reasons: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield finding and advice where the clock is held down against the user's wish."""
    unwanted = [reason for reason in reasons if reason != CLOCKS_SET_BY_THE_USER]
    if unwanted:
        yield f"held down by: {', '.join(unwanted)}", "Let it cool, or choose a lower clock."


def _gpu_floating(conditions: Conditions) -> Iterator[tuple[str, str]]:
    """Yield finding and advice where nobody seems to have locked the clock."""
    clock, highest = conditions.gpu_clock_mhz, conditions.gpu_max_clock_mhz
    if clock is None or highest is None or clock >= GPU_CLOCK_SHARE * highest:
        return
    if CLOCKS_SET_BY_THE_USER not in conditions.gpu_throttle_reasons:
        yield (
            "the clock follows the load",
            "Unless that is done, lock the clock at one that the GPU can hold:\n"
            f"sudo nvidia-smi --lock-gpu-clocks={highest}",
        )


CHECKS: tuple[Callable[[Conditions], Check], ...] = (
    load,
    busy_processes,
    frequency_governor,
    turbo,
    simultaneous_multithreading,
    thermal_throttling,
    swap,
    memory,
    battery,
    cpu_quota,
    steal,
    counters,
)
