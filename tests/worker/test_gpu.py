"""What NVML tells of a trial; a stand-in for the driver, which cannot exist on every machine."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import pytest

from bench.records.model import CLOCKS_SET_BY_THE_USER
from bench.worker import gpu
from bench.worker.gpu import Watch, clock_reasons


class NVMLError(Exception):
    pass


class FakeDriver:
    """Answers like NVML; `joules` is None where the device does not count it."""

    NVML_CLOCK_SM = 1
    NVMLError = NVMLError

    def __init__(self, joules: tuple[float, ...] | None = (5000.0, 5100.0)):
        self.joules = None if joules is None else iter(joules)
        self.clocks = iter([900, 1410, 1400, 1395])

    def nvmlDeviceGetClockInfo(self, device, kind):
        return next(self.clocks)

    def nvmlDeviceGetCurrentClocksEventReasons(self, device):
        return 0b110

    def nvmlDeviceGetComputeRunningProcesses(self, device):
        own = SimpleNamespace(pid=os.getpid(), usedGpuMemory=3 * 2**30)
        return [own, SimpleNamespace(pid=-1, usedGpuMemory=9 * 2**30)]

    def nvmlDeviceGetTotalEnergyConsumption(self, device):
        if self.joules is None:
            raise NVMLError
        return next(self.joules) * 1000


@pytest.fixture
def short_window(monkeypatch):
    monkeypatch.setattr(gpu, "ENERGY_WINDOW_SECONDS", 0.05)


def watch(driver):
    return Watch(driver, object(), "GPU-1", "A GPU")


def test_reasons_are_told_in_words():
    assert clock_reasons(0b100 | 0b100000) == ("power limit", "heat (driver)")
    assert clock_reasons(0b10) == (CLOCKS_SET_BY_THE_USER,)


@pytest.mark.parametrize("bits", [0, 1, 1 << 40])
def test_an_idle_gpu_and_unknown_reasons_are_no_words(bits):
    assert clock_reasons(bits) == ()


def test_readings_become_those_of_steady_epochs():
    watched = watch(FakeDriver())
    for _ in range(4):
        watched.read()
    told = watched.conclude(None)
    assert told.clock_mhz == (1410, 1400, 1395)
    assert told.throttle_reasons == (CLOCKS_SET_BY_THE_USER, "power limit")
    assert told.process_peak_bytes == 3 * 2**30
    assert told.joules_per_epoch is None


def test_energy_is_counted_over_whole_epochs_that_fill_the_window(short_window):
    calls = []

    def epoch():
        calls.append("epoch")
        time.sleep(0.01)

    energy = watch(FakeDriver()).measure_energy(epoch, lambda: calls.append("wait"))
    assert energy is not None
    joules_per_epoch, seconds = energy
    epochs = calls.count("epoch")
    assert calls == ["wait", *["epoch"] * epochs, "wait"]
    assert seconds >= gpu.ENERGY_WINDOW_SECONDS
    assert joules_per_epoch * epochs == pytest.approx(100.0)


def test_a_device_that_counts_no_energy_says_nothing(short_window):
    trained = []
    watched = watch(FakeDriver(joules=None))
    assert watched.measure_energy(lambda: trained.append(1), lambda: None) is None
    assert not trained


def test_what_a_driver_does_not_know_is_left_out():
    class Silent(FakeDriver):
        def nvmlDeviceGetClockInfo(self, device, kind):
            raise NVMLError

        def nvmlDeviceGetComputeRunningProcesses(self, device):
            raise NVMLError

    watched = watch(Silent())
    watched.read()
    told = watched.conclude((1.5, 3.0))
    assert told.clock_mhz == ()
    assert told.process_peak_bytes is None
    assert (told.joules_per_epoch, told.energy_window_seconds) == (1.5, 3.0)


def test_without_cuda_there_is_no_watch(monkeypatch):
    monkeypatch.setattr(gpu, "CUDA_DRIVERS", ("no-such-library.so",))
    assert gpu.used_uuid() is None
    assert gpu.watch() is None
