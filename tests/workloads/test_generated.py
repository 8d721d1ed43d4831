"""Generated data: the same bytes everywhere, and learnable as far as the documentation says."""

from __future__ import annotations

import numpy as np
import pytest

from bench.workloads import blobs, linear, reference, synthetic
from bench.workloads.preparation import Training, dataset_checksum
from tests.workloads.samples import full_reference, full_synthetic, problem_of

# A change of either is a change of the workload: results before and after cannot be compared.
CHECKSUM_OF_50_AND_20 = "12e7b850930f7e5275c4721fac7d24a30e7a7c7a670b528dd72dadc522f11a1b"
CHECKSUM_OF_THE_FULL_SIZE = "4653880d28abe532e685a1a14f23ee39c155cf376020b70ad7928733158151af"


def test_a_small_size_has_always_the_same_bytes():
    assert dataset_checksum(synthetic.generate(50, 20)) == CHECKSUM_OF_50_AND_20


def test_the_full_size_has_always_the_same_bytes():
    assert dataset_checksum(full_synthetic()) == CHECKSUM_OF_THE_FULL_SIZE


def test_synthetic_data_have_the_shape_of_fashion_mnist():
    dataset = full_synthetic()
    assert dataset.train_features.shape == (60_000, 784)
    assert dataset.test_features.shape == (10_000, 784)
    assert dataset.train_targets.shape == (60_000,)
    assert dataset.test_targets.shape == (10_000,)


def test_synthetic_features_are_float32_between_zero_and_one():
    features = full_synthetic().test_features
    assert features.dtype == np.float32
    assert (features.min(), features.max()) == (0, 1)


def test_the_images_are_what_the_features_were_made_from():
    images = synthetic.test_images(None)
    assert images.shape == (10_000, *synthetic.WORKLOAD.image_shape)
    assert (images.reshape(10_000, -1) == np.rint(full_synthetic().test_features * 255)).all()


def test_every_class_has_about_a_tenth_of_the_examples():
    counts = np.bincount(full_synthetic().train_targets, minlength=10)
    assert len(counts) == 10
    assert np.abs(counts - 6_000).max() < 400


def test_a_size_that_is_no_multiple_of_the_chunk_works():
    dataset = synthetic.generate(synthetic.CHUNK_EXAMPLES + 1, 1)
    assert dataset.train_features[-1].any()


def test_softmax_regression_gets_most_of_synthetic_data_right_but_never_all():
    dataset, final = full_synthetic(), full_reference().final
    predicted = (dataset.test_features @ final.weight + final.bias).argmax(axis=1)
    assert 0.75 <= np.mean(predicted == dataset.test_targets) <= 0.9


def test_the_reference_recovers_the_true_parameters_of_linear_data():
    workload, dataset = linear.WORKLOAD, linear.load(None)
    training = Training(workload.epochs, workload.batch_size, seed=1)
    problem, orders = problem_of(workload, dataset, training)
    final = reference.train(workload.model, problem, orders).final
    assert final.weight == pytest.approx(dataset.true_parameters.weight, abs=1e-2)
    assert final.bias == pytest.approx(dataset.true_parameters.bias, abs=1e-2)


def test_blobs_are_mostly_but_not_wholly_separable():
    workload, dataset = blobs.WORKLOAD, blobs.load(None)
    training = Training(workload.quick_epochs, workload.batch_size, seed=1)
    problem, orders = problem_of(workload, dataset, training)
    final = reference.train(workload.model, problem, orders).final
    predicted = (dataset.test_features @ final.weight + final.bias).argmax(axis=1)
    assert 0.7 <= np.mean(predicted == dataset.test_targets) < 1


@pytest.mark.parametrize("module", [blobs, linear])
def test_loading_twice_gives_the_same_bytes(module):
    assert dataset_checksum(module.load(None)) == dataset_checksum(module.load(None))


@pytest.mark.parametrize("module", [blobs, linear, synthetic])
def test_a_workload_says_how_many_examples_it_trains_on(module):
    dataset = full_synthetic() if module is synthetic else module.load(None)
    assert len(dataset.train_features) == module.WORKLOAD.train_examples


@pytest.mark.parametrize(("module", "task"), [(blobs, "classification"), (linear, "regression")])
def test_the_model_tells_the_task(module, task):
    assert module.WORKLOAD.task == task
