"""Describe this machine and the commit that is measured."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import cpuinfo
import psutil
import pynvml

from bench.records.model import Commit, Machine


def available_cpus() -> tuple[int, ...]:
    """Return the CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def cpus_for(threads: int) -> tuple[int, ...]:
    """Return as many CPUs as there are threads, on different cores as far as there are such.

    Two threads on one core share its execution units, and measure each other.
    """
    first_of_core: dict[str, int] = {}
    for cpu in available_cpus():
        first_of_core.setdefault(_core_of(cpu), cpu)
    of_their_own = tuple(first_of_core.values())
    siblings = tuple(cpu for cpu in available_cpus() if cpu not in of_their_own)
    return tuple(sorted((of_their_own + siblings)[:threads]))


def _core_of(cpu: int) -> str:
    """Return what the hardware threads of one core have in common."""
    siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    try:
        return siblings.read_text()
    except OSError:
        return str(cpu)


def default_threads() -> int:
    """Return one thread for each physical core that this process may use."""
    return min(psutil.cpu_count(logical=False) or 1, len(available_cpus()))


def load_average() -> float | None:
    """Return the one-minute load average, where the system has one."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def visible_gpu() -> Any:
    """Return NVML's handle of the first GPU that CUDA shows a worker; NVML must be initialized.

    CUDA_VISIBLE_DEVICES names it by number or by the beginning of its UUID. NVML counts in the
    order of the PCI bus, which is CUDA's only where CUDA_DEVICE_ORDER says so; of several GPUs, the
    record of a trial has the UUID of the one that was used.
    """
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    if first.isdecimal():
        return pynvml.nvmlDeviceGetHandleByIndex(int(first))
    count = pynvml.nvmlDeviceGetCount()
    for device in map(pynvml.nvmlDeviceGetHandleByIndex, range(count)):
        if first and str(pynvml.nvmlDeviceGetUUID(device)).startswith(first):
            return device
    raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)


def _gpu() -> tuple[str | None, str | None]:
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None, None
    try:
        name = str(pynvml.nvmlDeviceGetName(visible_gpu()))
        return name, str(pynvml.nvmlSystemGetDriverVersion())
    except pynvml.NVMLError:
        return None, None
    finally:
        pynvml.nvmlShutdown()


def _operating_system() -> str:
    if platform.system() == "Linux":
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    return f"{platform.system()} {platform.release()}"


def describe_machine() -> Machine:
    """Return the description of this machine; takes about a second."""
    cpu = str(cpuinfo.get_cpu_info().get("brand_raw", platform.processor() or "unknown"))
    cores = psutil.cpu_count(logical=False) or 1
    memory_bytes = int(psutil.virtual_memory().total)
    gpu, driver = _gpu()
    # Memory in whole GiB: kernels report slightly different sizes for the same machine.
    identity = (cpu, cores, round(memory_bytes / 2**30), gpu, platform.system())
    return Machine(
        fingerprint=hashlib.sha256(repr(identity).encode()).hexdigest()[:16],
        cpu=cpu,
        cores=cores,
        logical_cpus=len(available_cpus()),
        memory_bytes=memory_bytes,
        os=_operating_system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        gpu=gpu,
        driver=driver,
    )


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8", errors="replace"
        )
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def describe_commit(folder: Path) -> Commit:
    """Return the commit that is checked out in `folder`; empty outside a repository."""
    return Commit(
        id=_git(folder, "rev-parse", "HEAD"),
        branch=_git(folder, "rev-parse", "--abbrev-ref", "HEAD"),
        dirty=bool(_git(folder, "status", "--porcelain")),
    )
