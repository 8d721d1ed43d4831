"""Pinned requirements: read, moved to another version, hashed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bench.environments.requirements import (
    WORKER_REQUIREMENTS,
    Pins,
    at_version,
    canonical,
    parse,
    pinned_version,
)

names = st.from_regex(r"[A-Za-z]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
versions = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,2}(rc1|\+cpu)?", fullmatch=True)
markers = st.sampled_from(["", '; sys_platform == "linux"', '; python_version < "3.12"'])
lines = st.builds(
    lambda name, extra, version, marker: f"{name}{extra}=={version}{marker}",
    names,
    st.sampled_from(["", "[cuda12]", "[a,b]"]),
    versions,
    markers,
)
files = st.lists(lines, max_size=6).map(tuple)


@given(files)
def test_lines_that_were_written_are_read(given_):
    assert parse("\n".join(given_)) == given_


@given(files, st.text("abc =", max_size=10))
def test_comments_and_blank_lines_are_no_requirements(given_, remark):
    text = "".join(f"# {remark}\n\n  {line}  # {remark}\n" for line in given_)
    assert parse(text) == given_


@pytest.mark.parametrize("name", ["scikit-learn", "Scikit_Learn", "scikit.learn", "SCIKIT--LEARN"])
def test_a_name_has_one_canonical_form(name):
    assert canonical(name) == "scikit-learn"


@given(names, versions, markers)
def test_a_pin_is_found_however_its_name_is_spelled(name, version, marker):
    spelled = name.upper().replace("-", "_")
    assert pinned_version([f"{name}=={version}{marker}"], [spelled]) == version


@given(files)
def test_what_is_not_there_is_not_pinned(given_):
    assert pinned_version(given_, ["not-a-name-that-is-drawn"]) is None


def test_a_longer_name_is_another_package():
    assert pinned_version(["torchvision==0.20", "torch==2.13.0"], ["torch"]) == "2.13.0"


@pytest.mark.parametrize("line", ["torch", "torch>=2", "torch~=2.0", "torch @ file:///torch.whl"])
def test_only_an_exact_version_is_a_pin(line):
    assert pinned_version([line], ["torch"]) is None


def test_the_first_distribution_that_is_pinned_tells_the_version():
    pinned = ["tensorflow-cpu==2.21.0", "tensorflow==2.20.0"]
    assert pinned_version(pinned, ["tensorflow", "tensorflow-cpu"]) == "2.21.0"


@given(files, names, versions, versions, markers)
def test_the_framework_is_moved_to_the_other_version(given_, name, version, other, marker):
    moved = at_version((f"{name}=={version}{marker}", *given_), [name], other)
    assert pinned_version(moved, [name]) == other


@given(files, names, versions, versions, markers)
def test_a_marker_stays_on_its_line(given_, name, version, other, marker):
    moved = at_version((f"{name}=={version}{marker}", *given_), [name], other)
    assert moved[0] == f"{name}=={other}{marker}"


@given(files, names, versions)
def test_companions_are_no_longer_pinned(given_, name, version):
    assume(all(canonical(line.split("=")[0].split("[")[0]) != canonical(name) for line in given_))
    moved = at_version(given_, [name], version)
    assert all("==" not in line.split(";")[0] for line in moved)
    assert len(moved) == len(given_)


@given(files, names, versions)
def test_moving_twice_is_moving_once(given_, name, version):
    once = at_version(given_, [name], version)
    assert at_version(once, [name], version) == once


def test_every_distribution_of_the_framework_is_moved():
    pinned = (
        'tensorflow-cpu==2.21.0; sys_platform == "linux"',
        'tensorflow==2.21.0; sys_platform != "linux"',
        "keras==3.15.1",
        "jax[cuda12]==0.10.2",
    )
    assert at_version(pinned, ["tensorflow", "tensorflow-cpu"], "2.20.0") == (
        'tensorflow-cpu==2.20.0; sys_platform == "linux"',
        'tensorflow==2.20.0; sys_platform != "linux"',
        "keras",
        "jax[cuda12]",
    )


@given(files, versions)
def test_a_lock_hash_is_sixteen_digits_and_always_the_same(given_, python):
    lock_hash = Pins(given_, python).lock_hash
    assert lock_hash == Pins(given_, python).lock_hash
    assert len(lock_hash) == 16
    assert set(lock_hash) <= set("0123456789abcdef")


@given(st.tuples(files, versions), st.tuples(files, versions))
def test_other_pins_or_another_python_have_another_lock_hash(one, other):
    assert (Pins(*one).lock_hash == Pins(*other).lock_hash) == (one == other)


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_what_the_worker_needs_is_pinned_exactly(device):
    required = parse(WORKER_REQUIREMENTS[device].read_text())
    wanted = ("psutil", "pytest", "pytest-benchmark", "threadpoolctl")
    assert all(pinned_version(required, [name]) for name in wanted)
    assert all("==" in line for line in required)


def test_on_a_gpu_a_worker_needs_the_same_and_what_asks_the_driver():
    on_cpu, on_gpu = (parse(WORKER_REQUIREMENTS[device].read_text()) for device in ("cpu", "gpu"))
    assert set(on_cpu) < set(on_gpu)
    assert pinned_version(on_gpu, ["nvidia-ml-py"])


def test_the_same_pins_for_another_device_are_another_environment():
    lines = ("torch==2.13.0",)
    assert Pins(lines, "3.11", "cpu").lock_hash != Pins(lines, "3.11", "gpu").lock_hash
