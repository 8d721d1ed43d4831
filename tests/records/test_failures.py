"""Every way to fail has a remedy and a status."""

from __future__ import annotations

from typing import get_args

import pytest

from bench.records.failures import REMEDIES, status_of
from bench.records.model import CellStatus, FailureKind


@pytest.mark.parametrize("kind", get_args(FailureKind))
def test_a_failure_has_a_remedy_in_a_sentence(kind):
    assert REMEDIES[kind].endswith(".")


@pytest.mark.parametrize("kind", get_args(FailureKind))
def test_a_failure_gives_a_status_that_is_no_success(kind):
    assert status_of(kind) in set(get_args(CellStatus)) - {"ok", "pending"}
