"""Self-tests that never happened: records whose trials are drawn from a stated machine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from bench.records.model import Cell, Probe, Record
from bench.records.plan import Plan
from tests.records import samples

VARIANTS = {
    "identical A": 0.0,
    "identical B": 0.0,
    "2% slower": 0.02,
    "5% slower": 0.05,
    "10% slower": 0.10,
}
LANES = {"numpy": "eager", "jax": "epoch"}


@dataclass(frozen=True)
class Machine:
    """A machine, and what goes wrong on it; standard deviations of logarithms.

    Attributes
    ----------
    own : float
        Of processes.
    common : float
        Of the machine's speed from trial to trial.
    slopes : mapping of framework to float
        By how much an epoch rises with the machine's speed.
    influence : float
        By how much each cell moves its own probe.
    real : mapping of variant to float
        By how much a variant is slower in truth, where that is not what was planted.
    """

    own: float = 0.002
    common: float = 0.0
    slopes: Mapping[str, float] = field(default_factory=dict)
    influence: float = 0.0
    real: Mapping[str, float] = field(default_factory=dict)


def record(machine: Machine, blocks: int = 12, seed: int = 1) -> Record:
    """Return the record of a self-test of six minutes with NumPy and JAX."""
    generator = np.random.default_rng(seed)
    cells = tuple(
        _cell(machine, framework, variant, blocks, generator)
        for framework in LANES
        for variant in VARIANTS
    )
    plan = Plan(tuple(LANES), ("synthetic",), max_time_seconds=360.0, precision=0.0)
    pending = samples.pending_record()
    return replace(pending, plan=plan, blocks=blocks, cells=cells, status="complete", schedule=())


def _cell(
    machine: Machine, framework: str, variant: str, blocks: int, generator: np.random.Generator
) -> Cell:
    slope = machine.slopes.get(framework, 1.0)
    slower = math.log1p(machine.real.get(variant, VARIANTS[variant]))
    speed = machine.common * generator.normal(size=blocks)
    epochs = 0.05 * np.exp(slower + slope * speed + machine.own * generator.normal(size=blocks))
    moved = machine.influence * generator.normal()
    probes = np.exp(moved + speed + 0.002 * generator.normal(size=blocks))
    identity = samples.identity(
        framework=framework, execution=LANES[framework], variant=variant, threads=2
    )
    trials = tuple(
        samples.trial(block=block, epoch_seconds=(seconds,), probes=(Probe(1, 1.0, 1.0, probe),))
        for block, (seconds, probe) in enumerate(zip(epochs.tolist(), probes.tolist()))
    )
    planted = VARIANTS[variant]
    return Cell(identity, framework, status="ok", planted_slowdown=planted, trials=trials)
