"""What is found to spoil measurements, from the state of a machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.doctor import (
    BUSY_CPUS,
    GPU_BUSY_PERCENT,
    LITTLE_MEMORY_BYTES,
    LOAD_PER_CPU,
    STEAL_SHARE,
    SWAPPED_PAGES,
    compare_conditions,
    examine,
    swapped,
    throttled,
    warnings,
)
from bench.records.model import CLOCKS_SET_BY_THE_USER, BusyProcess, Check, Conditions
from tests.records.samples import CONDITIONS

NAMES = (
    "load",
    "busy-processes",
    "frequency-governor",
    "turbo",
    "smt",
    "thermal-throttling",
    "swap",
    "memory",
    "battery",
    "cpu-quota",
    "steal",
    "counters",
)
IDLE_GPU = {"gpu_clock_mhz": 1980, "gpu_max_clock_mhz": 1980, "gpu_busy_percent": 0}

counts = st.integers(0, 2**50)
quantities = st.floats(0, 1e6)
conditions_of_any_machine = st.builds(
    Conditions,
    load_average=st.none() | quantities,
    logical_cpus=st.integers(1, 4096),
    available_cpus=st.integers(1, 4096),
    cpu_quota=st.none() | quantities,
    governor=st.none() | st.sampled_from(["performance", "powersave", "performance,schedutil", ""]),
    turbo=st.none() | st.booleans(),
    simultaneous_multithreading=st.none() | st.booleans(),
    thermal_throttle_events=st.none() | counts,
    memory_available_bytes=counts,
    swap_used_bytes=counts,
    swapped_pages=st.none() | counts,
    on_battery=st.none() | st.booleans(),
    steal_share=st.none() | st.floats(0, 1),
    busy_processes=st.lists(
        st.builds(BusyProcess, st.text(max_size=9), quantities), max_size=5
    ).map(tuple),
    missing_counters=st.lists(st.sampled_from(["/proc/stat", "schedstat", "getrusage", "x"])).map(
        tuple
    ),
    gpu_clock_mhz=st.none() | st.integers(0, 5000),
    gpu_max_clock_mhz=st.none() | st.integers(0, 5000),
    gpu_busy_percent=st.none() | st.integers(0, 100),
    gpu_throttle_reasons=st.lists(st.sampled_from(["power limit", CLOCKS_SET_BY_THE_USER])).map(
        tuple
    ),
)


def check(name: str, **fields: object) -> Check:
    """Return one check of a quiet machine but for `fields`."""
    checks = examine(replace(CONDITIONS, **fields))
    return next(one for one in checks if one.name == name)


@given(conditions_of_any_machine, st.booleans())
def test_every_machine_can_be_examined_and_the_order_is_fixed(conditions, wants_gpu):
    names = tuple(one.name for one in examine(conditions, wants_gpu))
    assert names in (NAMES, (*NAMES, "gpu-clocks"))


@given(conditions_of_any_machine)
def test_a_warning_has_advice_and_what_is_well_has_none(conditions):
    for one in examine(conditions, wants_gpu=True):
        assert one.finding
        assert one.advice or one.status != "warning"
        assert not one.advice or one.status != "ok"


@given(conditions_of_any_machine)
def test_where_nothing_changed_nothing_got_worse(conditions):
    assert compare_conditions(conditions, conditions) == ()


@given(conditions_of_any_machine, conditions_of_any_machine)
def test_what_got_worse_is_warnings_only(before, after):
    assert all(one.status == "warning" for one in compare_conditions(before, after))


def test_a_quiet_machine_has_no_warning():
    assert {one.status for one in examine(CONDITIONS)} == {"ok"}
    assert warnings(examine(CONDITIONS)) == ()


@pytest.mark.parametrize(
    ("name", "well", "ill"),
    [
        ("load", {"load_average": 4 * LOAD_PER_CPU}, {"load_average": 4 * LOAD_PER_CPU + 0.01}),
        ("steal", {"steal_share": STEAL_SHARE}, {"steal_share": STEAL_SHARE + 0.001}),
        (
            "memory",
            {"memory_available_bytes": LITTLE_MEMORY_BYTES},
            {"memory_available_bytes": LITTLE_MEMORY_BYTES - 1},
        ),
        (
            "swap",
            {"memory_available_bytes": 2**30, "swap_used_bytes": 2**30},
            {"memory_available_bytes": 2**30, "swap_used_bytes": 2**30 + 1},
        ),
        ("frequency-governor", {"governor": "performance"}, {"governor": "powersave"}),
        ("frequency-governor", {"governor": "userspace"}, {"governor": "ondemand"}),
        ("frequency-governor", {"governor": "performance"}, {"governor": "performance,powersave"}),
        ("turbo", {"turbo": False}, {"turbo": True}),
        (
            "smt",
            {"simultaneous_multithreading": False},
            {"simultaneous_multithreading": True},
        ),
        ("battery", {"on_battery": False}, {"on_battery": True}),
        ("cpu-quota", {"cpu_quota": 4.0}, {"cpu_quota": 3.9}),
        ("counters", {"missing_counters": ()}, {"missing_counters": ("schedstat",)}),
        (
            "busy-processes",
            {"busy_processes": (BusyProcess("one", BUSY_CPUS),)},
            {"busy_processes": (BusyProcess("one", BUSY_CPUS), BusyProcess("two", 0.06))},
        ),
    ],
)
def test_a_check_warns_beyond_its_threshold(name, well, ill):
    assert check(name, **well).status == "ok"
    assert check(name, **ill).status == "warning"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("load", "load_average"),
        ("frequency-governor", "governor"),
        ("turbo", "turbo"),
        ("smt", "simultaneous_multithreading"),
        ("thermal-throttling", "thermal_throttle_events"),
        ("steal", "steal_share"),
    ],
)
def test_what_cannot_be_read_is_unknown(name, field):
    assert check(name, **{field: None}).status == "unknown"


@pytest.mark.parametrize(("name", "field"), [("battery", "on_battery"), ("cpu-quota", "cpu_quota")])
def test_what_is_not_there_is_well(name, field):
    assert check(name, **{field: None}).status == "ok"


def test_findings_state_their_figures():
    busy = (BusyProcess("compiler", 1.5), BusyProcess("browser", 0.25))
    assert check("load", load_average=1.9).finding == "load average 1.90 on 4 CPUs"
    assert check("busy-processes", busy_processes=busy).finding == (
        "others use 1.75 CPUs: compiler 1.50, browser 0.25"
    )
    assert check("cpu-quota", cpu_quota=1.5).finding.startswith("time for 1.5 of 4 CPUs")
    assert check("steal", steal_share=0.034).finding.startswith("3.4 %")
    assert check("memory", memory_available_bytes=2**29).finding.startswith("0.5 GiB")


def test_the_load_of_a_large_machine_is_shared_by_all_its_cpus():
    assert check("load", load_average=4.0, logical_cpus=64, available_cpus=2).status == "ok"


def test_a_machine_that_once_ran_hot_is_not_blamed_for_it():
    assert check("thermal-throttling", thermal_throttle_events=1312).status == "ok"


@pytest.mark.parametrize(
    ("counter", "said"),
    [
        ("/proc/stat", "disturbed epochs cannot be told"),
        ("schedstat", "the CPU time of others stands in"),
        ("clear_refs", "the largest size right after an epoch"),
        ("loadavg", "busy processes stand in"),
        ("getrusage", "the time that a worker waits for a CPU stands in"),
    ],
)
def test_what_stands_in_for_a_missing_counter_is_said(counter, said):
    assert said in check("counters", missing_counters=(counter,)).advice


def test_a_gpu_is_examined_only_where_there_is_one_or_it_is_wanted():
    assert len(examine(CONDITIONS)) == len(NAMES)
    assert examine(CONDITIONS, wants_gpu=True)[-1].status == "unknown"
    assert check("gpu-clocks", **IDLE_GPU).status == "ok"


@pytest.mark.parametrize(
    ("fields", "finding", "advice"),
    [
        ({"gpu_clock_mhz": 345}, "345 of 1980 MHz", "--lock-gpu-clocks=1980"),
        ({"gpu_busy_percent": GPU_BUSY_PERCENT + 1}, "6 % of the time", "Stop other work"),
        ({"gpu_throttle_reasons": ("power limit",)}, "held down by: power limit", "cool"),
    ],
)
def test_a_gpu_whose_speed_can_change_is_warned_of(fields, finding, advice):
    found = check("gpu-clocks", **IDLE_GPU | fields)
    assert found.status == "warning"
    assert finding in found.finding
    assert advice in found.advice


def test_a_gpu_clock_that_the_user_has_set_is_well():
    fields = {"gpu_clock_mhz": 1410, "gpu_throttle_reasons": (CLOCKS_SET_BY_THE_USER,)}
    assert check("gpu-clocks", **IDLE_GPU | fields).status == "ok"


def test_throttling_is_judged_by_what_came_on_top():
    before = replace(CONDITIONS, thermal_throttle_events=5)
    after = replace(CONDITIONS, thermal_throttle_events=6)
    assert throttled(before, before).status == "ok"
    assert throttled(before, after).finding.startswith("1 event during the run")
    assert throttled(before, replace(after, thermal_throttle_events=None)).status == "unknown"
    assert [one.name for one in compare_conditions(before, after)] == ["thermal-throttling"]


def test_swapping_is_judged_by_the_pages_that_moved():
    before = replace(CONDITIONS, swapped_pages=1000)
    after = replace(CONDITIONS, swapped_pages=1000 + SWAPPED_PAGES)
    assert swapped(before, after).status == "ok"
    after = replace(after, swapped_pages=after.swapped_pages + 1)
    assert swapped(before, after).finding.startswith("257 pages")
    assert swapped(before, replace(after, swapped_pages=None)).status == "unknown"
    assert [one.name for one in compare_conditions(before, after)] == ["swap"]


def test_others_that_began_to_work_during_the_run_are_named():
    after = replace(CONDITIONS, busy_processes=(BusyProcess("backup", 0.9),))
    (worse,) = compare_conditions(CONDITIONS, after)
    assert worse.name == "busy-processes"
    assert "backup 0.90 (not so before the run)" in worse.finding
    assert compare_conditions(after, after) == ()


def test_the_load_after_a_run_is_its_own():
    assert compare_conditions(CONDITIONS, replace(CONDITIONS, load_average=40.0)) == ()


def test_what_was_bad_already_did_not_get_worse():
    before = replace(CONDITIONS, governor="powersave", on_battery=False)
    after = replace(before, on_battery=True)
    assert [one.name for one in compare_conditions(before, after)] == ["battery"]
