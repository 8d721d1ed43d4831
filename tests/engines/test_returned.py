"""Outcomes and models that make no sense, in every place that one could go wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.engines.conversation import Garbled
from bench.engines.returned import Expected, check_measurements, read_model, read_outcome
from bench.records.model import Fairness, Memory
from bench.worker.assignment import MODEL_FILE, OUTCOME_FILE, Measurements, Outcome
from bench.worker.evidence import Evidence

EXPECTED = Expected(
    epochs=2,
    features=3,
    outputs=2,
    test_examples=4,
    is_classification=True,
    foreign=frozenset({"torch"}),
)
MEASURED = Measurements(
    framework_version="1.0",
    import_seconds=0.1,
    setup_seconds=0.1,
    epoch_seconds=(0.1, 0.2),
    cpu_seconds=(0.1, 0.2),
    train_loss=(float("nan"), float("inf")),
    test_accuracy=(0.5, 1.0),
    test_mean_squared_error=(),
    memory=Memory("VmHWM", 1, 2, 3, None),
    evidence=(Evidence(0, 0.0, -0.01, 0.0, 1),) * 2,
    evidence_method="proc",
    unfinished_seconds=(0.0, 0.0),
    initial_sha256="0" * 64,
    order_sha256="f" * 64,
    fairness=Fairness(None, None, None, 1, {}),
    gpu=None,
    foreign_modules=(),
)


def left(folder: Path, measured: Measurements) -> Measurements:
    """Return measurements as they come back from a worker's folder."""
    (folder / OUTCOME_FILE).write_text(json.dumps(asdict(Outcome(measurements=measured))))
    outcome = read_outcome(folder, EXPECTED.epochs)
    assert outcome is not None
    assert outcome.measurements is not None
    return outcome.measurements


def test_what_an_honest_worker_of_a_training_that_diverges_left_is_read(tmp_path):
    check_measurements(left(tmp_path, MEASURED), EXPECTED, 1.0)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"import_seconds": float("inf")}, "import_seconds is inf"),
        ({"epoch_seconds": (0.1, 1e200)}, "epoch_seconds is 1e+200"),
        ({"epoch_seconds": (0.1, 0.0)}, "took no time"),
        ({"epoch_seconds": (0.1, 0.9)}, "add up to 1.2 s"),
        ({"cpu_seconds": ()}, "cpu_seconds has 0 entries for 2 epochs"),
        ({"test_accuracy": ()}, "test_accuracy has 0 entries"),
        ({"test_accuracy": (0.5, 1.5)}, "above one"),
        ({"test_mean_squared_error": (0.1, 0.1)}, "test_mean_squared_error has 2 entries"),
        ({"evidence": MEASURED.evidence * 2}, "evidence has 4 entries"),
        ({"memory": Memory("VmHWM", 1, 2, 2**60, None)}, "peak_bytes is 1.15e+18"),
        ({"memory": Memory("VmHWM", 1, 2, -3, None)}, "peak_bytes is below zero"),
        ({"initial_sha256": "0" * 63 + "O"}, "initial_sha256 is no SHA-256"),
        ({"foreign_modules": ("unasked",)}, "foreign_modules"),
        ({"fairness": Fairness(None, None, None, 1, {"x": "y" * 5_000})}, "a text of 5,000"),
    ],
)
def test_what_makes_no_sense_is_said(tmp_path, changes, wrong):
    with pytest.raises(Garbled) as garbled:
        check_measurements(left(tmp_path, replace(MEASURED, **changes)), EXPECTED, 1.0)
    assert wrong in str(garbled.value)


def test_there_may_be_no_outcome(tmp_path):
    assert read_outcome(tmp_path, 1) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused_or_say_nothing(tmp_path, content):
    (tmp_path / OUTCOME_FILE).write_bytes(content)
    with suppress(Garbled):
        assert read_outcome(tmp_path, 1) == Outcome()


def model() -> dict[str, np.ndarray]:
    weight, bias = np.ones((3, 2), np.float32), np.zeros(2, np.float32)
    return {
        "first_weight": weight,
        "first_bias": bias,
        "final_weight": np.asfortranarray(weight * 2),
        "final_bias": bias,
        "predicted": np.array([0, 1, 1, 0]),
    }


def test_a_model_is_read_as_it_was_written(tmp_path):
    np.savez(tmp_path / MODEL_FILE, **model())
    found = read_model(tmp_path, EXPECTED)
    assert (found.final.weight == 2).all()
    assert found.final.weight.dtype == np.float32
    assert found.predicted.tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "predicted",
    [
        np.array([0, 1, 2, 0]),
        np.array([0, 1, -1, 0]),
        np.array([0, 1, np.nan, 0]),
        np.array([0, 1, 0.5, 0]),
        np.array([[0], [1], [1], [0]]),
        np.array(["0", "1", "1", "0"]),
    ],
    ids=str,
)
def test_predictions_are_classes(tmp_path, predicted):
    np.savez(tmp_path / MODEL_FILE, **model() | {"predicted": predicted})
    with pytest.raises(Garbled):
        read_model(tmp_path, EXPECTED)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2_000), value=st.integers(0, 255))
def test_a_damaged_model_is_read_or_refused_and_nothing_else(tmp_path, place, value):
    np.savez(tmp_path / MODEL_FILE, **model())
    content = bytearray((tmp_path / MODEL_FILE).read_bytes())
    content[place % len(content)] = value
    (tmp_path / MODEL_FILE).write_bytes(bytes(content))
    try:
        found = read_model(tmp_path, EXPECTED)
    except Garbled:
        return
    assert found.final.weight.shape == (3, 2)
