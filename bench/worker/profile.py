"""Where an epoch goes: its parts, found by timing epochs whose later stages are cut off.

An epoch is a loop over stages: ``gather``, ``gradients`` and ``update``. A clock inside the loop
would measure nothing in a compiled step, and on a device that computes behind Python's back no
more than how long the asking takes. So whole epochs are timed instead: F0 with all stages cut off,
F1 with the gathering alone, F2 with the gradients too, F3 uncut. Each is followed by a wait for the
device. The same four are timed with as many steps on one example of one feature each: T0 to T3 are
what Python and the framework's calls cost, however little there is to compute. E_i = F_i - T_i is
by how much the size of the data makes the epoch longer up to a stage, and its growth from stage to
stage is that stage's part:

- gather = E1 - E0: picking each batch's rows, and bringing their indices to the device.
- forward and backward = E2 - E1: loss and gradients.
- update = E3 - E2: the step itself.
- dispatch = T3 + E0: the same steps on next to nothing, and the loop over a larger order.

The parts add up to F3, which is compared with uncut epochs timed apart: they differ by no more than
noise, unless something disturbed the profile.

Where a framework computes while Python is already asking for the next operation, only the longer of
the two lengthens an epoch. What hides behind dispatch then counts as dispatch: the other parts say
by how much computing makes the epoch longer than that. E can then fall from one stage to the next,
when a stage asks for much and computes little: Python's time for it passes while the device is
still busy with the stages before. No part can take less than nothing, so each E counts as no more
than any later one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.records.model import Profile
from implementations.contract import Implementation, Parameters, Problem

# However long the epochs are, each is timed so often.
ROUNDS = 9
# Shorter ones are timed more often, until either is reached: where Python and a device work at the
# same time, epochs were seen to scatter by 7 %, and the medians of nine of them by 3 %.
ENOUGH_SECONDS = 4.0
ENOUGH_ROUNDS = 301
# The first epoch compiles; a cut one can hand arrays of other shapes to the next and so compile
# once more.
UNTIMED_EPOCHS = 2
SEED = 0
STAGES = ("gather", "gradients", "update")
# Of implementations that cannot tell the update from the gradients.
FUSED_STAGES = ("gather", "step")


def _gather_nothing(*arguments: Any) -> Any:
    """Stand in for ``gather``."""
    return None, None


def _compute_nothing(*arguments: Any) -> Any:
    """Stand in for ``gradients``: a loss that costs nothing, and no gradients.

    Where the parameters are passed in, what was gathered goes on as if it were those of the next
    step: an update returns them, and what is lazy computes nothing that nobody asks for.
    """
    *parameters, features, targets = arguments
    return 0.0, (features, targets) if parameters else None


def _pass_batch_on(*arguments: Any) -> Any:
    """Stand in for ``gradients`` in a compiled step: what was gathered goes on in their place.

    A compiler leaves out whatever no result depends on.
    """
    return 0.0, arguments[-2:]


def _pass_on(*arguments: Any) -> Any:
    """Stand in for ``update``: the gradients become what it returns, so they are computed."""
    return arguments[-1]


def _take_no_step(*arguments: Any) -> float:
    """Stand in for ``step``."""
    return 0.0


STAND_INS: Mapping[str, Callable[..., Any]] = {
    "gather": _gather_nothing,
    "gradients": _compute_nothing,
    "update": _pass_on,
    "step": _take_no_step,
}
STAND_INS_OF_COMPILED = {**STAND_INS, "gradients": _pass_batch_on}


def stages_of(implementation: Implementation) -> tuple[str, ...] | None:
    """Return the names of the stages that an implementation's epoch is made of; None without."""
    for stages in (STAGES, FUSED_STAGES):
        if all(callable(getattr(implementation, stage, None)) for stage in stages):
            return stages
    return None


