"""Probes as a control variate: what the machine did meanwhile is taken out of the comparison.

The logarithm of a trial's epoch is corrected by the slope times how far the logarithm of its probes
lies from their mean (S. S. Lavenberg & P. D. Welch, Management Science 27, 1981, 322-335; as a
covariate R. A. Fisher, Statistical Methods for Research Workers, 4th ed., 1932, section 49.1). The
slope is estimated; a probe never divides, which would take it for 1 whatever it is.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from bench.analysis import special
from bench.records.model import Trial

Key = TypeVar("Key", bound=Hashable)
# Seconds, or logarithms of something, by block.
ByBlock = Mapping[int, float]
Off = Literal["does not pay", "differs between cells"]

# How rarely probes that cells have no influence on may look as if they had. No small number: what
# the test misses biases a comparison, what it catches wrongly only costs what there was to gain.
PLACEBO_SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Control(Generic[Key]):
    """How epochs and probes go together in a run.

    Attributes
    ----------
    slope : float
        By how much the logarithm of an epoch rises with that of the probe: 1 where both take
        longer in proportion. Pooled over cells.
    correlation : float
        Of what cells and blocks leave of the two.
    freedom : int
        Degrees of freedom of the slope.
    placebo_p_value : float
        How probable probes that differ so much between cells are if cells have no influence.
    off : {"does not pay", "differs between cells"} or None
        Why nothing is corrected; None where it is.
    probes : mapping of key to mapping of block to float
        Logarithms of probes less their mean.
    sum_of_squares : float
        Of what cells and blocks leave of them.
    epoch_squares : float
        Of what they leave of the logarithms of epochs.
    """

    slope: float
    correlation: float
    freedom: int
    placebo_p_value: float
    off: Off | None
    probes: Mapping[Key, ByBlock]
    sum_of_squares: float
    epoch_squares: float

    @property
    def variance_cut(self) -> float:
        """By which factor the correction makes variances smaller; 1 where it is off."""
        return 1.0 if self.off else 1 / (1 - self.correlation**2)

    def corrected(self, key: Key, seconds: ByBlock) -> dict[int, float]:
        """Return a cell's seconds as they would have been at the mean of all probes."""
        if self.off:
            return dict(seconds)
        return {
            block: found * math.exp(-self.slope * self.probes[key][block])
            for block, found in seconds.items()
        }

    def lost_freedom(self) -> float:
        """Return the degrees of freedom that estimating the slope costs each pair of cells."""
        return 0.0 if self.off else 1 / max(1, len(self.probes) - 1)

    def inflation(self, one: Key, other: Key, blocks: Sequence[int]) -> float:
        """Return the factor by which not knowing the slope widens a pair's standard error.

        A slope that is off shifts the mean difference by as much as the means of the pair's probes
        are apart. Of two cells alone this is the standard error in an analysis of covariance.
        """
        if self.off:
            return 1.0
        apart = [self.probes[other][block] - self.probes[one][block] for block in blocks]
        mean = math.fsum(apart) / len(apart)
        return math.sqrt(1 + len(apart) * mean**2 / (2 * self.sum_of_squares))


def log_probe(trial: Trial, counted: Sequence[int]) -> float | None:
    """Return the mean logarithm of a trial's probes; None where it has none.

    Of the three kernels that which gathers mini-batches, as an epoch does, goes together with the
    epochs: docs/method.md has the figures. Products and streaming are kept as evidence.

    Parameters
    ----------
    counted : sequence of int
        The steady epochs that count, from 0. A probe belongs to the epochs on both sides of it.
    """
    # Boundary number e stands before steady epoch e - 1 and after steady epoch e - 2.
    beside = {epoch for one in counted for epoch in (one + 1, one + 2)}
    probes = [probe for probe in trial.probes if probe.epoch in beside] or trial.probes
    logs = [math.log(probe.gathering_seconds) for probe in probes]
    return math.fsum(logs) / len(logs) if logs else None


