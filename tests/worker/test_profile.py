"""Where an epoch goes: stages are cut off, and their times told apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.worker import profile
from implementations.contract import Options, Problem
from implementations.null import scratch as null
from implementations.numpy import scratch
from tests.workloads.samples import random_problem

seconds = st.floats(0, 100)
four_times = st.lists(seconds, min_size=4, max_size=4)
EXAMPLES, BATCH_SIZE, STEPS = 23, 5, 5


@pytest.fixture
def problem() -> Problem:
    return random_problem("SoftmaxRegression", np.random.default_rng(0), BATCH_SIZE, EXAMPLES)[0]


@pytest.fixture
def order() -> np.ndarray:
    return np.random.default_rng(0).permutation(EXAMPLES)


def new(problem: Problem) -> scratch.SoftmaxRegression:
    return scratch.SoftmaxRegression(problem, Options())


def do_not_wait() -> None:
    """Synchronize with a device that is always done."""


class Clock:
    """A clock that shows what it is told, and a device that computes behind its back."""

    def __init__(self) -> None:
        self.now = 0.0
        self.device_is_done_at = 0.0

    def perf_counter(self) -> float:
        return self.now

    def ask(self, calling_seconds: float, computing_seconds: float) -> None:
        """Hand the device some work, which it begins when it is done with what it has."""
        self.now += calling_seconds
        self.device_is_done_at = max(self.now, self.device_is_done_at) + computing_seconds

    def wait(self) -> None:
        self.now = max(self.now, self.device_is_done_at)


class Timed:
    """An implementation whose stages take a known time to call, and another to compute."""

    calling = {"gather": 1.0, "gradients": 4.0, "update": 2.0}
    # For every number among a batch's features.
    computing = {"gather": 0.3, "gradients": 0.5, "update": 0.1}
    waits_for_each = True

    def __init__(self, problem: Problem, clock: Clock):
        self.problem, self.clock = problem, clock

    def take(self, stage: str, features: np.ndarray) -> None:
        self.clock.ask(self.calling[stage], self.computing[stage] * (features.size - 1))
        if self.waits_for_each:
            self.clock.wait()

    def gather(self, batch):
        features = self.problem.features[batch]
        self.take("gather", features)
        return features, None

    def gradients(self, features, targets):
        self.take("gradients", features)
        return 0.0, features

    def update(self, features):
        self.take("update", features)

    def train_epoch(self, order):
        for start in range(0, len(order), self.problem.batch_size):
            batch = order[start : start + self.problem.batch_size]
            self.clock.now += 0.5
            _, gradients = self.gradients(*self.gather(batch))
            self.update(gradients)
        return 0.0


class Asynchronous(Timed):
    """Its device works while it is asked for more."""

    calling = {"gather": 1.0, "gradients": 4.0, "update": 6.0}
    waits_for_each = False


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(profile, "time", SimpleNamespace(perf_counter=clock.perf_counter))
    return clock


def test_each_stage_gets_its_own_time(clock, problem, order):
    found = profile.profile(lambda one: Timed(one, clock), problem, order, clock.wait, rounds=3)
    numbers = problem.features.size - STEPS
    assert found.gather_seconds == pytest.approx(0.3 * numbers)
    assert found.forward_backward_seconds == pytest.approx(0.5 * numbers)
    assert found.update_seconds == pytest.approx(0.1 * numbers)
    assert found.dispatch_seconds == pytest.approx((0.5 + 1 + 4 + 2) * STEPS)
    assert found.whole_seconds == pytest.approx(0.9 * numbers + 7.5 * STEPS)
    assert found.sum_over_whole == pytest.approx(1)


def test_what_hides_behind_dispatch_counts_as_dispatch(clock, problem, order):
    found = profile.profile(
        lambda one: Asynchronous(one, clock), problem, order, clock.wait, rounds=3
    )
    assert found.sum_over_whole == pytest.approx(1)
    assert found.dispatch_seconds == pytest.approx((0.5 + 1 + 4 + 6) * STEPS)
    computing = found.gather_seconds + found.forward_backward_seconds + found.update_seconds
    assert computing == pytest.approx(found.whole_seconds - found.dispatch_seconds)
    assert computing < 0.9 * (problem.features.size - STEPS)


def test_what_asking_the_device_costs_is_taken_off(clock, problem, order):
    def ask_slowly():
        clock.wait()
        clock.now += 1000

    found = profile.profile(lambda one: Timed(one, clock), problem, order, ask_slowly, rounds=3)
    numbers = problem.features.size - STEPS
    assert found.whole_seconds == pytest.approx(0.9 * numbers + 7.5 * STEPS)


def test_short_epochs_are_timed_more_often(clock, problem, order, monkeypatch):
    monkeypatch.setattr(profile, "ENOUGH_SECONDS", 1e9)
    found = profile.profile(lambda one: Timed(one, clock), problem, order, clock.wait, rounds=3)
    assert found.epochs == profile.ENOUGH_ROUNDS


def test_numpy_has_a_profile_whose_parts_add_up(problem, order, monkeypatch):
    monkeypatch.setattr(profile, "ENOUGH_SECONDS", 0)
    found = profile.profile(new, problem, order, do_not_wait, rounds=7)
    total = (
        found.gather_seconds
        + found.forward_backward_seconds
        + found.update_seconds
        + found.dispatch_seconds
    )
    assert found.epochs == 7
    assert found.sum_over_whole == pytest.approx(total / found.whole_seconds)


def test_an_implementation_without_stages_has_no_profile(problem, order):
    def make(one: Problem) -> null.SoftmaxRegression:
        return null.SoftmaxRegression(one, Options())

    assert profile.profile(make, problem, order, do_not_wait, rounds=1) is None


class Fused:
    """Its gradients cannot be told from its update."""

    def __init__(self, problem: Problem):
        self.inner = new(problem)

    def gather(self, order):
        return self.inner.gather(order)

    def step(self, features, targets):
        loss, gradients = self.inner.gradients(features, targets)
        self.inner.update(gradients)
        return loss

    def train_epoch(self, order):
        return float(self.step(*self.gather(order)))


def test_without_an_update_of_its_own_it_counts_with_the_gradients(problem, order, monkeypatch):
    monkeypatch.setattr(profile, "ENOUGH_SECONDS", 0)
    found = profile.profile(Fused, problem, order, do_not_wait, rounds=3)
    assert found.update_seconds is None
    assert found.forward_backward_seconds >= 0


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_cut_epoch_keeps_its_first_stages_and_no_other(problem, order, kept):
    called = set()

    class Watched(scratch.SoftmaxRegression):
        def gather(self, batch):
            called.add("gather")
            return super().gather(batch)

        def gradients(self, features, targets):
            called.add("gradients")
            return super().gradients(features, targets)

        def update(self, gradients):
            called.add("update")
            super().update(gradients)

    made = []

    def make(one: Problem) -> Watched:
        made.append(Watched(one, Options()))
        return made[-1]

    profile.cut_epochs(make, problem, order, profile.STAGES)[kept]()
    assert called == set(profile.STAGES[:kept])
    assert (made[kept].weight == problem.initial.weight).all()


def test_the_last_epoch_is_uncut(problem, order):
    made = []

    def make(one: Problem) -> scratch.SoftmaxRegression:
        made.append(new(one))
        return made[-1]

    expected = new(problem)
    expected.train_epoch(order)
    profile.cut_epochs(make, problem, order, profile.STAGES)[-1]()
    assert (made[-1].weight == expected.weight).all()


class Functional:
    """Passes everything in and out, as a step that is compiled as one function does."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.state = problem.initial.weight

    def gather(self, features, targets, batch):
        return features[batch], targets[batch]

    def gradients(self, parameters, features, targets):
        return 0.0, np.ones_like(parameters)

    def update(self, parameters, gradients):
        return parameters - gradients

    def train_epoch(self, order):
        for start in range(0, len(order), self.problem.batch_size):
            batch = order[start : start + self.problem.batch_size]
            rows = self.gather(self.problem.features, self.problem.targets, batch)
            _, gradients = self.gradients(self.state, *rows)
            self.state = self.update(self.state, gradients)
        return 0.0


