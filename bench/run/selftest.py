"""The plan of a self-test: identical cells, and cells that are slower by a known share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.plan.choices import parse_frameworks
from bench.records.plan import Plan
from bench.run.planning import Planned, make_plan
from bench.workloads import synthetic
from bench.workloads.workload import Workload
from implementations import registry

# Enough identical cells for three comparisons; slowdowns around what a user would want to see.
IDENTICAL = ("identical A", "identical B", "identical C")
SLOWDOWNS = (0.02, 0.05, 0.10)
EPOCHS = 10
FIRST_BLOCKS = 3


def selftest_choices(framework: str, max_time_seconds: float, base: Plan) -> Plan:
    """Return the choices of a self-test with one framework, by its name.

    Parameters
    ----------
    base : Plan
        Its threads, seed, environment and timeout are kept.

    Raises
    ------
    UnknownName
    """
    (choice,) = parse_frameworks(framework, tuple(registry.references()))
    first = registry.load(registry.references()[choice.name]).offers("cpu")[0]
    return replace(
        base,
        frameworks=(str(choice),),
        workloads=(synthetic.WORKLOAD.name,),
        forms=(first.form,),
        executions=(first.execution,),
        inputs=(first.input,),
        blocks=FIRST_BLOCKS,
        epochs=EPOCHS,
        precision=0.0,
        adaptive=False,
        max_time_seconds=max_time_seconds,
        profile=False,
    )


def selftest_plan(plan: Plan, workloads: Sequence[Workload]) -> Planned:
    """Return the plan: every contender of the usual plan once for each variant."""
    usual = make_plan(plan, workloads)
    variants = dict.fromkeys(IDENTICAL, 0.0) | {f"{s:.0%} slower": s for s in SLOWDOWNS}
    cells = tuple(
        replace(cell, identity=replace(cell.identity, variant=variant), planted_slowdown=slowdown)
        for cell in usual.cells
        if str(cell.choice) in plan.frameworks
        for variant, slowdown in variants.items()
    )
    floors = tuple(cell for cell in usual.cells if str(cell.choice) not in plan.frameworks)
    return replace(usual, cells=(*cells, *floors))
