"""What the GPU's driver tells of a trial: clocks, what holds them down, memory, energy.

The device is the one that the process really uses, whatever CUDA_VISIBLE_DEVICES and the order of
devices are: CUDA is asked for its UUID, and NVML is asked about the device with that UUID.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.records.model import CLOCKS_SET_BY_THE_USER, Gpu

CUDA_DRIVERS = ("libcuda.so.1", "nvcuda.dll")
# Bits of NVML's nvmlClocksEventReasons, as the header names them. That the GPU is idle (bit 1) is
# no reason to mention.
CLOCK_REASONS = {
    0x002: CLOCKS_SET_BY_THE_USER,
    0x004: "power limit",
    0x008: "hardware slowdown",
    0x010: "kept in step with other GPUs",
    0x020: "heat (driver)",
    0x040: "heat (hardware)",
    0x080: "power brake",
    0x100: "clocks of the display",
    0x200: "limit of the board",
    0x400: "reliability",
}
# The energy counter moves about every 100 ms: of a window so long that is 3 %.
ENERGY_WINDOW_SECONDS = 3.0
# Epochs that take longer than the window are counted twice at least.
LEAST_EPOCHS = 2


def clock_reasons(bits: int) -> tuple[str, ...]:
    """Return in words what keeps a GPU's clock from rising."""
    return tuple(words for bit, words in CLOCK_REASONS.items() if bits & bit)


def used_uuid() -> str | None:
    """Return the UUID of the first device that CUDA shows this process; None without CUDA."""
    for name in CUDA_DRIVERS:
        try:
            driver = ctypes.CDLL(name)
        except OSError:
            continue
        device, identifier = ctypes.c_int(), (ctypes.c_ubyte * 16)()
        # Each returns 0 where all is well.
        failed = (
            driver.cuInit(0)
            or driver.cuDeviceGet(ctypes.byref(device), 0)
            or driver.cuDeviceGetUuid(identifier, device)
        )
        return None if failed else f"GPU-{uuid.UUID(bytes=bytes(identifier))}"
    return None


@dataclass
class Watch:
    """NVML's counters of one device, read between the epochs of a trial, never while they run.

    Parameters
    ----------
    nvml : module
        ``pynvml``, initialized.
    device : object
        NVML's handle.
    """

    nvml: Any
    device: Any
    uuid: str
    name: str
    clocks_mhz: list[int] = field(default_factory=list)
    reasons: dict[str, None] = field(default_factory=dict)
    process_bytes: list[int] = field(default_factory=list)

    def _ask(self, question: str, *arguments: Any) -> Any:
        """Return an answer of NVML, or None where this device or driver has none."""
        try:
            return getattr(self.nvml, question)(self.device, *arguments)
        except (self.nvml.NVMLError, AttributeError):
            return None

    def read(self) -> None:
        """Read what an epoch has left behind."""
        clock = self._ask("nvmlDeviceGetClockInfo", self.nvml.NVML_CLOCK_SM)
        if clock is not None:
            self.clocks_mhz.append(int(clock))
        bits = self._ask("nvmlDeviceGetCurrentClocksEventReasons")
        self.reasons |= dict.fromkeys(clock_reasons(int(bits or 0)))
        # In a container the driver may know this process by another number, or not at all.
        for process in self._ask("nvmlDeviceGetComputeRunningProcesses") or ():
            if process.pid == os.getpid() and process.usedGpuMemory is not None:
                self.process_bytes.append(int(process.usedGpuMemory))

    def joules(self) -> float | None:
        """Return the energy that the device has used since its driver was loaded."""
        millijoules = self._ask("nvmlDeviceGetTotalEnergyConsumption")
        return None if millijoules is None else millijoules / 1000

    def measure_energy(
        self, epoch: Callable[[], object], synchronize: Callable[[], None]
    ) -> tuple[float, float] | None:
        """Return the joules of an epoch and the seconds of the window; None without a counter.

        Parameters
        ----------
        epoch : callable
            Trains once through the examples; called until the window is full.
        """
        synchronize()
        start_seconds, start_joules = time.perf_counter(), self.joules()
        if start_joules is None:
            return None
        epochs, seconds = 0, 0.0
        while epochs < LEAST_EPOCHS or seconds < ENERGY_WINDOW_SECONDS:
            epoch()
            epochs, seconds = epochs + 1, time.perf_counter() - start_seconds
        synchronize()
        end_joules, seconds = self.joules(), time.perf_counter() - start_seconds
        return None if end_joules is None else ((end_joules - start_joules) / epochs, seconds)

    def conclude(self, energy: tuple[float, float] | None) -> Gpu:
        """Return what was read, the reading after the first epoch left out of the clocks."""
        joules_per_epoch, energy_window_seconds = energy or (None, None)
        return Gpu(
            uuid=self.uuid,
            name=self.name,
            process_peak_bytes=max(self.process_bytes, default=None),
            clock_mhz=tuple(self.clocks_mhz[1:]),
            throttle_reasons=tuple(self.reasons),
            joules_per_epoch=joules_per_epoch,
            energy_window_seconds=energy_window_seconds,
        )


def watch() -> Watch | None:
    """Return a watch over the device that this process uses; None where NVML does not answer."""
    identifier = used_uuid()
    try:
        nvml = importlib.import_module("pynvml")
    except ImportError:
        return None
    if identifier is None:
        return None
    try:
        nvml.nvmlInit()
        device = nvml.nvmlDeviceGetHandleByUUID(identifier)
        return Watch(nvml, device, identifier, str(nvml.nvmlDeviceGetName(device)))
    except nvml.NVMLError:
        return None
