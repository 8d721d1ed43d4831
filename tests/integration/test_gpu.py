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


def contenders(record):
    return [cell for cell in record.cells if cell.role == "contender"]


def test_every_cell_trains_the_same_model_on_the_gpu(record):
    assert {cell.identity.device for cell in contenders(record)} == {"gpu"}
    assert {cell.status for cell in contenders(record)} == {"ok"}


def test_the_device_has_an_allocator_peak_that_covers_the_data(record):
    for cell in contenders(record):
        if cell.identity.workload == "synthetic":
            assert cell.trials[0].memory.device_peak_bytes > 60_000 * 784 * 4


def test_the_record_names_gpu_and_driver(record):
    assert record.machine.gpu
    assert record.machine.driver


def test_the_device_s_own_ceiling_is_measured_and_not_beaten(record):
    pytest.importorskip("cupy")
    assert [ceiling.device for ceiling in record.ceilings] == ["gpu"]
    for cell in contenders(record):
        assert cell.summary.times_ceiling > 1


def test_every_epoch_s_work_is_done_when_its_clock_stops(record):
    for cell in contenders(record):
        assert cell.trials[0].synchronization.passed
