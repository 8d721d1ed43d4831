"""On a GPU: frameworks installed in this interpreter train there and are the same model."""

from __future__ import annotations

import pytest

from bench.engines.machine import describe_machine
from implementations import registry
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
        *("--execution", "all", "--input", "preloaded,loader"),
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


def test_every_lane_that_is_offered_there_is_measured(record):
    for name in FRAMEWORKS:
        offered = set(registry.load(registry.BUILT_IN[name]).offers("gpu"))
        identities = [
            cell.identity for cell in contenders(record) if cell.identity.framework == name
        ]
        assert {(one.form, one.execution, one.input) for one in identities} == offered


def test_the_driver_tells_of_the_device_that_the_worker_used(record):
    watched = [cell.trials[0].gpu for cell in contenders(record)]
    assert all(watched)
    assert len({gpu.uuid for gpu in watched}) == 1
    for gpu in watched:
        assert gpu.clock_mhz
        if gpu.joules_per_epoch is not None:
            assert gpu.joules_per_epoch > 0
            assert gpu.energy_window_seconds >= 1


def test_nothing_is_compiled_in_a_steady_epoch(record):
    for cell in contenders(record):
        assert not cell.trials[0].fairness.recompilations


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
