"""Variances of pairs, steadied by each other: what is lent, to whom, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.spread import Variance, moderated

variances = st.lists(st.floats(1e-8, 1.0), min_size=2, max_size=12)


def of_five_blocks(values):
    return [Variance(value, 4) for value in values]


@given(variances)
def test_each_lies_between_its_own_and_what_they_have_in_common(values):
    found = moderated(of_five_blocks(values), len(values))
    slack = 3.0
    assert all(min(values) / slack <= one.value <= max(values) * slack for one in found)


@given(variances)
def test_nobody_loses_by_it_nor_gains_more_than_all_have_together(values):
    cells = len(values)
    found = moderated(of_five_blocks(values), cells)
    assert all(4 <= one.freedom <= max(4, 4 * (cells - 1)) for one in found)


@given(variances)
def test_the_order_of_variances_is_kept(values):
    found = [one.value for one in moderated(of_five_blocks(sorted(values)), len(values))]
    assert found == sorted(found)


def test_variances_that_are_alike_lend_more_than_unlike_ones():
    generator = np.random.default_rng(0)
    by_chance = generator.chisquare(4, 45) / 4
    unlike = by_chance * generator.lognormal(0, 2, 45)
    lent, lent_by_unlike = (
        moderated(of_five_blocks(values), 10)[0].freedom - 4 for values in (by_chance, unlike)
    )
    assert lent > 2 * lent_by_unlike


def test_few_cells_are_not_called_quieter_for_caution():
    """Pairs of three equal cells with three blocks, whose true variance is 1."""
    generator = np.random.default_rng(0)
    found = [
        one.value
        for _ in range(1_000)
        for one in moderated([Variance(own, 2) for own in generator.chisquare(2, 3) / 2], 3)
    ]
    assert 1.0 <= np.mean(found) <= 1.2


@pytest.mark.parametrize("values", [(), (0.1,), (0.1, 0.1)])
def test_two_cells_have_nobody_to_borrow_from(values):
    own = of_five_blocks(values)
    assert moderated(own, 2) == tuple(own)


def test_a_pair_that_never_varies_neither_lends_nor_borrows():
    own = of_five_blocks([0.0, 0.01, 0.02, 0.01])
    found = moderated(own, 4)
    assert found[0] == own[0]
    assert found[1:] == moderated(own[1:], 4)
