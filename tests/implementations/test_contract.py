"""What a framework gets for nothing, and what it must say itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import implementations.numpy
from implementations import contract
from implementations.numpy.framework import Framework as NumPy
from implementations.sklearn.framework import Framework as ScikitLearn


def test_a_frameworks_folder_is_that_of_its_module():
    assert NumPy().folder() == Path(implementations.numpy.__file__).resolve().parent


def test_each_device_has_a_requirements_file_of_its_own():
    assert NumPy().requirements_file("cpu") == NumPy().folder() / "requirements.txt"
    assert NumPy().requirements_file("gpu") == NumPy().folder() / "requirements-gpu.txt"


def test_a_framework_without_a_device_of_its_own_computes_on_the_cpu():
    assert NumPy().devices() == ("cpu",)
    assert NumPy().peak_device_memory() is None
    assert NumPy().synchronize() is None


def test_a_framework_that_needs_no_variables_sets_none():
    assert ScikitLearn().environment(threads=2) == {}


def test_a_framework_is_taken_to_train():
    assert NumPy().trains


def test_a_framework_must_say_how_it_is_configured():
    class Incomplete(contract.Framework):
        name = "incomplete"

    with pytest.raises(TypeError, match="configure"):
        Incomplete()
