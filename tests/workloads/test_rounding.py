"""What rounding does: replays that are the reference's training, but for their arithmetic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.parity import Course, Distances, distances
from bench.workloads import rounding
from bench.workloads.reference import LOSSES, train
from bench.workloads.rounding import ARITHMETICS, Addition, Arithmetic, Replay
from tests.workloads.samples import random_problem

MODELS = sorted(LOSSES)
BATCH_SIZE = 8
of_every_model = pytest.mark.parametrize("model", MODELS)
in_every_arithmetic = pytest.mark.parametrize("arithmetic", ARITHMETICS)


def sample(model):
    return random_problem(model, np.random.default_rng(0), BATCH_SIZE)


def keep(both):
    """Keep all losses of a replay, as (2, examples, epochs)."""
    return both.swapaxes(1, 2).copy()


def replayed(model, arithmetic, seed=1) -> Replay:
    problem, orders = sample(model)
    generator = np.random.default_rng(seed)
    return rounding.replay(model, problem, orders, arithmetic, generator, keep)


def course(found: Replay, clipped=False, generator=None):
    problem, _ = sample("SoftmaxRegression")
    losses = found.kept[int(clipped)].T
    generator = generator or np.random.default_rng(0)
    addition = rounding.draw_additions(generator, problem, losses.shape[1])[0]
    first, final = found.first_step, found.final
    means = [float(mean) for mean in rounding.mean_losses(losses, addition)]
    return Course(means, (first.weight, first.bias), (final.weight, final.bias))


@of_every_model
@in_every_arithmetic
@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("chunk", [1, 3])
def test_in_float64_a_replay_is_the_reference(model, arithmetic, clipped, chunk):
    exact = replace(arithmetic, dtype=np.float64, chunk=arithmetic.chunk and chunk)
    found = course(replayed(model, exact), clipped)
    apart = distances(found, train(model, *sample(model)).course(clipped))
    assert max(apart.first_step, apart.final, *apart.train_loss) < 1e-12


@of_every_model
@in_every_arithmetic
def test_a_replay_rounds_every_number_to_float32(model, arithmetic):
    found = replayed(model, arithmetic)
    assert found.kept.dtype == np.float32
    assert found.first_step.weight.dtype == found.final.weight.dtype == np.float32
    assert found.final.bias.dtype == np.float32


@of_every_model
@in_every_arithmetic
def test_the_same_seed_replays_the_same(model, arithmetic):
    one, other = (course(replayed(model, arithmetic)) for _ in range(2))
    assert distances(one, other) == Distances(0, 0, [0, 0])


@of_every_model
def test_other_orders_round_otherwise(model):
    ends = [replayed(model, Arithmetic(chunk=1), seed).final.weight for seed in range(4)]
    assert any((ends[0] != other).any() for other in ends[1:])


@of_every_model
def test_effects_are_no_smaller_than_any_replays(model):
    problem, orders = sample(model)
    answer = train(model, problem, orders)
    effects = rounding.measure(model, problem, orders, answer).effects
    generator = np.random.default_rng(rounding.SEED)
    found = rounding.replay(model, problem, orders, ARITHMETICS[0], generator, keep)
    one = distances(course(found, generator=generator), answer.course())
    assert rounding.larger(effects, one) == effects
    assert 0 < effects.final < 1e-6


def test_a_problem_has_the_same_effects_whenever_they_are_measured():
    problem, orders = sample("SoftmaxRegression")
    answer = train("SoftmaxRegression", problem, orders)
    one, other = (rounding.measure("SoftmaxRegression", problem, orders, answer) for _ in range(2))
    assert one == other


def test_the_loss_moves_by_as_much_as_every_log_probability():
    problem, orders = sample("SoftmaxRegression")
    answer = train("SoftmaxRegression", problem, orders)
    per_unit = rounding.measure("SoftmaxRegression", problem, orders, answer).per_log_probability
    assert per_unit.train_loss == pytest.approx([1, 1], rel=0.01)
    assert 0 < per_unit.first_step < per_unit.final


@given(st.integers(1, 6), st.integers(1, 20), st.integers(1, 5), st.integers(1, 25))
def test_a_product_is_the_same_in_chunks_of_any_size(rows, inner, columns, chunk):
    generator = np.random.default_rng(0)
    left, right = generator.random((rows, inner)), generator.random((inner, columns))
    assert rounding.matrix_product(left, right, chunk) == pytest.approx(left @ right)
    assert rounding.matrix_product(right.T, left.T, chunk) == pytest.approx(right.T @ left.T)


@given(st.integers(1, 3), st.integers(1, 20), st.integers(1, 25))
def test_the_mean_loss_counts_every_example_once(epochs, examples, batch_size):
    generator = np.random.default_rng(0)
    losses = generator.random((epochs, examples))
    batches = -(-examples // batch_size)
    addition = Addition(generator.permutation(batch_size), generator.permutation(batches))
    assert rounding.mean_losses(losses, addition) == pytest.approx(losses.mean(axis=1))


@given(st.integers(1, 3), st.integers(1, 200))
def test_terms_are_added_one_by_one_in_one_column_as_in_several(columns, terms):
    drawn = np.random.default_rng(terms).random((terms, columns)).astype(np.float32)
    sums = np.zeros(columns, np.float32)
    for row in drawn:
        sums += row
    assert rounding.sum_one_by_one(drawn).tolist() == sums.tolist()


@of_every_model
def test_the_generator_stands_after_a_replay_where_it_was_foretold(model):
    problem, orders = sample(model)
    generator = np.random.default_rng(1)
    foretold = rounding.after_replay(generator, problem, orders.shape)
    rounding.replay(model, problem, orders, ARITHMETICS[0], generator, keep)
    assert generator.bit_generator.state == foretold.bit_generator.state


@of_every_model
@pytest.mark.parametrize("batch_size", [BATCH_SIZE, 1_000])
def test_rounding_is_the_same_however_few_losses_are_held(model, batch_size, monkeypatch):
    problem, orders = random_problem(model, np.random.default_rng(0), batch_size)
    orders = np.concatenate([orders, orders, orders[:1]])
    problem = replace(problem, batch_size=min(batch_size, orders.shape[1]))
    answer = train(model, problem, orders)
    whole = rounding.measure(model, problem, orders, answer)
    for epochs_held in (1, 2, 3):
        monkeypatch.setattr(rounding, "MOST_LOSSES_HELD", epochs_held * orders.shape[1])
        assert rounding.measure(model, problem, orders, answer) == whole
