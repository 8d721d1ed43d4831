"""Images come from where the data are at hand, and from nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.cli.pictures import pictures_at_hand
from bench.records.model import Example, Predictions, Record
from bench.workloads import fashion_mnist, synthetic
from bench.workloads.workload import DataError
from tests.report import samples


def showing(workload: str, *indices: int) -> Record:
    """Return a record whose page shows these test examples of a workload."""
    info = replace(
        samples.FASHION,
        name=workload,
        image_shape=(28, 28),
        examples=tuple(Example(index, 0, 0) for index in indices),
    )
    predictions = Predictions((0,) * len(indices), 0, ())
    measured = samples.cell("numpy", 0.04, info)
    trials = [replace(trial, predictions=predictions) for trial in measured.trials]
    return samples.record(replace(measured, trials=tuple(trials)), workloads=(info,))


def test_generated_images_are_always_at_hand():
    found = pictures_at_hand([showing("synthetic", 3, 9_999)], None)
    assert found["synthetic"].keys() == {3, 9_999}
    assert (found["synthetic"][3] == synthetic.test_images(None)[3]).all()


def test_without_the_data_there_are_no_pictures_and_no_error(tmp_path, monkeypatch):
    monkeypatch.setenv(fashion_mnist.DATA_VARIABLE, str(tmp_path))
    assert pictures_at_hand([showing("fashion-mnist", 0)], None) == {}


def test_a_folder_that_was_named_must_hold_the_data(tmp_path: Path):
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte\.gz is missing"):
        pictures_at_hand([showing("fashion-mnist", 0)], tmp_path)


def test_an_example_beyond_the_data_has_no_picture():
    assert pictures_at_hand([showing("synthetic", 10_000)], None) == {"synthetic": {}}


def test_a_workload_that_is_not_known_here_has_no_pictures():
    assert pictures_at_hand([showing("unheard-of", 0)], None) == {}
