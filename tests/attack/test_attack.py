"""Some attacks of every class, always the same ones; ``python -m tests.attack`` has more."""

from __future__ import annotations

import os

import pytest

from tests.attack import stock
from tests.attack.campaign import CLASSES, Camp, Number, Outcome
from tests.attack.kills import STAGES
from tests.attack.table import again

SEED = 1
# Of kills fewer, as tests/integration/test_kills.py has more.
COUNTS = {"kills": 1, "records": 6, "plans": 6, "workers": 1, "options": 6, "surroundings": 4}
# The machine may be busy with anything: what must be gone within a second elsewhere has longer.
GRACE_SECONDS = 20.0


@pytest.fixture(scope="module")
def camp(tmp_path_factory: pytest.TempPathFactory) -> Camp:
    folder = tmp_path_factory.mktemp("attacks")
    return Camp(folder, stock.make(folder / "stock"), GRACE_SECONDS)


def described(outcome: Outcome) -> str:
    return "\n  ".join([f"{outcome.what}; again: {again(outcome)}", *outcome.faults])


def test_every_class_is_attacked():
    assert COUNTS.keys() == CLASSES.keys()


@pytest.mark.parametrize("of_class", COUNTS)
def test_attacks_are_survived(camp, of_class):
    outcomes = list(camp.counted(SEED, {of_class: COUNTS[of_class]}, os.cpu_count() or 1))
    assert len(outcomes) == COUNTS[of_class]
    failed = [described(outcome) for outcome in outcomes if outcome.faults]
    assert not failed, "\n" + "\n".join(failed)


@pytest.mark.parametrize("of_class", CLASSES)
def test_an_attack_is_drawn_alike_from_the_same_number(of_class):
    first, again_, other = (
        repr(CLASSES[of_class](Number(SEED, of_class, number).generator())) for number in (3, 3, 4)
    )
    assert first == again_
    assert first != other


@pytest.mark.parametrize("stage", [one for one in STAGES if one != "making environments"])
def test_a_stage_in_which_runs_are_killed_can_be_told(camp, stage):
    making = camp.stock / stock.MAKING
    said = "".join(path.read_text() for path in sorted((making / "said").iterdir()))
    begun, _ = STAGES[stage]
    assert begun(said, making / "home")
