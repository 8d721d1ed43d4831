"""The clean environment in which a worker starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.engines.worker_environment import (
    FIXED,
    PASSED_NAMES,
    PASSED_PREFIXES,
    THREAD_VARIABLES,
    worker_environment,
)

PYTHON = Path("/environments/toy/bin/python")
PYTHON_PATH = Path("/workers/packages")


def environment(inherited=None, threads=2, of_framework=None):
    return worker_environment(inherited or {}, PYTHON, threads, PYTHON_PATH, of_framework or {})


@given(st.dictionaries(st.from_regex(r"[A-Z_]{1,12}", fullmatch=True), st.text(), max_size=8))
def test_only_known_names_get_in(inherited):
    allowed = {*PASSED_NAMES, *THREAD_VARIABLES, *FIXED, "PATH", "PYTHONPATH"}
    for name in environment(inherited):
        assert name in allowed or name.startswith(PASSED_PREFIXES)


@pytest.mark.parametrize(
    "name",
    ["PYTHONHOME", "PYTHONSTARTUP", "PYTEST_ADDOPTS", "LD_PRELOAD", "VIRTUAL_ENV", "HTTP_PROXY"],
)
def test_what_could_change_the_measurement_by_accident_stays_out(name):
    assert name not in environment({name: "set"})


@pytest.mark.parametrize("name", ["HOME", "LANG", "CUDA_VISIBLE_DEVICES", "XLA_FLAGS", "MKL_CBWR"])
def test_deliberate_settings_get_in(name):
    assert environment({name: "chosen"})[name] == "chosen"


@given(st.integers(1, 128))
def test_every_thread_variable_says_the_thread_count(threads):
    found = environment({"OMP_NUM_THREADS": "7"}, threads=threads)
    assert {found[name] for name in THREAD_VARIABLES} == {str(threads)}


def test_modules_come_from_the_staged_folder_alone():
    found = environment({"PYTHONPATH": "/home/somebody/modules"})
    assert found["PYTHONPATH"] == str(PYTHON_PATH)


def test_programs_of_the_environment_come_first():
    found = environment({"PATH": "/usr/bin"})
    assert found["PATH"].split(os.pathsep) == ["/environments/toy/bin", "/usr/bin"]


def test_without_a_path_there_is_the_systems_own():
    assert environment()["PATH"].endswith(os.defpath)


def test_what_the_user_chose_cannot_undo_what_is_fixed():
    found = environment(dict.fromkeys(FIXED, "other"))
    assert {name: found[name] for name in FIXED} == FIXED


def test_the_framework_has_the_last_word():
    found = environment({"XLA_FLAGS": "inherited"}, of_framework={"XLA_FLAGS": "of the framework"})
    assert found["XLA_FLAGS"] == "of the framework"


@pytest.mark.parametrize("name", ["NVIDIA_API_KEY", "MXNET_TOKEN", "XLA_SECRET", "CUDA_PASSWORD"])
def test_what_is_a_secret_by_its_name_stays_out(name):
    assert name not in environment({name: "told to nobody"})


def test_settings_of_other_programs_are_not_passed_on():
    passed = worker_environment({"TF_CLI_CONFIG_FILE": "x"}, PYTHON, 1, PYTHON_PATH, {})
    assert "TF_CLI_CONFIG_FILE" not in passed
