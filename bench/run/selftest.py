"""The plan of a self-test: identical cells, and cells that are slower by a known share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.plan.bounds import require_measurable
from bench.plan.choices import parse_frameworks
from bench.records.plan import Plan, Rule
from bench.run.planning import Planned, make_plan
from bench.workloads import synthetic
from bench.workloads.workload import Workload
from implementations import registry
from implementations.contract import Offer

# NumPy, and one that is compiled and starts fast enough for many blocks in a few minutes.
FRAMEWORKS = ("numpy", "jax")
MINUTES = 6
# The time goes into blocks, which are what finds small effects: no more cells than it takes to see
# a false alarm and one slowdown.
IDENTICAL = ("identical A", "identical B")
SLOWDOWN = 0.05
# Turn by turn, what is left within a trial shrinks faster than with the root of its epochs, as the
# median withstands the moments at which the machine changes its speed. But blocks are needed too:
# so many epochs take about twice as long as starting and ending the processes.
EPOCHS = 36
FIRST_BLOCKS = 3


def selftest_choices(base: Plan) -> Plan:
    """Return the choices of a self-test.

    Parameters
    ----------
    base : Plan
        Its frameworks, threads, epochs, seed, environment and time are kept. Of each framework the
        lane that it offers first, its fastest, is measured.
    """
    offers = _first_offers(base)
    return replace(
        base,
        workloads=(synthetic.WORKLOAD.name,),
        forms=tuple(dict.fromkeys(offer.form for offer in offers.values())),
        executions=tuple(dict.fromkeys(offer.execution for offer in offers.values())),
        inputs=tuple(dict.fromkeys(offer.input for offer in offers.values())),
        include=tuple(_only(name, offer) for name, offer in offers.items()),
        blocks=FIRST_BLOCKS,
        precision=0.0,
        adaptive=False,
        interleaved=True,
        repeats=0,
        profile=False,
        ceiling=False,
    )


def _first_offers(plan: Plan) -> dict[str, Offer]:
    """Return what each framework of a plan offers first, by the framework's name."""
    references = registry.references()
    choices = parse_frameworks(",".join(plan.frameworks), tuple(references))
    return {
        choice.name: registry.load(references[choice.name]).offers("cpu")[0] for choice in choices
    }


def _only(framework: str, offer: Offer) -> Rule:
    """Return a rule that fits one offer of a framework."""
    ways = {field: (way,) for field, way in offer._asdict().items()}
    return Rule({"framework": (framework,), **ways})


def selftest_plan(slowdowns: Sequence[float], plan: Plan, workloads: Sequence[Workload]) -> Planned:
    """Return the plan: every contender of the usual plan once for each variant.

    Parameters
    ----------
    slowdowns : sequence of float
        Shares by which cells are slower on purpose, besides the identical ones.

    Raises
    ------
    ChoiceError
        If there are too many.
    """
    usual = make_plan(plan, workloads)
    variants = dict.fromkeys(IDENTICAL, 0.0) | {f"{100 * s:g}% slower": s for s in slowdowns}
    cells = tuple(
        replace(cell, identity=replace(cell.identity, variant=variant), planted_slowdown=slowdown)
        for cell in usual.cells
        if str(cell.choice) in plan.frameworks
        for variant, slowdown in variants.items()
    )
    floors = tuple(cell for cell in usual.cells if str(cell.choice) not in plan.frameworks)
    found = replace(usual, cells=(*cells, *floors))
    require_measurable(found.cells, plan.blocks, found.lengths)
    return found
