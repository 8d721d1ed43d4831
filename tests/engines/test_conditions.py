"""What is read of a machine's state: from trees of real files, and from this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench.engines.conditions import (
    BUSY_CPUS,
    MOST_BUSY_PROCESSES,
    CpuTicks,
    Work,
    WorkOfOthers,
    busy_processes,
    cpu_quota,
    cpu_ticks,
    governor,
    missing_counters,
    read_conditions,
    simultaneous_multithreading,
    steal_share,
    swapped_pages,
    thermal_throttle_events,
    transparent_huge_pages,
    turbo,
    work_of_others,
)
from bench.engines.machine import available_cpus
from bench.records.model import BusyProcess

PATIENCE_SECONDS = 60
CPU_SECONDS_BY_ID = "[(i, work.cpu_seconds) for (i, _), work in work_of_others().processes.items()]"
ALL_BUT_GETRUSAGE = ("/proc/stat", "schedstat", "clear_refs", "loadavg")


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n")


def cpu_file(root: Path, name: str, text: str) -> None:
    write(root, f"sys/devices/system/cpu/{name}", text)


@pytest.mark.parametrize(
    ("governors", "read"),
    [
        (["performance", "performance"], "performance"),
        (["powersave", "performance"], "performance,powersave"),
        ([], None),
    ],
)
def test_each_governor_is_named_once(tmp_path, governors, read):
    for number, name in enumerate(governors):
        cpu_file(tmp_path, f"cpu{number}/cpufreq/scaling_governor", name)
    assert governor(tmp_path) == read


@pytest.mark.parametrize(("no_turbo", "on"), [("0", True), ("1", False)])
def test_intels_driver_says_whether_turbo_is_off(tmp_path, no_turbo, on):
    cpu_file(tmp_path, "intel_pstate/no_turbo", no_turbo)
    assert turbo(tmp_path) is on


@pytest.mark.parametrize(("boost", "on"), [("0", False), ("1", True)])
def test_other_drivers_say_whether_boost_is_on(tmp_path, boost, on):
    cpu_file(tmp_path, "cpufreq/boost", boost)
    assert turbo(tmp_path) is on


@pytest.mark.parametrize(("active", "on"), [("0", False), ("1", True), ("notsupported", None)])
def test_the_kernel_says_whether_threads_share_cores(tmp_path, active, on):
    cpu_file(tmp_path, "smt/active", active)
    assert simultaneous_multithreading(tmp_path) is on


def test_throttling_of_cores_and_packages_is_counted_together(tmp_path):
    cpu_file(tmp_path, "cpu0/thermal_throttle/core_throttle_count", "3")
    cpu_file(tmp_path, "cpu0/thermal_throttle/package_throttle_count", "4")
    cpu_file(tmp_path, "cpu11/thermal_throttle/core_throttle_count", "5")
    cpu_file(tmp_path, "cpu11/thermal_throttle/core_throttle_total_time_ms", "1000")
    assert thermal_throttle_events(tmp_path) == 12


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("always [madvise] never", "madvise"),
        ("[always] madvise never", "always"),
        ("strange", None),
        (None, None),
    ],
)
def test_the_word_in_brackets_says_when_huge_pages_are_made(tmp_path, words, read):
    if words is not None:
        write(tmp_path, "sys/kernel/mm/transparent_hugepage/enabled", words)
    assert transparent_huge_pages(tmp_path) == read


def test_pages_moved_to_and_from_swap_are_added(tmp_path):
    write(tmp_path, "proc/vmstat", "nr_free_pages 12\npswpin 30\npswpout 12\nswap_ra 5")
    assert swapped_pages(tmp_path) == 42


def test_a_quota_is_cpus_worth_of_time(tmp_path):
    write(tmp_path, "proc/self/cgroup", "0::/")
    write(tmp_path, "sys/fs/cgroup/cpu.max", "150000 100000")
    assert cpu_quota(tmp_path) == 1.5


def test_the_smallest_quota_among_a_group_and_its_ancestors_counts(tmp_path):
    write(tmp_path, "proc/self/cgroup", "0::/outer/middle/inner")
    write(tmp_path, "sys/fs/cgroup/outer/cpu.max", "400000 100000")
    write(tmp_path, "sys/fs/cgroup/outer/middle/cpu.max", "50000 100000")
    write(tmp_path, "sys/fs/cgroup/outer/middle/inner/cpu.max", "max 100000")
    write(tmp_path, "sys/fs/cgroup/outer/other/cpu.max", "10000 100000")
    assert cpu_quota(tmp_path) == 0.5


@pytest.mark.parametrize("folder", ["cpu", "cpu,cpuacct"])
def test_a_quota_of_version_1_is_found_under_either_name(tmp_path, folder):
    write(tmp_path, "proc/self/cgroup", "7:memory:/job\n4:cpu,cpuacct:/job\n0::/")
    write(tmp_path, f"sys/fs/cgroup/{folder}/job/cpu.cfs_quota_us", "250000")
    write(tmp_path, f"sys/fs/cgroup/{folder}/job/cpu.cfs_period_us", "100000")
    write(tmp_path, f"sys/fs/cgroup/{folder}/cpu.cfs_quota_us", "-1")
    write(tmp_path, f"sys/fs/cgroup/{folder}/cpu.cfs_period_us", "100000")
    assert cpu_quota(tmp_path) == 2.5


def test_in_a_container_the_mounted_group_counts_although_its_path_is_the_hosts(tmp_path):
    write(tmp_path, "proc/self/cgroup", "4:cpu,cpuacct:/docker/0123")
    write(tmp_path, "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000")
    write(tmp_path, "sys/fs/cgroup/cpu/cpu.cfs_period_us", "50000")
    assert cpu_quota(tmp_path) == 2.0


def test_without_a_limit_there_is_no_quota(tmp_path):
    write(tmp_path, "proc/self/cgroup", "0::/job")
    write(tmp_path, "sys/fs/cgroup/job/cpu.max", "max 100000")
    assert cpu_quota(tmp_path) is None


def test_stolen_ticks_are_a_share_of_all_ticks_in_between(tmp_path):
    write(tmp_path, "proc/stat", "cpu 100 0 50 800 10 0 5 35 7 0\ncpu0 100 0 50 800 10 0 5 35 7 0")
    before = cpu_ticks(tmp_path)
    assert before == CpuTicks(steal=35, total=1000)
    write(tmp_path, "proc/stat", "cpu 150 0 60 920 10 0 5 55 7 0")
    assert steal_share(before, cpu_ticks(tmp_path)) == pytest.approx(20 / 200)


@pytest.mark.parametrize(
    "text", ["cpu 0 0 0 0 0 0 0 0 0 0", "cpu 1 2 3", "cpu a b c d e f g h", ""]
)
def test_a_sandbox_that_counts_no_time_has_no_ticks(tmp_path, text):
    write(tmp_path, "proc/stat", text)
    assert cpu_ticks(tmp_path) is None


def test_without_ticks_in_between_there_is_no_share():
    ticks = CpuTicks(steal=1, total=100)
    assert steal_share(ticks, ticks) is None
    assert steal_share(None, ticks) is None
    assert steal_share(ticks, None) is None


def test_counters_that_are_there_are_not_missed(tmp_path):
    write(tmp_path, "proc/stat", "cpu 100 0 50 800 10 0 5 35 0 0")
    write(tmp_path, "proc/loadavg", "0.10 0.20 0.30 1/80 4000")
    write(tmp_path, "proc/self/schedstat", "123456 789 12")
    write(tmp_path, "proc/self/clear_refs", "")
    assert missing_counters(tmp_path) == ()


def test_a_kernel_that_keeps_no_scheduler_statistics_lacks_them(tmp_path):
    write(tmp_path, "proc/self/schedstat", "0 0 0")
    assert missing_counters(tmp_path) == ALL_BUT_GETRUSAGE


def test_a_system_without_proc_and_sys_is_read_all_the_same(tmp_path):
    conditions = read_conditions(0.0, tmp_path)
    assert conditions.governor is None
    assert conditions.turbo is None
    assert conditions.simultaneous_multithreading is None
    assert conditions.thermal_throttle_events is None
    assert conditions.swapped_pages is None
    assert conditions.cpu_quota is None
    assert conditions.steal_share is None
    assert conditions.missing_counters == ALL_BUT_GETRUSAGE


@pytest.mark.parametrize("text", ["", "nonsense", "-", "\x00"])
def test_files_that_hold_nonsense_are_no_readings(tmp_path, text):
    cpu_file(tmp_path, "intel_pstate/no_turbo", text)
    cpu_file(tmp_path, "smt/active", text)
    cpu_file(tmp_path, "cpu0/thermal_throttle/core_throttle_count", text)
    write(tmp_path, "proc/self/cgroup", f"0::/\n{text}")
    write(tmp_path, "proc/stat", text)
    write(tmp_path, "proc/vmstat", text)
    write(tmp_path, "sys/fs/cgroup/cpu.max", text)
    conditions = read_conditions(0.0, tmp_path)
    assert conditions.turbo is None
    assert conditions.simultaneous_multithreading is None
    assert conditions.thermal_throttle_events is None
    assert conditions.swapped_pages is None
    assert conditions.cpu_quota is None
    assert conditions.steal_share is None


def test_this_machine_is_described_as_it_is():
    conditions = read_conditions(0.1)
    assert conditions.available_cpus == len(available_cpus())
    assert conditions.logical_cpus == os.cpu_count()
    assert 0 < conditions.memory_available_bytes <= psutil.virtual_memory().total
    assert conditions.steal_share is None or 0 <= conditions.steal_share <= 1
    assert conditions.gpu_clock_mhz is None or conditions.gpu_clock_mhz > 0


NOTHING = WorkOfOthers(0.0, {})


def after(seconds: float, **cpu_seconds: float) -> WorkOfOthers:
    """Return what processes had used at a moment, by their names."""
    return WorkOfOthers(
        seconds,
        {
            (number, 0.0): Work(name, used)
            for number, (name, used) in enumerate(cpu_seconds.items())
        },
    )


def test_work_is_cpu_time_over_the_time_of_the_watch():
    before = after(10.0, compiler=100.0, browser=5.0)
    later = after(12.0, compiler=103.0, browser=5.5)
    assert busy_processes(before, later) == (
        BusyProcess("compiler", 1.5),
        BusyProcess("browser", 0.25),
    )


def test_a_process_that_started_during_the_watch_counts_with_all_it_used():
    assert busy_processes(NOTHING, after(2.0, compiler=1.0)) == (BusyProcess("compiler", 0.5),)


def test_a_process_that_reuses_an_id_is_not_taken_for_the_one_before():
    before = WorkOfOthers(0.0, {(7, 100.0): Work("old", 50.0)})
    later = WorkOfOthers(1.0, {(7, 200.0): Work("new", 0.5)})
    assert busy_processes(before, later) == (BusyProcess("new", 0.5),)


def test_who_hardly_works_is_left_out():
    assert busy_processes(NOTHING, after(1.0, clock=BUSY_CPUS)) == ()


def test_only_the_busiest_are_named():
    used = {f"process{number}": 0.1 * number for number in range(1, 9)}
    found = busy_processes(NOTHING, after(1.0, **used))
    assert [process.name for process in found] == [f"process{number}" for number in range(8, 3, -1)]


def test_a_watch_of_no_time_shows_nothing():
    assert busy_processes(after(1.0, one=0.0), after(1.0, one=5.0)) == ()


@contextmanager
def busy_loop() -> Iterator[psutil.Process]:
    """Give a process that works as hard as it can."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def wait_until_it_used(process: psutil.Process, cpu_seconds: float) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.cpu_times().user < cpu_seconds:
        assert time.monotonic() < deadline, "the busy loop got no CPU time"
        time.sleep(0.05)


