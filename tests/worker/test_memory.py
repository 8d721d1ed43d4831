"""The exact peak of one phase, however high an earlier one was."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from bench.records.model import Resident
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


MAPPING = """
import json, mmap, sys
from dataclasses import asdict
from bench.worker import memory

with open(sys.argv[1], "rb") as file:
    before = memory.resident()
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    read = sum(mapped[:: mmap.PAGESIZE])
    with_file = memory.resident()
held = b"x" * 2**26
with_heap = memory.resident()
print(json.dumps([asdict(one) for one in (before, with_file, with_heap)]))
"""


@exact
def test_what_is_resident_is_told_apart_into_files_and_what_is_its_own(tmp_path):
    file = tmp_path / "library"
    file.write_bytes(bytes(32 * MIB))
    answer = subprocess.run(
        [sys.executable, "-c", MAPPING, str(file)], capture_output=True, text=True, check=True
    )
    before, with_file, with_heap = json.loads(answer.stdout)
    assert with_file["file_bytes"] - before["file_bytes"] == pytest.approx(32 * MIB, abs=LEEWAY)
    assert with_file["anonymous_bytes"] - before["anonymous_bytes"] < LEEWAY
    gained = with_heap["anonymous_bytes"] - with_file["anonymous_bytes"]
    assert gained == pytest.approx(64 * MIB, abs=LEEWAY)
    assert with_heap["file_bytes"] - with_file["file_bytes"] < LEEWAY


@exact
def test_the_kinds_add_up_to_what_is_resident():
    found = memory.resident()
    whole = found.anonymous_bytes + found.file_bytes + found.shared_bytes
    assert whole == pytest.approx(memory.resident_bytes(), abs=LEEWAY)


STATUS = """
VmHWM:\t    9000 kB
RssAnon:\t    3000 kB
RssFile:\t    2000 kB
RssShmem:\t       4 kB
"""
ROLLUP = """55d0-7ffd ---p 00000000 00:00 0          [rollup]
Rss:                5004 kB
AnonHugePages:      2048 kB
FilePmdMapped:         0 kB
"""


def test_huge_pages_are_known_where_the_page_tables_are_summed_up(monkeypatch, tmp_path):
    for name, content in (("STATUS", STATUS), ("ROLLUP", ROLLUP)):
        (tmp_path / name).write_text(content)
        monkeypatch.setattr(memory, name, tmp_path / name)
    assert memory.resident() == Resident(3000 * 1024, 2000 * 1024, 4 * 1024, 2048 * 1024)
    monkeypatch.setattr(memory, "ROLLUP", tmp_path / "absent")
    assert memory.resident() == Resident(3000 * 1024, 2000 * 1024, 4 * 1024, None)


def test_a_system_that_does_not_tell_kinds_apart_says_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "STATUS", tmp_path / "absent")
    assert memory.resident() is None


SPIKE = 256 * MIB
PARENTS_SIZE = 10**9
# Touches one byte of each page, keeps all of them for a millisecond, and gives them back.
CHILD = f"""
import json, mmap, resource, time
from bench.worker import memory

memory.reset_peak()
before = memory.resident_bytes()
spike = mmap.mmap(-1, {SPIKE}, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
spike[:: mmap.PAGESIZE] = bytes(len(spike) // mmap.PAGESIZE)
time.sleep(1e-3)
spike.close()
peak, after = memory.peak_bytes(), memory.resident_bytes()
highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps(dict(before=before, peak=peak, after=after, highest_ever=highest)))
"""
# Holds that much itself while the child runs.
PARENT = f"""
import subprocess, sys
held = b"x" * {PARENTS_SIZE}
sys.exit(subprocess.run([sys.executable, "-c", sys.argv[1]]).returncode)
"""


@dataclass(frozen=True)
class Spike:
    """What a process saw of its own spike; ``highest_ever`` is getrusage's ru_maxrss in bytes."""

    before: int
    peak: int
    after: int
    highest_ever: int


@pytest.fixture(scope="module")
def spike() -> Spike:
    """Return what the child of a large process reports of a short spike."""
    answer = subprocess.run(
        [sys.executable, "-c", PARENT, CHILD], capture_output=True, text=True, check=True
    )
    return Spike(**json.loads(answer.stdout))


@exact
def test_a_spike_of_a_millisecond_is_read_within_two_percent_under_a_parent_of_a_gigabyte(spike):
    assert spike.peak - spike.before == pytest.approx(SPIKE, rel=0.02)


@exact
def test_what_is_resident_after_a_spike_would_have_missed_it(spike):
    assert spike.after - spike.before < LEEWAY


@exact
def test_the_usual_counter_would_have_told_the_size_of_the_parent(spike):
    assert spike.highest_ever >= PARENTS_SIZE


def test_where_the_kernel_keeps_no_peak_the_present_size_stands_in(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "CLEAR_REFS", tmp_path / "absent")
    assert memory.method() == "rss"
    memory.reset_peak()
    assert memory.peak_bytes() == pytest.approx(memory.resident_bytes(), abs=LEEWAY)
