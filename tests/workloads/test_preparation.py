"""From a workload to files: drawn, written whole or not at all, and found again."""

from __future__ import annotations

import re
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.records import store
from bench.worker import problem_files
from bench.worker.proofs import OrderDigest
from bench.workloads import fashion_mnist, linear, preparation, reference, rounding, synthetic
from bench.workloads.preparation import PreparedProblem, Training, dataset_checksum, prepare
from bench.workloads.workload import DataError, Dataset
from tests.conftest import REPOSITORY
from tests.disks import small_disk

TRAINING = Training(epochs=2, batch_size=8, seed=1)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return synthetic.generate(30, 10)


def prepared(dataset: Dataset, folder: Path, **choices: int) -> PreparedProblem:
    return prepare(synthetic.WORKLOAD, dataset, replace(TRAINING, **choices), folder)


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what tells a rewritten file from the one that was there before."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def draw(workload, training, features, examples):
    """Return initial parameters, and all orders as one array."""
    initial, orders = preparation.draw(workload, training, features, examples)
    return initial, np.stack(list(orders))


seeds = st.integers(0, 2**32)


@given(seeds, st.integers(1, 50), st.integers(1, 4))
def test_the_order_of_every_epoch_is_a_permutation_of_the_examples(seed, examples, epochs):
    _, orders = draw(synthetic.WORKLOAD, Training(epochs, 8, seed), 4, examples)
    assert orders.dtype == np.int64
    assert orders.shape == (epochs, examples)
    assert (np.sort(orders, axis=1) == np.arange(examples)).all()


@given(seeds)
def test_initial_weights_are_normal_with_a_standard_deviation_of_a_hundredth(seed):
    initial, _ = draw(synthetic.WORKLOAD, Training(1, 8, seed), 784, 1)
    assert initial.weight.shape == (784, 10)
    assert initial.weight.dtype == np.float32
    assert initial.weight.std() == pytest.approx(0.01, rel=0.06)
    assert initial.weight.mean() == pytest.approx(0, abs=0.0008)


@given(seeds)
def test_the_initial_bias_is_zero(seed):
    initial, _ = draw(synthetic.WORKLOAD, Training(1, 8, seed), 4, 1)
    assert initial.bias.dtype == np.float32
    assert initial.bias.tolist() == [0] * 10


@given(seeds)
def test_the_same_seed_draws_the_same(seed):
    one, one_orders = draw(synthetic.WORKLOAD, Training(2, 8, seed), 4, 20)
    other, other_orders = draw(synthetic.WORKLOAD, Training(2, 8, seed), 4, 20)
    assert (one.weight == other.weight).all()
    assert (one_orders == other_orders).all()


@given(seeds)
def test_another_seed_draws_something_else(seed):
    one, one_orders = draw(synthetic.WORKLOAD, Training(1, 8, seed), 4, 50)
    other, other_orders = draw(synthetic.WORKLOAD, Training(1, 8, seed + 1), 4, 50)
    assert (one.weight != other.weight).any()
    assert (one_orders != other_orders).any()


@given(seeds, st.integers(1, 3))
def test_more_epochs_begin_like_fewer(seed, epochs):
    fewer, orders = draw(synthetic.WORKLOAD, Training(epochs, 8, seed), 4, 20)
    more, more_orders = draw(synthetic.WORKLOAD, Training(epochs + 1, 8, seed), 4, 20)
    assert (fewer.weight == more.weight).all()
    assert (orders == more_orders[:epochs]).all()


def test_epochs_have_different_orders():
    _, orders = draw(synthetic.WORKLOAD, TRAINING, 4, 50)
    assert (orders[0] != orders[1]).any()


def test_a_worker_reads_what_was_drawn(dataset, tmp_path):
    problem = prepared(dataset, tmp_path)
    files = problem_files.read(problem.data_folder, problem.problem_folder)
    initial, orders = draw(synthetic.WORKLOAD, TRAINING, 784, 30)
    assert (files.problem.features == dataset.train_features).all()
    assert (files.test_targets == dataset.test_targets).all()
    assert (files.problem.initial.weight == initial.weight).all()
    assert (files.orders == orders).all()
    assert (files.problem.learning_rate, files.problem.batch_size) == (0.1, 8)


def test_the_reference_that_is_read_back_is_the_one_that_was_computed(dataset, tmp_path):
    problem = prepared(dataset, tmp_path)
    files = problem_files.read(problem.data_folder, problem.problem_folder)
    answer = reference.train(files.model, files.problem, files.orders)
    for found in (problem.reference, prepared(dataset, tmp_path).reference):
        assert (found.train_loss == answer.train_loss).all()
        assert (found.first_step.weight == answer.first_step.weight).all()
        assert (found.final.bias == answer.final.bias).all()
    predicted = reference.predict(answer.final, files.test_features)
    assert (prepared(dataset, tmp_path).predicted == predicted).all()


def test_what_rounding_does_is_read_back_as_it_was_measured(dataset, tmp_path):
    problem = prepared(dataset, tmp_path)
    files = problem_files.read(problem.data_folder, problem.problem_folder)
    found = rounding.measure(files.model, files.problem, files.orders, problem.reference)
    assert prepared(dataset, tmp_path).rounding == problem.rounding == found


def test_a_second_run_finds_the_files_and_writes_nothing(dataset, tmp_path):
    first = prepared(dataset, tmp_path)
    before = state(tmp_path)
    second = prepared(dataset, tmp_path)
    assert state(tmp_path) == before
    assert second.problem_folder == first.problem_folder
    assert second.checksum == first.checksum


