"""The exact peak of one phase, however high an earlier one was."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.worker import memory

MIB = 2**20
# What the interpreter itself may take or give back meanwhile.
LEEWAY = 8 * MIB
exact = pytest.mark.skipif(
    memory.method() != "VmHWM", reason="this kernel does not reset the peak of a process"
)


def use_and_free(size_bytes: int) -> None:
    """Write to memory and give it back."""
    content = bytearray(size_bytes)
    content[::1024] = b"x" * len(content[::1024])


def test_the_resident_size_is_some_mebibytes():
    assert memory.resident_bytes() > 5 * MIB


@exact
def test_memory_that_was_freed_again_counts_into_the_peak():
    memory.reset_peak()
    before = memory.resident_bytes()
    use_and_free(64 * MIB)
    assert memory.peak_bytes() >= before + 64 * MIB - LEEWAY


@exact
def test_a_new_phase_forgets_the_peak_of_the_last():
    use_and_free(64 * MIB)
    memory.reset_peak()
    assert memory.peak_bytes() <= memory.resident_bytes() + LEEWAY


@exact
def test_a_process_does_not_inherit_the_peak_of_its_parent():
    held = bytearray(b"x" * (200 * MIB))
    program = "from bench.worker import memory; print(memory.peak_bytes())"
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert int(answer.stdout) < len(held)


def test_where_the_kernel_keeps_no_peak_the_present_size_stands_in(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "CLEAR_REFS", tmp_path / "absent")
    assert memory.method() == "rss"
    memory.reset_peak()
    assert memory.peak_bytes() == pytest.approx(memory.resident_bytes(), abs=LEEWAY)