def control(epochs: Mapping[Key, ByBlock], probes: Mapping[Key, ByBlock]) -> Control[Key] | None:
    """Return how epochs and probes go together; None where nothing can be told.

    What cells and blocks have in common is taken out of both first. The correction is off

    - where it does not pay: where the slope is negative, or the squared correlation no larger than
      what chance alone gives, one over the degrees of freedom;
    - where cells differ in their probes by an analysis of variance: a probe that a cell has
      influenced would take a part of the cell's own speed for the machine's.

    Parameters
    ----------
    epochs, probes : mapping of key to mapping of block to float
        Seconds, and logarithms of probes, of the same trials.
    """
    entries = [(key, block) for key, times in epochs.items() for block in sorted(times)]
    cells = {key: number for number, key in enumerate(epochs)}
    blocks = {block: number for number, block in enumerate(sorted({one for _, one in entries}))}
    freedom = len(entries) - len(cells) - len(blocks)
    if len(cells) < 2 or freedom < 1:
        return None
    of_cell = np.array([cells[key] for key, _ in entries])
    of_block = np.array([blocks[block] for _, block in entries])
    logs = np.array([[math.log(epochs[k][b]), probes[k][b]] for k, b in entries])
    without_blocks = _without(logs, of_block)
    rest = _without(logs, of_block, of_cell)
    (squares, products), (_, probe_squares) = (rest.T @ rest).tolist()
    if min(squares, probe_squares) <= 0:
        return None
    between = float(without_blocks[:, 1] @ without_blocks[:, 1]) - probe_squares
    ratio = (between / (len(cells) - 1)) / (probe_squares / (freedom + 1))
    placebo = float(special.fdtrc(len(cells) - 1, freedom + 1, max(0.0, ratio)))
    correlation = products / math.sqrt(squares * probe_squares)
    off: Off | None = None
    if placebo < PLACEBO_SIGNIFICANCE:
        off = "differs between cells"
    elif correlation <= math.sqrt(1 / freedom):
        off = "does not pay"
    mean = float(np.mean(logs[:, 1]))
    return Control(
        products / probe_squares,
        correlation,
        freedom,
        placebo,
        off,
        {key: {b: probes[key][b] - mean for b in times} for key, times in epochs.items()},
        probe_squares,
        squares,
    )


@dataclass(frozen=True)
class Slope:
    """By how much epochs rise with probes, of several runs together.

    Attributes
    ----------
    value : float
    error : float
        Its standard error.
    """

    value: float
    error: float


def common_slope(controls: Sequence[Control[Any] | None]) -> Slope | None:
    """Return the slope of several runs; None where none may be used for what lies between them.

    Each run weighs as its probes vary, which is least squares with a mean of its own for every cell
    and block of every run. There is none if a run has no control, if in one the cells differ in
    their probes, or if all together say that correcting does not pay.
    """
    known = [one for one in controls if one is not None and one.off != "differs between cells"]
    if not known or len(known) < len(controls):
        return None
    probe_squares = math.fsum(one.sum_of_squares for one in known)
    products = math.fsum(one.slope * one.sum_of_squares for one in known)
    squares = math.fsum(one.epoch_squares for one in known)
    freedom = sum(one.freedom for one in known)
    correlation = products / math.sqrt(probe_squares * squares)
    if correlation <= math.sqrt(1 / freedom):
        return None
    value = products / probe_squares
    rest = max(0.0, squares - value * products) / max(1, freedom - len(known))
    return Slope(value, math.sqrt(rest / probe_squares))


def _without(
    values: npt.NDArray[np.float64], *groups: npt.NDArray[np.int_]
) -> npt.NDArray[np.float64]:
    """Return what is left of columns when the means of groups are taken out by least squares."""
    sizes = [int(group.max()) + 1 for group in groups]
    if len(groups) == 1 or len(values) == math.prod(sizes):
        # Of whole blocks, or of one kind of group, means taken out in turn leave the same.
        for group, size in zip(groups, sizes):
            counts = np.bincount(group, minlength=size)[:, None]
            sums = np.zeros((size, values.shape[1]))
            np.add.at(sums, group, values)
            values = values - (sums / counts)[group]
        return values
    design = np.hstack([np.eye(size)[group] for group, size in zip(groups, sizes)])
    fitted: npt.NDArray[np.float64] = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return values - fitted