@pytest.mark.parametrize("change", [{"seed": 2}, {"epochs": 3}, {"batch_size": 9}])
def test_another_choice_is_another_problem_on_the_same_data(dataset, tmp_path, change):
    one, other = prepared(dataset, tmp_path), prepared(dataset, tmp_path, **change)
    assert one.problem_folder != other.problem_folder
    assert one.checksum != other.checksum
    assert one.data_folder == other.data_folder


def test_another_learning_rate_is_another_problem(dataset, tmp_path):
    faster = replace(synthetic.WORKLOAD, learning_rate=0.2)
    other = prepare(faster, dataset, TRAINING, tmp_path)
    assert prepared(dataset, tmp_path).problem_folder != other.problem_folder


def test_other_data_are_another_problem(dataset, tmp_path):
    features = dataset.train_features.copy()
    features[0, 0] += 1
    changed = replace(dataset, train_features=features)
    one, other = prepared(dataset, tmp_path), prepared(changed, tmp_path)
    assert one.data_folder != other.data_folder
    assert one.problem_folder != other.problem_folder


def test_workloads_can_share_a_folder(dataset, tmp_path):
    images = prepared(dataset, tmp_path)
    line = prepare(linear.WORKLOAD, linear.load(None), TRAINING, tmp_path)
    assert images.problem_folder.is_dir()
    assert line.problem_folder.is_dir()
    assert images.problem_folder != line.problem_folder


def test_a_crash_leaves_no_problem_behind(dataset, tmp_path):
    targets = dataset.train_targets.copy()
    targets[0] = 10  # there are ten classes, 0 to 9
    with pytest.raises(IndexError):
        prepared(replace(dataset, train_targets=targets), tmp_path)
    assert [path.name for path in tmp_path.iterdir() if "data" not in path.name] == []


def test_what_a_killed_run_left_half_written_is_not_used(dataset, tmp_path):
    partial = tmp_path / ".partial-killed"
    partial.mkdir()
    (partial / "orders.npy").write_bytes(b"half")
    problem = prepared(dataset, tmp_path)
    assert (problem.problem_folder / "reference.npz").is_file()
    assert (partial / "orders.npy").read_bytes() == b"half"


def test_nothing_partial_is_left_when_all_went_well(dataset, tmp_path):
    prepared(dataset, tmp_path)
    assert list(tmp_path.glob(".partial-*")) == []


def test_the_data_checksum_tells_types_and_shapes_apart(dataset):
    assert dataset_checksum(dataset) != dataset_checksum(
        replace(dataset, train_targets=dataset.train_targets.astype(np.int32))
    )
    assert dataset_checksum(dataset) != dataset_checksum(
        replace(dataset, train_features=dataset.train_features.reshape(60, 392))
    )


def test_the_data_checksum_does_not_depend_on_the_layout_in_memory(dataset):
    columns_first = np.asfortranarray(dataset.train_features)
    assert dataset_checksum(dataset) == dataset_checksum(
        replace(dataset, train_features=columns_first)
    )


def test_orders_are_the_same_whenever_they_are_drawn_and_those_of_published_records():
    """The digest is that of every run of Fashion-MNIST with seed 1 and ten epochs."""
    record = store.load(next((REPOSITORY / "results" / "published").glob("*-default.json")))
    _, orders = preparation.draw(fashion_mnist.WORKLOAD, Training(10, 256, 1), 784, 60_000)
    digest = OrderDigest()
    for order in orders:
        digest.update(order)
    assert {info.order_sha256 for info in record.workloads} == {digest.hexdigest()}
    assert all((one == other).all() for one, other in zip(orders, orders))


def test_the_file_of_orders_is_what_numpy_writes(dataset, tmp_path):
    problem = prepared(dataset, tmp_path)
    _, orders = draw(synthetic.WORKLOAD, TRAINING, 784, 30)
    np.save(tmp_path / "expected.npy", orders)
    written = (problem.problem_folder / "orders.npy").read_bytes()
    assert written == (tmp_path / "expected.npy").read_bytes()


def test_orders_are_drawn_and_written_without_being_held_together(tmp_path):
    epochs, examples = 200, 20_000
    initial, orders = preparation.draw(linear.WORKLOAD, Training(epochs, 8, 1), 2, examples)
    tracemalloc.start()
    try:
        description = problem_files.Description("LinearRegression", 0.1, 8)
        problem_files.write_problem(tmp_path, description, initial, orders)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert orders.nbytes == 8 * epochs * examples
    assert peak < orders.nbytes / 20


def test_orders_for_which_the_disk_has_no_room_are_refused_with_what_they_take(tmp_path):
    """Of the disk nothing is taken but for the data."""
    with small_disk(tmp_path / "disk", "48m") as folder:
        with pytest.raises(DataError) as error:
            prepare(linear.WORKLOAD, linear.load(None), Training(10_000, 10, 1), folder)
        assert re.search(r"takes 76 MiB of disk, and .*disk has 4[78] MiB left\.", str(error.value))
        assert "fewer epochs, make room, or name another folder with --home." in str(error.value)
        assert [path.name[:11] for path in folder.iterdir()] == ["linear-data"]


def test_a_file_in_the_place_of_the_folder_is_said(dataset, tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(DataError, match=r"home/problems cannot be written: Not a directory\. Name"):
        prepared(dataset, tmp_path / "home" / "problems")
