"""Which lanes the usual tests train: of each form the one that compiles least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

import pytest

from implementations.contract import Execution, Offer

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

EXECUTIONS = get_args(Execution)


def each(cases: Sequence[tuple[str, Offer]]) -> list[ParameterSet]:
    """Return parameters for each framework's offers, those that compile more marked ``every_lane``.

    What compiles takes long, for every training anew, and shows mostly the same.
    """
    least: dict[tuple[str, str], int] = {}
    for name, offer in cases:
        compiling = EXECUTIONS.index(offer.execution)
        least[name, offer.form] = min(compiling, least.get((name, offer.form), compiling))
    return [
        pytest.param(
            name,
            offer,
            id=f"{name}-{offer.form}-{offer.execution}",
            marks=()
            if EXECUTIONS.index(offer.execution) == least[name, offer.form]
            else pytest.mark.every_lane,
        )
        for name, offer in cases
    ]
