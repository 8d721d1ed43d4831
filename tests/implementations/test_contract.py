"""What a framework gets for nothing, and what it must say itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import implementations.numpy
from implementations import contract, registry
from implementations.contract import Device, Execution, Form, Input, Options
from implementations.numpy.framework import Framework as NumPy
from implementations.sklearn.framework import Framework as ScikitLearn

REFERENCES = registry.BUILT_IN | {registry.FLOOR_NAME: registry.FLOOR}
of_every_framework = pytest.mark.parametrize("name", REFERENCES)
on_every_device = pytest.mark.parametrize("device", get_args(Device))


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


def test_a_framework_that_counts_and_sets_nothing_says_so():
    assert contract.Framework.compilations(NumPy()) is None
    assert contract.Framework.settings(NumPy()) == {}
    assert contract.Framework.reset_peak_device_memory(NumPy()) is None


@pytest.mark.parametrize("method", ["offers", "configure"])
def test_a_framework_must_say_what_it_offers_and_how_it_is_configured(method):
    class Incomplete(contract.Framework):
        name = "incomplete"

    with pytest.raises(TypeError, match=method):
        Incomplete()


def test_unless_told_otherwise_an_implementation_is_eager_on_the_cpu_with_data_at_hand():
    assert Options() == Options("cpu", "eager", "preloaded", 0)


@of_every_framework
@on_every_device
def test_offers_are_ways_to_train_each_once(name, device):
    offers = registry.load(REFERENCES[name]).offers(device)
    assert len(set(offers)) == len(offers)
    for offer in offers:
        assert offer.form in get_args(Form)
        assert offer.execution in get_args(Execution)
        assert offer.input in get_args(Input)


@of_every_framework
def test_every_framework_trains_on_the_cpu(name):
    assert registry.load(REFERENCES[name]).offers("cpu")


@of_every_framework
@on_every_device
def test_what_a_loader_can_feed_can_be_had_preloaded_too(name, device):
    offers = registry.load(REFERENCES[name]).offers(device)
    fed = {offer for offer in offers if offer.input == "loader"}
    assert {offer._replace(input="preloaded") for offer in fed} <= set(offers)


@of_every_framework
@on_every_device
def test_where_training_operation_by_operation_is_taught_every_form_offers_it(name, device):
    framework = registry.load(REFERENCES[name])
    offers = framework.offers(device)
    eager = {(offer.form, offer.input) for offer in offers if offer.execution == "eager"}
    if framework.teaches_eager:
        assert {(offer.form, "preloaded") for offer in offers} <= eager


WITHOUT_ANY_FRAMEWORK = """
import sys
from implementations import registry

references = [*registry.BUILT_IN.values(), registry.FLOOR]
modules = {registry.load(reference).module for reference in references}
for module in {*modules, "keras", "flax", "optax", "cupy"} - {"numpy"}:
    sys.modules[module] = None
for reference in references:
    for device in ("cpu", "gpu"):
        print(reference, device, len(registry.load(reference).offers(device)))
"""


def test_what_is_offered_can_be_asked_where_no_framework_is_installed():
    command = [sys.executable, "-c", WITHOUT_ANY_FRAMEWORK]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stdout.splitlines()) == 2 * len(REFERENCES)