def read_by_another_process(expression: str) -> Any:
    """Return what `expression` of this module's subject is in a process beside this one."""
    code = f"import json; from bench.engines.conditions import *; print(json.dumps({expression}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_work_of_a_process_beside_this_one_is_read():
    with busy_loop() as busy:
        wait_until_it_used(busy, 0.2)
        work = dict(read_by_another_process(CPU_SECONDS_BY_ID))
        assert work[busy.pid] >= 0.2


def test_a_busy_process_is_named_unless_others_are_busier():
    with busy_loop() as busy:
        names = read_by_another_process("[one.name for one in read_conditions().busy_processes]")
        assert busy.name() in names or len(names) == MOST_BUSY_PROCESSES


@pytest.mark.skipif(sys.platform != "linux", reason="processes name themselves otherwise here")
def test_a_process_whose_name_is_no_text_is_named_by_what_is_text_of_it():
    code = (
        "import sys, time; open('/proc/self/comm', 'wb').write(b'caf\\xe9'); print(flush=True); "
        "sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        process.stdout.readline()
        expression = "{i: work.name for (i, _), work in work_of_others().processes.items()}"
        names = read_by_another_process(expression)
        process.stdin.close()
    assert names[str(process.pid)] == "caf\N{REPLACEMENT CHARACTER}"


def test_this_process_and_its_children_are_no_others():
    with busy_loop() as busy:
        ids = {process_id for process_id, _ in work_of_others().processes}
        assert ids.isdisjoint({os.getpid(), busy.pid})
