"""NumPy as a contender."""

from __future__ import annotations

import os
import sys

from implementations import contract
from implementations.contract import Device, Offer


class Framework(contract.Framework):
    """NumPy, and on a GPU CuPy: the same code, computing on CuPy's arrays.

    Its threads are those of its BLAS, set through the environment and threadpoolctl.
    """

    name = "numpy"
    title = "NumPy"
    module = "numpy"
    distributions = ("numpy",)

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return (
            Offer("scratch", "eager", "preloaded"),
            Offer("scratch", "eager", "loader"),
        )

    def environment(self, threads: int) -> dict[str, str]:
        return {"CUPY_TF32": "0"}

    def devices(self) -> tuple[Device, ...]:
        try:
            import cupy
        except ImportError:
            return ("cpu",)
        return ("cpu", "gpu") if cupy.is_available() else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import threadpoolctl

        threadpoolctl.threadpool_limits(threads)

    def settings(self) -> dict[str, str]:
        import threadpoolctl

        threads = {
            f"threads of {pool['internal_api']}": str(pool["num_threads"])
            for pool in threadpoolctl.threadpool_info()
        }
        if "cupy" not in sys.modules:
            return threads
        return threads | {"TF32 (CUPY_TF32)": os.environ.get("CUPY_TF32", "unset")}

    def synchronize(self) -> None:
        if self.peak_device_memory():
            import cupy

            cupy.cuda.Device().synchronize()

    def reset_peak_device_memory(self) -> None:
        """Give back what CuPy's memory pool holds and nothing uses."""
        cupy = sys.modules.get("cupy")
        if cupy:
            cupy.get_default_memory_pool().free_all_blocks()

    def peak_device_memory(self) -> int | None:
        """Return what CuPy's memory pool holds; None where nothing was computed on a GPU.

        The pool has no record of its peak, but it keeps what it ever took from the device: this is
        an upper bound of the peak in use.
        """
        # Only imported to be asked for its devices, CuPy has taken nothing.
        cupy = sys.modules.get("cupy")
        return cupy.get_default_memory_pool().total_bytes() or None if cupy else None
