"""The NumPy implementation: the contract, and the reference's numbers."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import threadpoolctl
from hypothesis import given
from hypothesis import strategies as st

from bench.workloads import reference
from implementations.contract import Options, Problem
from implementations.numpy import scratch
from implementations.numpy.framework import Framework
from tests.implementations import device_arrays
from tests.workloads.samples import random_problem

MODELS = ("SoftmaxRegression", "LinearRegression")
# Of float32 on a few dozen numbers of the order of 1.
ROUNDING = 2e-6
models = st.sampled_from(MODELS)
batch_sizes = st.integers(1, 30)
generators = st.integers(0, 2**32).map(np.random.default_rng)
PRELOADED = Options()
LOADERS = [Options(input="loader", loader_workers=workers) for workers in (0, 1, 2)]
ways = st.sampled_from([PRELOADED, *LOADERS])


def new(model: str, problem: Problem, options: Options = PRELOADED):
    return getattr(scratch, model)(problem, options)


@given(models, batch_sizes, generators, ways)
def test_training_gives_the_numbers_of_the_reference(model, batch_size, generator, options):
    problem, orders = random_problem(model, generator, batch_size)
    expected = reference.train(model, problem, orders)
    implementation = new(model, problem, options)
    train_loss = [implementation.train_epoch(order) for order in orders]
    found = implementation.parameters()
    assert train_loss == pytest.approx(list(expected.train_loss), abs=ROUNDING, rel=ROUNDING)
    assert found.weight == pytest.approx(expected.final.weight, abs=ROUNDING)
    assert found.bias == pytest.approx(expected.final.bias, abs=ROUNDING)


@given(models, batch_sizes, generators)
def test_an_epoch_of_one_batch_is_one_step(model, batch_size, generator):
    problem, orders = random_problem(model, generator, batch_size)
    expected = reference.train(model, problem, orders).first_step
    implementation = new(model, problem)
    implementation.train_epoch(orders[0][:batch_size])
    found = implementation.parameters()
    assert found.weight == pytest.approx(expected.weight, abs=ROUNDING)
    assert found.bias == pytest.approx(expected.bias, abs=ROUNDING)


@pytest.fixture(params=MODELS)
def model(request) -> str:
    return request.param


@pytest.fixture
def given_problem(model):
    return random_problem(model, np.random.default_rng(0), batch_size=8)


def test_training_begins_at_the_given_parameters(model, given_problem):
    problem, _ = given_problem
    found = new(model, problem).parameters()
    assert (found.weight == problem.initial.weight).all()
    assert (found.bias == problem.initial.bias).all()


def test_training_leaves_the_problem_alone(model, given_problem):
    problem, orders = given_problem
    arrays = (problem.features, problem.targets, problem.initial.weight, problem.initial.bias)
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    new(model, problem).train_epoch(orders[0])
    assert all((array == copy).all() for array, copy in zip(arrays, before))


def test_data_are_copied_before_the_clock_starts(model, given_problem):
    problem, _ = given_problem
    for options in (PRELOADED, *LOADERS):
        feed = new(model, problem, options).feed
        assert not np.shares_memory(feed.features, problem.features)
        assert not np.shares_memory(feed.targets, problem.targets)


def test_parameters_that_were_handed_out_do_not_change(model, given_problem):
    problem, orders = given_problem
    implementation = new(model, problem)
    found = implementation.parameters()
    before = found.weight.copy()
    implementation.train_epoch(orders[0])
    assert (found.weight == before).all()


def test_parameters_are_float32_and_keep_their_shapes(model, given_problem):
    problem, orders = given_problem
    implementation = new(model, problem)
    implementation.train_epoch(orders[0])
    found = implementation.parameters()
    assert found.weight.dtype == found.bias.dtype == np.float32
    assert found.weight.shape == problem.initial.weight.shape
    assert found.bias.shape == problem.initial.bias.shape


def test_an_epoch_returns_a_plain_float(model, given_problem):
    problem, orders = given_problem
    assert type(new(model, problem).train_epoch(orders[0])) is float


def test_an_epoch_is_made_of_its_stages(model, given_problem):
    problem, orders = given_problem
    whole, by_hand = new(model, problem), new(model, problem)
    whole.train_epoch(orders[0])
    for start in range(0, len(orders[0]), problem.batch_size):
        features, targets = by_hand.gather(orders[0][start : start + problem.batch_size])
        _, gradients = by_hand.gradients(features, targets)
        by_hand.update(gradients)
    assert (whole.parameters().weight == by_hand.parameters().weight).all()
    assert (whole.parameters().bias == by_hand.parameters().bias).all()


def test_a_batch_is_gathered_in_the_order_given(model, given_problem):
    problem, _ = given_problem
    batch = np.array([3, 0, 2])
    features, targets = new(model, problem).gather(batch)
    assert (features == problem.features[batch]).all()
    assert (targets == problem.targets[batch]).all()


def test_gradients_leave_the_parameters_alone(model, given_problem):
    problem, _ = given_problem
    implementation = new(model, problem)
    implementation.gradients(*implementation.gather(np.arange(5)))
    assert (implementation.parameters().weight == problem.initial.weight).all()


def test_instances_share_nothing(model, given_problem):
    problem, orders = given_problem
    trained, untouched = new(model, problem), new(model, problem)
    trained.train_epoch(orders[0])
    assert (untouched.parameters().weight == problem.initial.weight).all()


def test_predictions_have_the_shape_of_the_targets(model, given_problem):
    problem, _ = given_problem
    assert new(model, problem).predict(problem.features).shape == problem.targets.shape


def test_a_class_is_predicted_by_its_score():
    problem, _ = random_problem("SoftmaxRegression", np.random.default_rng(0), 8)
    scores = problem.features @ problem.initial.weight + problem.initial.bias
    predicted = new("SoftmaxRegression", problem).predict(problem.features)
    assert (predicted == scores.argmax(axis=1)).all()


def test_a_value_is_predicted_by_the_score_itself():
    problem, _ = random_problem("LinearRegression", np.random.default_rng(0), 8)
    scores = problem.features @ problem.initial.weight + problem.initial.bias
    predicted = new("LinearRegression", problem).predict(problem.features)
    assert predicted == pytest.approx(scores)


@given(st.lists(st.lists(st.floats(-50, 50), min_size=3, max_size=3), min_size=1))
def test_softmax_gives_probabilities_that_add_up_to_one(scores):
    probabilities = scratch.softmax(np.array(scores))
    assert (probabilities >= 0).all()
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(len(scores)))


def test_softmax_does_not_overflow():
    scores = np.array([[1e4, 0]], np.float32)
    assert scratch.softmax(scores).tolist() == [[1, 0]]


@pytest.mark.parametrize("options", [PRELOADED, *LOADERS])
def test_a_feed_brings_the_batches_of_an_order(model, given_problem, options):
    problem, orders = given_problem
    feed = new(model, problem, options).feed
    gathered = [(feed.gather(batch), examples) for batch, examples in feed(orders[0])]
    counts = [examples for _, examples in gathered]
    assert counts[:-1] == [problem.batch_size] * (len(counts) - 1)
    assert sum(counts) == len(orders[0])
    for side, wanted in enumerate((problem.features, problem.targets)):
        rows = np.concatenate([batch[side] for batch, _ in gathered])
        assert (rows == wanted[orders[0]]).all()


@pytest.mark.parametrize("input_", ["preloaded", "loader"])
def test_on_a_gpu_the_same_code_computes_on_the_arrays_of_cupy(
    model, given_problem, input_, monkeypatch
):
    monkeypatch.setitem(sys.modules, "cupy", device_arrays.module())
    problem, orders = given_problem
    there, here = new(model, problem, Options("gpu", input=input_)), new(model, problem)
    assert isinstance(there.weight, device_arrays.DeviceArray)
    assert [there.train_epoch(order) for order in orders] == pytest.approx(
        [here.train_epoch(order) for order in orders]
    )
    assert (there.parameters().weight == here.parameters().weight).all()
    assert (there.parameters().bias == here.parameters().bias).all()
    assert (there.predict(problem.features) == here.predict(problem.features)).all()


def test_configuring_sets_the_threads_of_the_blas():
    with threadpoolctl.threadpool_limits(2):
        Framework().configure(threads=1, seed=1, device="cpu")
        counts = {library["num_threads"] for library in threadpoolctl.threadpool_info()}
    assert counts == {1}
