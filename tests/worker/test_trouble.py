"""What a worker says about the exception that ended its trial."""

from __future__ import annotations

import pytest

from bench.worker.assignment import Trouble
from bench.worker.loading import DeviceMissing, ImportFailed
from bench.worker.process import trouble


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ImportFailed("no such module"), Trouble("import_failed", "no such module")),
        (DeviceMissing("sees no gpu"), Trouble("device_missing", "sees no gpu")),
        (MemoryError("4 GiB"), Trouble("out_of_memory", "MemoryError: 4 GiB")),
        (ValueError("wrong shape"), Trouble("raised", "ValueError: wrong shape")),
        (SystemExit("gone"), Trouble("raised", "SystemExit: gone")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_exception_is_a_kind_and_a_reason(error, expected):
    assert trouble(error) == expected
