"""The least that an epoch needs, the least time for it, and the harness's own floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis import floor
from bench.analysis.roofline import (
    Sizes,
    epoch_bytes,
    epoch_operations,
    shortest_epoch_seconds,
    times_ceiling,
)
from bench.analysis.statistics import summarize
from bench.records.model import Ceiling
from implementations.contract import Options
from implementations.numpy.scratch import SoftmaxRegression
from tests.records.samples import trial, workload
from tests.workloads.samples import full_problem, random_problem

FASHION_MNIST = Sizes("classification", 60_000, 784, 10)
CEILING = Ceiling("cpu", 2, 2e11, 5e10, "by hand")

counts = st.integers(1, 10**6)
rates = st.floats(1e6, 1e16)
seconds = st.floats(1e-9, 1e6)
all_sizes = st.builds(
    Sizes, st.sampled_from(["classification", "regression"]), counts, counts, counts
)
ceilings = st.builds(Ceiling, st.just("cpu"), counts, rates, rates, st.just("drawn"))


def test_fashion_mnist_takes_2_billion_operations_and_189_megabytes():
    assert epoch_operations(FASHION_MNIST) == 1_881_600_000
    assert epoch_bytes(FASHION_MNIST) == 60_000 * (784 * 4 + 8 + 8)


def test_the_bytes_are_those_of_the_arrays_that_the_harness_hands_over():
    problem, orders = full_problem()
    arrays = (problem.features, problem.targets, orders[0])
    examples, features = problem.features.shape
    sizes = Sizes("classification", examples, features, problem.initial.weight.shape[1])
    assert epoch_bytes(sizes) == sum(array.nbytes for array in arrays)


def test_a_regression_reads_a_float_for_each_output():
    assert epoch_bytes(Sizes("regression", 1000, 2, 1)) == 1000 * (2 * 4 + 4 + 8)
    assert epoch_bytes(Sizes("regression", 1000, 2, 3)) == 1000 * (2 * 4 + 3 * 4 + 8)


@given(all_sizes, st.integers(2, 100))
def test_more_examples_take_more_of_both_in_proportion(sizes, times):
    more = replace(sizes, examples=times * sizes.examples)
    assert epoch_operations(more) == times * epoch_operations(sizes)
    assert epoch_bytes(more) == times * epoch_bytes(sizes)


@given(all_sizes)
def test_more_outputs_take_more_operations_and_no_fewer_bytes(sizes):
    more = replace(sizes, outputs=sizes.outputs + 1)
    assert epoch_operations(more) > epoch_operations(sizes)
    assert epoch_bytes(more) >= epoch_bytes(sizes)


def test_the_slower_of_the_two_bounds_an_epoch():
    assert shortest_epoch_seconds(2 * 10**11, 10**10, CEILING) == 1.0
    assert shortest_epoch_seconds(2 * 10**10, 10**11, CEILING) == 2.0


@given(counts, counts, ceilings)
def test_no_epoch_within_the_ceiling_is_shorter_than_the_shortest(operations, bytes_, ceiling):
    shortest = shortest_epoch_seconds(operations, bytes_, ceiling)
    assert shortest >= operations / ceiling.operations_per_second
    assert shortest >= bytes_ / ceiling.bytes_per_second
    assert times_ceiling(shortest, operations, bytes_, ceiling) == 1.0


@given(seconds, counts, counts, ceilings, st.floats(2, 1000))
def test_a_machine_so_many_times_as_fast_is_so_many_times_as_far_away(
    epoch_seconds, operations, bytes_, ceiling, factor
):
    faster = replace(
        ceiling,
        operations_per_second=factor * ceiling.operations_per_second,
        bytes_per_second=factor * ceiling.bytes_per_second,
    )
    before = times_ceiling(epoch_seconds, operations, bytes_, ceiling)
    assert times_ceiling(epoch_seconds, operations, bytes_, faster) == pytest.approx(
        factor * before, rel=1e-9
    )


class Counting(np.ndarray):
    """An array that counts what matrix products with it take."""

    operations = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        plain = [np.asarray(one) for one in inputs]
        if ufunc is np.matmul:
            rows, inner = plain[0].shape
            Counting.operations += 2 * rows * inner * plain[1].shape[1]
        return getattr(ufunc, method)(*plain, **options)


def test_the_operations_are_those_of_the_matrix_products_of_an_implementation():
    problem, orders = random_problem("SoftmaxRegression", np.random.default_rng(1), batch_size=10)
    implementation = SoftmaxRegression(problem, Options())
    implementation.feed.features = implementation.feed.features.view(Counting)
    Counting.operations = 0
    implementation.train_epoch(orders[0])
    examples, features = problem.features.shape
    sizes = Sizes("classification", examples, features, problem.initial.weight.shape[1])
    assert Counting.operations == epoch_operations(sizes)


@given(seconds, seconds)
def test_the_distance_from_the_floor_is_a_quotient(epoch_seconds, floor_seconds):
    found = floor.times_floor(epoch_seconds, floor_seconds)
    assert found * floor_seconds == pytest.approx(epoch_seconds)


@pytest.mark.parametrize(
    ("times_floor", "expected"), [(None, False), (9.99, True), (10.0, False), (1e6, False)]
)
def test_a_cell_is_near_the_floor_below_ten_times_it(times_floor, expected):
    summary = replace(summarize((trial(),), workload()), times_floor=times_floor)
    assert floor.is_near_floor(summary) is expected