def states_after_cut_epochs(problem: Problem, order: np.ndarray, stand_ins: Mapping) -> list:
    made = []

    def make(one: Problem) -> Functional:
        made.append(Functional(one))
        return made[-1]

    for epoch in profile.cut_epochs(make, problem, order, profile.STAGES, stand_ins):
        epoch()
    return [one.state for one in made]


both_stand_ins = pytest.mark.parametrize(
    "stand_ins", [profile.STAND_INS, profile.STAND_INS_OF_COMPILED], ids=["eager", "compiled"]
)


@both_stand_ins
def test_what_a_step_of_its_arguments_gathered_is_its_result_where_nothing_else_uses_it(
    problem, order, stand_ins
):
    features, targets = states_after_cut_epochs(problem, order, stand_ins)[1]
    last = order[-(EXAMPLES % BATCH_SIZE) :]
    assert (features == problem.features[last]).all()
    assert (targets == problem.targets[last]).all()


@both_stand_ins
def test_the_gradients_of_such_a_step_are_its_result_where_no_update_uses_them(
    problem, order, stand_ins
):
    assert (states_after_cut_epochs(problem, order, stand_ins)[2] == 1).all()


def test_one_example_a_step_makes_as_many_steps_of_as_many_calls(problem):
    tiny = profile.one_example_a_step(problem, EXAMPLES)
    assert tiny.features.shape == (STEPS, 1)
    assert tiny.targets.shape == (STEPS,)
    assert tiny.batch_size == 1
    assert tiny.initial.weight.shape == (1, problem.initial.weight.shape[1])
    assert np.isfinite(new(tiny).train_epoch(np.arange(STEPS)))


@given(four_times, four_times.map(sorted))
def test_parts_are_not_negative_and_add_up_to_the_uncut_epoch(full, tiny):
    found = profile.parts(full, tiny)
    assert sum(found) == pytest.approx(full[-1], abs=1e-9)
    assert min(found) >= -1e-9


def test_parts_are_what_the_size_of_the_data_adds_to_each_stage():
    found = profile.parts(full=[1, 14, 38, 41], tiny=[1, 2, 4, 6])
    assert found == pytest.approx((6, 12, 22, 1))


def test_an_epoch_that_is_as_long_on_next_to_nothing_is_all_dispatch():
    assert profile.parts(full=[1, 2, 4, 6], tiny=[1, 2, 4, 6]) == (6, 0, 0, 0)


def test_every_epoch_is_timed_once_a_round_in_an_order_that_changes(monkeypatch):
    monkeypatch.setattr(profile, "ENOUGH_SECONDS", 0)
    ran = []
    epochs = [lambda index=index: ran.append(index) for index in range(4)]
    times = profile.time_epochs(epochs, do_not_wait, rounds=50)
    timed = ran[4 * profile.UNTIMED_EPOCHS :]
    rounds = {tuple(timed[start : start + 4]) for start in range(0, len(timed), 4)}
    assert [len(one) for one in times] == [50] * 4
    assert all(sorted(one) == [0, 1, 2, 3] for one in rounds)
    assert len(rounds) > 10
