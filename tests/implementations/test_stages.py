"""Every contender's epoch is made of the stages that a profile tells apart."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import implementations
from implementations import registry

STAGES = ["gather", "gradients", "update"]
FUSED_STAGES = {"sklearn": ["gather", "step"]}
MODULES = [
    (name, form)
    for name, reference in registry.BUILT_IN.items()
    for form in dict.fromkeys(offer.form for offer in registry.load(reference).offers("cpu"))
]


def methods(name: str, form: str) -> dict[str, ast.FunctionDef]:
    """Return the methods of a module's ``Regression`` without importing it."""
    path = Path(implementations.__file__).parent / name / f"{form}.py"
    body = ast.parse(path.read_text()).body
    regression = next(
        node for node in body if isinstance(node, ast.ClassDef) and node.name == "Regression"
    )
    return {node.name: node for node in regression.body if isinstance(node, ast.FunctionDef)}


def calls(method: ast.FunctionDef) -> Counter[str]:
    """Return how often a method calls each method of its own object."""
    return Counter(
        node.func.attr
        for node in ast.walk(method)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "self"
    )


@pytest.mark.parametrize(("name", "form"), MODULES)
def test_an_epoch_calls_each_stage_once_for_every_batch(name, form):
    found = methods(name, form)
    # An epoch calls a step, which its lane may compile, and that calls the stages.
    called = calls(found["train_epoch"]) + (calls(found["step"]) if "step" in found else Counter())
    stages = FUSED_STAGES.get(name, STAGES)
    assert {stage: called[stage] for stage in stages} == dict.fromkeys(stages, 1)


@pytest.mark.parametrize(("name", "form"), MODULES)
def test_no_stage_calls_another(name, form):
    found = methods(name, form)
    stages = FUSED_STAGES.get(name, STAGES)
    assert not any(calls(found[stage]).keys() & set(stages) for stage in stages)
