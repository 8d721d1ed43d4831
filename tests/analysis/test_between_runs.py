"""Cells of two runs: chance, the hour and the machine are no change; a real one is found."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.between_runs import Changes, Sample, compare_samples
from bench.analysis.control import Slope
from bench.analysis.run_spread import ASSUMED, FEWEST_RUNS, RunSpread, run_spread

STEADY = (1.0, 1.01, 0.99, 1.005, 0.995)
# Of runs that lie apart by next to nothing, so that only trials spread.
QUIET = RunSpread(1e-4, math.inf)
USUAL = RunSpread(ASSUMED, math.inf)


def sample(*values: float, probes: Mapping[int, float] | None = None) -> Sample:
    return Sample(dict(enumerate(values)), probes or {})


def compare(first: Sample, later: Sample, spread: RunSpread = QUIET):
    return compare_samples({"cell": (first, later)}, spread).found["cell"]


def slowed(factor: float, values: tuple[float, ...] = STEADY) -> Sample:
    return sample(*(value * factor for value in values))


def test_a_clear_slowdown_is_slower_and_its_reverse_faster():
    assert compare(sample(*STEADY), slowed(1.3)).verdict == "slower"
    assert compare(slowed(1.3), sample(*STEADY)).verdict == "faster"


def test_the_ratio_is_that_of_geometric_means_within_its_interval():
    found = compare(sample(1.0, 2.0, 4.0), sample(3.0, 6.0, 12.0))
    assert found.ratio == pytest.approx(3.0)
    assert found.low <= found.ratio <= found.high


def test_runs_that_lie_apart_by_nothing_and_agree_are_the_same():
    steady = tuple(1 + 0.0002 * number for number in range(-5, 6))
    assert compare(sample(*steady), slowed(1.0005, steady)).verdict == "same"


def test_where_runs_lie_apart_by_the_assumed_spread_nothing_is_called_the_same():
    assert compare(sample(*STEADY), sample(*STEADY), USUAL).verdict == "inconclusive"


def test_what_runs_do_by_themselves_is_no_change():
    assert compare(sample(*STEADY), slowed(1.1)).verdict == "slower"
    assert compare(sample(*STEADY), slowed(1.1), USUAL).verdict == "inconclusive"
    assert compare(sample(*STEADY), slowed(1.5), USUAL).verdict == "slower"


@pytest.mark.parametrize("trials", [1, 2])
def test_too_few_trials_tell_nothing_and_have_no_interval(trials):
    found = compare(sample(*STEADY[:trials]), slowed(3.0))
    assert (found.verdict, found.low, found.high) == ("inconclusive", 0.0, math.inf)
    assert compare(slowed(3.0), sample(*STEADY[:trials])).verdict == "inconclusive"


values = st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=6)


@given(values, values)
def test_turned_around_a_verdict_is_the_opposite(one, other):
    opposite = {"slower": "faster", "faster": "slower"}
    found, turned = (
        compare(sample(*one), sample(*other)),
        compare(sample(*other), sample(*one)),
    )
    assert turned.verdict == opposite.get(found.verdict, found.verdict)
    assert turned.ratio == pytest.approx(1 / found.ratio)


@given(st.floats(0.01, 100), st.floats(0.5, 2.0))
def test_the_interval_holds_1_unless_a_change_is_told(seconds, factor):
    found = compare(sample(*(seconds * one for one in STEADY)), slowed(seconds * factor), USUAL)
    if found.verdict == "inconclusive":
        assert found.low <= 1.011
        assert found.high >= 0.989
    else:
        assert not found.low <= 1 <= found.high


# What all cells have in common.


def all_moved(factors: list[float], spread: RunSpread = QUIET) -> Changes[int]:
    return compare_samples(
        {number: (sample(*STEADY), slowed(factor)) for number, factor in enumerate(factors)}, spread
    )


def test_what_moved_all_cells_alike_is_seen_and_told_of_none():
    found = all_moved([1.14, 1.12, 1.16, 1.15, 1.13, 1.14])
    assert found.shift is not None
    assert found.shift.alike
    assert (found.shift.cells, found.shift.slower) == (6, 6)
    assert found.shift.ratio == pytest.approx(1.14, abs=0.001)
    assert found.spread.seen
    assert {one.verdict for one in found.found.values()} == {"inconclusive"}


def test_one_cell_among_many_that_changed_is_told():
    found = all_moved([1.001, 0.999, 1.002, 0.998, 1.5, 1.001, 0.999])
    assert found.shift is not None
    assert not found.shift.alike
    assert [key for key, one in found.found.items() if one.verdict == "slower"] == [4]


def test_five_cells_are_too_few_to_say_that_they_moved_alike():
    found = all_moved([1.2] * 5)
    assert found.shift is not None
    assert not found.shift.alike


def test_a_run_without_cells_has_no_shift():
    assert compare_samples({}, USUAL).shift is None


# Probes.


def probed(seconds: float, probe: float) -> Sample:
    return sample(
        *(seconds * math.exp(probe) * one for one in STEADY),
        probes=dict.fromkeys(range(len(STEADY)), probe),
    )


def test_what_the_probes_explain_is_taken_out_and_the_raw_change_stands_beside_it():
    pairs = {n: (probed(1.0 + n, -3.0), probed(1.0 + n, -2.6)) for n in range(4)}
    found = compare_samples(pairs, USUAL, Slope(1.0, 0.01))
    assert found.probes == pytest.approx(math.exp(0.4))
    for key, change in found.found.items():
        assert change.ratio == pytest.approx(1.0)
        assert found.raw[key].ratio == pytest.approx(math.exp(0.4))


def test_a_slope_that_is_not_well_known_widens_the_interval_by_how_far_probes_lie_apart():
    near = {"cell": (probed(1.0, -3.0), probed(1.0, -3.0))}
    far = {"cell": (probed(1.0, -3.0), probed(1.0, -2.5))}
    sure, unsure = Slope(1.0, 0.0), Slope(1.0, 0.3)

    def high(pairs: dict[str, tuple[Sample, Sample]], slope: Slope) -> float:
        return compare_samples(pairs, QUIET, slope).found["cell"].high

    assert high(near, sure) == pytest.approx(high(near, unsure))
    assert high(far, unsure) > 1.2 * high(far, sure)


def test_without_probes_there_is_nothing_raw_beside():
    found = compare_samples({"cell": (sample(*STEADY), sample(*STEADY))}, USUAL)
    assert (found.raw, found.probes) == ({}, None)


# The spread between runs.


def test_without_earlier_runs_it_is_assumed():
    found = run_spread([], 0)
    assert (found.value, found.freedom, found.measured) == (ASSUMED, math.inf, None)


def test_of_few_earlier_runs_it_is_never_less_than_they_show():
    quiet, wild = ([0.0, 0.001, 0.002],), ([0.0, 0.3, -0.3],)
    assert run_spread(quiet, 3).value == ASSUMED
    assert run_spread(wild, 3).value == pytest.approx(0.3)


def test_of_many_earlier_runs_it_is_measured_with_their_degrees_of_freedom():
    means = [[0.01 * number for number in range(FEWEST_RUNS)]] * 3
    found = run_spread(means, FEWEST_RUNS)
    assert found.value == pytest.approx(np.std(means[0], ddof=1))
    assert found.freedom == FEWEST_RUNS - 1


# Simulated.

CELLS = 10
TRIALS = 5
WITHIN = 0.03


def false_runs(
    common: float, own: float, runs: int, earlier: int = 0, assumed: float = ASSUMED
) -> float:
    """Return the share of pairs of runs of identical code that tell any change.

    Parameters
    ----------
    common, own : float
        Standard deviation between runs of what all cells share, and of each cell by itself.
    earlier : int
        Runs from which the spread is estimated.
    """
    source = np.random.default_rng(1)
    # Ten kinds of cells, of which some spread three times as far as others.
    within = WITHIN * np.linspace(0.5, 1.5, CELLS)[:, None]

    def run() -> np.ndarray:
        effect = source.normal(0, common) + source.normal(0, own, (CELLS, 1))
        return effect + within * source.normal(size=(CELLS, TRIALS))

    wrong = 0
    for _ in range(runs):
        history = [run().mean(axis=1) for _ in range(earlier)]
        spread = run_spread(np.array(history).T.tolist() if history else [], earlier, assumed)
        first, later = np.exp(run()), np.exp(run())
        pairs = {cell: (sample(*first[cell]), sample(*later[cell])) for cell in range(CELLS)}
        found = compare_samples(pairs, spread).found.values()
        wrong += any(one.verdict in ("slower", "faster") for one in found)
    return wrong / runs


# What runs of identical code do to all cells together, and to each by itself.
EFFECTS = [(effect, own) for effect in (0.0, 0.01, 0.02, 0.05) for own in (0.0, effect)]
EFFECTS += [(0.0, 0.05)]


@pytest.mark.parametrize(("common", "own"), [(0.0, 0.0), (0.05, 0.0), (0.0, 0.05)])
def test_identical_code_changes_in_at_most_one_of_a_hundred_runs(common, own):
    assert false_runs(common, own, 200) <= 0.01


@pytest.mark.selftest
@pytest.mark.parametrize(
    ("common", "own"), [(c, o) for c, o in EFFECTS if math.hypot(c, o) <= ASSUMED]
)
@pytest.mark.parametrize("earlier", [0, 3, FEWEST_RUNS, 12])
def test_it_does_whatever_the_effect_of_a_run_and_however_many_runs_were_before(
    common, own, earlier
):
    assert false_runs(common, own, 2_000, earlier) <= 0.01
