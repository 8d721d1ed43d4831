"""What the machine can do at best: two rates, what they rest on, and when there are none."""

from __future__ import annotations

import importlib.util
import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.engines.machine import describe_machine
from bench.worker import ceiling
from bench.worker.ceiling import CeilingUnavailable, Kernel

MIB = 2**20
counts = st.integers(1, 64)
sizes = st.integers(0, 2**42)


def nothing_to_wait_for() -> None:
    """Stand where a device would be waited for."""


@pytest.fixture(scope="module")
def on_one_cpu():
    return ceiling.measure("cpu", 1)


def test_the_ceiling_of_a_cpu_is_two_rates(on_one_cpu):
    assert (on_one_cpu.device, on_one_cpu.threads) == ("cpu", 1)
    assert 0 < on_one_cpu.operations_per_second < math.inf
    assert 0 < on_one_cpu.bytes_per_second < math.inf


def test_the_method_names_library_arrays_and_kernels(on_one_cpu):
    assert f"NumPy {np.__version__}" in on_one_cpu.method
    assert "1 thread:" in on_one_cpu.method
    assert "MiB" in on_one_cpu.method
    assert "dot product, copy, matrix times vector" in on_one_cpu.method


@pytest.mark.parametrize("rounds", [0.1, 2])
def test_a_rate_is_never_above_what_was_done_in_the_time(rounds):
    seconds = rounds * ceiling.SECONDS_PER_ROUND
    sleep = Kernel("sleep", 1000, lambda: time.sleep(seconds))
    assert 0 < ceiling.rate(sleep, nothing_to_wait_for) <= 1000 / seconds


def test_a_rate_counts_the_time_until_the_device_has_finished():
    at_once = Kernel("at once", 1000, nothing_to_wait_for)
    seconds = 2 * ceiling.SECONDS_PER_ROUND
    assert ceiling.rate(at_once, lambda: time.sleep(seconds)) <= 1000 / seconds


@given(st.integers(0, 10**9), counts)
def test_parts_follow_each_other_and_leave_nothing_out(length, parts):
    found = ceiling.cut(length, parts)
    assert len(found) == parts
    assert found[0].start == 0
    assert found[-1].stop == length
    assert all(one.stop == other.start for one, other in itertools.pairwise(found))


@given(st.integers(0, 10**9), counts)
def test_parts_are_as_equal_as_can_be(length, parts):
    lengths = [part.stop - part.start for part in ceiling.cut(length, parts)]
    assert max(lengths) - min(lengths) <= 1


@given(sizes, sizes)
def test_an_array_is_much_larger_than_the_caches_unless_memory_is_short(cache_bytes, free_bytes):
    found = ceiling.array_bytes(cache_bytes, free_bytes)
    assert found <= free_bytes / 8
    assert found >= 4 * cache_bytes or found == free_bytes // 8


def add_cache(cpus, cpu: int, level: int, size: str, shared: str) -> None:
    """Describe a cache as Linux does under /sys/devices/system/cpu."""
    folder = cpus / f"cpu{cpu}" / "cache" / f"index{level}"
    folder.mkdir(parents=True)
    (folder / "level").write_text(f"{level}\n")
    (folder / "size").write_text(f"{size}\n")
    (folder / "shared_cpu_list").write_text(f"{shared}\n")


@pytest.fixture
def caches(tmp_path, monkeypatch):
    """Four CPUs, two and two on a cache of 32 MiB."""
    for cpu, shared in enumerate(("0-1", "0-1", "2-3", "2-3")):
        add_cache(tmp_path, cpu, 1, "48K", str(cpu))
        add_cache(tmp_path, cpu, 3, "32768K", shared)
    monkeypatch.setattr(ceiling, "CPUS", tmp_path)


@pytest.mark.parametrize(
    ("cpus", "expected"),
    [((0,), 32 * MIB), ((0, 1), 32 * MIB), ((1, 2), 64 * MIB), ((0, 1, 2, 3), 64 * MIB), ((9,), 0)],
)
def test_a_shared_cache_counts_once_and_that_of_others_not_at_all(caches, cpus, expected):
    assert ceiling.last_level_cache_bytes(cpus) == expected


class TenBits:
    """NumPy with products as TF32 makes them: of numbers with 10 bits behind the point."""

    __name__ = "tenbits"
    ones = staticmethod(np.ones)

    @staticmethod
    def matmul(left, right):
        rounded = (one.astype(np.float16).astype(np.float32) for one in (left, right))
        return np.matmul(*rounded)


def test_numpy_multiplies_in_float32():
    ceiling.refuse_reduced_precision(np)


def test_products_in_less_than_float32_are_no_ceiling():
    with pytest.raises(CeilingUnavailable, match=r"tenbits multiplies .* CUPY_TF32"):
        ceiling.refuse_reduced_precision(TenBits())


@pytest.mark.skipif(importlib.util.find_spec("cupy") is not None, reason="CuPy is installed")
def test_without_cupy_a_gpu_has_no_ceiling():
    with pytest.raises(CeilingUnavailable, match="Install a CuPy"):
        ceiling.measure("gpu", 1)


@pytest.mark.gpu
def test_the_ceiling_of_a_gpu_is_above_that_of_a_cpu(on_one_cpu):
    if describe_machine().gpu is None:
        pytest.skip("this machine has no NVIDIA GPU")
    pytest.importorskip("cupy")
    on_gpu = ceiling.measure("gpu", 1)
    assert (on_gpu.device, on_gpu.threads) == ("gpu", 1)
    assert on_gpu.operations_per_second > on_one_cpu.operations_per_second
    assert on_gpu.bytes_per_second > on_one_cpu.bytes_per_second
    assert "CuPy" in on_gpu.method