def one_example_a_step(problem: Problem, examples: int) -> Problem:
    """Return a problem with as many steps as `examples` make, on one example and one feature each.

    The outputs stay, and so do the calls that a step is made of.
    """
    steps = -(-examples // problem.batch_size)
    return replace(
        problem,
        features=np.array(problem.features[:steps, :1]),
        targets=np.array(problem.targets[:steps]),
        initial=Parameters(problem.initial.weight[:1], problem.initial.bias),
        batch_size=1,
    )


def cut_epochs(
    make: Callable[[Problem], Implementation],
    problem: Problem,
    order: NDArray[np.int64],
    stages: Sequence[str],
    stand_ins: Mapping[str, Callable[..., Any]] = STAND_INS,
) -> list[Callable[[], float]]:
    """Return epochs that keep the first 0, 1, ... and at last all of the stages.

    Each belongs to an implementation of its own: what a step was compiled to stays with it.
    """
    epochs: list[Callable[[], float]] = []
    for kept in range(len(stages) + 1):
        implementation = make(problem)
        for stage in stages[kept:]:
            setattr(implementation, stage, stand_ins[stage])
        epochs.append(partial(implementation.train_epoch, order))
    return epochs


def time_epochs(
    epochs: Sequence[Callable[[], float]], synchronize: Callable[[], None], rounds: int
) -> list[list[float]]:
    """Return the times of each epoch; in every round they run in another random order.

    An epoch's time lasts until the device is done. What a second wait takes is the cost of asking,
    so it is taken off.
    """
    for epoch in epochs:
        for _ in range(UNTIMED_EPOCHS):
            epoch()
        synchronize()
    seconds: list[list[float]] = [[] for _ in epochs]
    generator = np.random.default_rng(SEED)
    until = time.perf_counter() + ENOUGH_SECONDS
    while len(seconds[0]) < rounds or (
        len(seconds[0]) < ENOUGH_ROUNDS and time.perf_counter() < until
    ):
        for index in generator.permutation(len(epochs)):
            start = time.perf_counter()
            epochs[index]()
            synchronize()
            done = time.perf_counter()
            synchronize()
            asking_seconds = time.perf_counter() - done
            seconds[index].append(max(0.0, done - start - asking_seconds))
    return seconds


def parts(full: Sequence[float], tiny: Sequence[float]) -> tuple[float, ...]:
    """Return the seconds of dispatch and of each stage.

    Parameters
    ----------
    full, tiny : sequence of float
        F0, F1, ... and T0, T1, ...: seconds of an epoch with the first 0, 1, ... stages, on the
        problem itself and on one example of one feature a step.

    Returns
    -------
    tuple of float
        Their sum is the last of `full`. None is negative, if each entry of `tiny` is at least as
        large as the one before.
    """
    excess = np.subtract(full, tiny)
    # An overlap or noise can make the excess fall; it counts as no more than any later one.
    excess = np.minimum.accumulate(excess[::-1])[::-1]
    return float(tiny[-1] + excess[0]), *np.diff(excess).tolist()


def profile(
    make: Callable[[Problem], Implementation],
    problem: Problem,
    order: NDArray[np.int64],
    synchronize: Callable[[], None],
    rounds: int,
    *,
    compiled: bool = False,
) -> Profile | None:
    """Return where an epoch goes; None for an implementation that is not made of stages.

    Parameters
    ----------
    make : callable
        Returns a new implementation of the given problem.
    order : int64 ndarray of shape (n,)
        Row indices of an epoch.
    synchronize : callable
        Waits until the device has finished all work.
    rounds : int
        How often each epoch is timed at least.
    compiled : bool
        Whether a step is compiled as one function, whose compiler sees what no result depends on.
    """
    tiny = one_example_a_step(problem, len(order))
    stages = stages_of(make(tiny))
    if stages is None:
        return None
    stand_ins = STAND_INS_OF_COMPILED if compiled else STAND_INS
    full_epochs = cut_epochs(make, problem, order, stages, stand_ins)
    tiny_epochs = cut_epochs(make, tiny, np.arange(len(tiny.features)), stages, stand_ins)
    seconds = time_epochs([*full_epochs, *tiny_epochs, full_epochs[-1]], synchronize, rounds)
    *medians, whole = (float(np.median(times)) for times in seconds)
    full_seconds, tiny_seconds = medians[: len(full_epochs)], medians[len(full_epochs) :]
    dispatch, gather, forward_backward, *update = parts(full_seconds, tiny_seconds)
    return Profile(
        epochs=len(seconds[-1]),
        whole_seconds=whole,
        gather_seconds=gather,
        forward_backward_seconds=forward_backward,
        update_seconds=update[0] if update else None,
        dispatch_seconds=dispatch,
        sum_over_whole=(dispatch + gather + forward_backward + sum(update)) / whole,
    )
