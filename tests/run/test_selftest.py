"""From the choices of a self-test to its cells."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.plan.options import Surroundings, complete, parse
from bench.run.planning import offers_of
from bench.run.selftest import FRAMEWORKS, IDENTICAL, selftest_choices, selftest_plan
from bench.workloads import synthetic
from implementations import registry

SLOWDOWNS = (0.025, 0.1)
AROUND = Surroundings(tuple(registry.BUILT_IN), registry.USUAL, ("auto",), 2, 2)


def planned(names=FRAMEWORKS):
    given = {"framework": ",".join(names), "max-time": "6min"}
    base = complete(parse(given, AROUND), AROUND)
    return selftest_plan(SLOWDOWNS, selftest_choices(base), [synthetic.WORKLOAD])


def contenders(plan):
    return [cell for cell in plan.cells if cell.choice.name != registry.FLOOR_NAME]


@pytest.mark.parametrize("names", [("numpy",), FRAMEWORKS, ("torch", "sklearn")])
def test_each_framework_has_identical_and_slowed_cells_of_its_first_lane(names):
    cells = contenders(planned(names))
    assert tuple(dict.fromkeys(cell.identity.framework for cell in cells)) == names
    for name in names:
        first = offers_of(registry.load(registry.BUILT_IN[name])).ways["cpu"][0]
        own = [cell for cell in cells if cell.identity.framework == name]
        ways = {(one.identity.form, one.identity.execution, one.identity.input) for one in own}
        assert ways == {tuple(first)}
        assert Counter(cell.planted_slowdown for cell in own) == Counter(
            {0.0: len(IDENTICAL)} | dict.fromkeys(SLOWDOWNS, 1)
        )


def test_no_two_cells_are_called_alike():
    cells = planned().cells
    assert len({cell.identity for cell in cells}) == len(cells)


def test_the_time_is_all_that_ends_it():
    """There is one look, at the end, so that looking costs nothing."""
    plan = planned().plan
    assert (plan.precision, plan.adaptive, plan.max_time_seconds) == (0.0, False, 360.0)


def test_the_harness_itself_is_measured_once_and_probes_have_its_environment():
    floors = [cell for cell in planned().cells if cell.choice.name == registry.FLOOR_NAME]
    assert [cell.planted_slowdown for cell in floors] == [0.0]
