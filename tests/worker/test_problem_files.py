"""The files that carry a problem to the workers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.worker import problem_files
from bench.worker.problem_files import DATA_ARRAYS, Description, ProblemFiles
from implementations.contract import Parameters

DESCRIPTION = Description("SoftmaxRegression", 0.1, 4)
INITIAL = Parameters(np.full((3, 2), 0.01, np.float32), np.zeros(2, np.float32))
ORDERS = np.array([[4, 2, 0, 1, 3], [0, 1, 2, 3, 4]])
ARRAYS = {
    "train_features": np.arange(15, dtype=np.float32).reshape(5, 3),
    "train_targets": np.array([0, 1, 1, 0, 1]),
    "test_features": np.ones((2, 3), np.float32),
    "test_targets": np.array([1, 0]),
}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    data, problem = tmp_path / "data", tmp_path / "problem"
    data.mkdir()
    problem.mkdir()
    problem_files.write_data(data, ARRAYS)
    problem_files.write_problem(problem, DESCRIPTION, INITIAL, ORDERS)
    return data, problem


@pytest.fixture
def files(folders: tuple[Path, Path]) -> ProblemFiles:
    return problem_files.read(*folders)


def test_arrays_keep_every_byte_and_their_types(files):
    found = {
        "train_features": files.problem.features,
        "train_targets": files.problem.targets,
        "test_features": files.test_features,
        "test_targets": files.test_targets,
    }
    for name in DATA_ARRAYS:
        assert found[name].dtype == ARRAYS[name].dtype
        assert (found[name] == ARRAYS[name]).all()


def test_the_problem_keeps_its_parameters_and_numbers(files):
    assert (files.problem.initial.weight == INITIAL.weight).all()
    assert (files.problem.initial.bias == INITIAL.bias).all()
    assert (files.problem.learning_rate, files.problem.batch_size) == (0.1, 4)
    assert files.model == "SoftmaxRegression"
    assert (files.orders == ORDERS).all()


def test_data_are_mapped_and_not_copied_into_memory(files):
    for array in (files.problem.features, files.problem.targets, files.orders, files.test_features):
        assert isinstance(array, np.memmap)


def test_no_implementation_can_change_the_data_of_another(files):
    with pytest.raises(ValueError, match="read-only"):
        files.problem.features[0, 0] = 1


def test_problems_share_a_data_folder(folders, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    slower = replace(DESCRIPTION, learning_rate=0.05)
    problem_files.write_problem(other, slower, INITIAL, ORDERS[:1])
    files = problem_files.read(folders[0], other)
    assert files.problem.learning_rate == 0.05
    assert (files.problem.features == ARRAYS["train_features"]).all()
