"""On a GPU: frameworks installed in this interpreter train there and are the same model."""

from __future__ import annotations

import pytest

from bench.engines.machine import describe_machine
from tests.conftest import CommandLine

pytestmark = pytest.mark.gpu

FRAMEWORKS = ("torch", "jax")


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    if describe_machine().gpu is None:
        pytest.skip("this machine has no NVIDIA GPU")
    for framework in FRAMEWORKS:
        pytest.importorskip(framework)
    command_line = CommandLine(tmp_path_factory.mktemp("gpu"))
    done = command_line(
        *("run", "--environment", "current", "--device", "gpu", "--workload", "synthetic,linear"),
        *("--framework", ",".join(FRAMEWORKS), "--quick", "--blocks", "1"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return command_line.record()


def test_every_cell_trains_the_same_model_on_the_gpu(record):
    assert {cell.identity.device for cell in record.cells} == {"gpu"}
    assert {cell.status for cell in record.cells} == {"ok"}


def test_the_device_has_an_allocator_peak_that_covers_the_data(record):
    for cell in record.cells:
        if cell.identity.workload == "synthetic":
            assert cell.trials[0].memory.device_peak_bytes > 60_000 * 784 * 4


def test_the_record_names_gpu_and_driver(record):
    assert record.machine.gpu
    assert record.machine.driver
