"""Tests that share what takes long to make run in one process, where they run beside others."""

from __future__ import annotations

import pytest


@pytest.fixture
def group(request: pytest.FixtureRequest) -> str:
    """Return the group that pytest-xdist has made of this file's tests."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("tests run one after the other, or in another distribution")
    # That is where it looks for it.
    _, _, name = str(request.node.nodeid).rpartition("@")
    return name


def test_the_tests_of_a_file_are_a_group(group):
    assert group == "tests/test_groups.py"
