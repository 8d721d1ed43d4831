"""MLX as a contender."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from implementations import contract
from implementations.contract import Device, Offer


class Framework(contract.Framework):
    """MLX; on Linux it computes on the CPU, and on a GPU where its CUDA package is installed.

    The CPU package for Linux brings the reference BLAS: its products of matrices use one thread
    and no vector instructions, and take nine tenths of an epoch. Compiled steps need a C++
    compiler on the machine: without one, MLX runs their operations one by one.
    """

    name = "mlx"
    title = "MLX"
    module = "mlx"
    distributions = ("mlx",)

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return tuple(
            Offer(form, execution, input_)
            for form in ("scratch", "high_level")
            for execution in ("step", "eager")
            for input_ in ("preloaded", "loader")
        )

    def environment(self, threads: int) -> dict[str, str]:
        return {"MLX_ENABLE_TF32": "0"}

    def devices(self) -> tuple[Device, ...]:
        import mlx.core as mx

        has_gpu = mx.metal.is_available() or mx.cuda.is_available()
        return ("cpu", "gpu") if has_gpu else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import mlx.core as mx

        # MLX keeps compiled functions in the folder for temporary files. What one trial compiled
        # must not shorten the cold start of the next.
        os.environ["TMPDIR"] = tempfile.mkdtemp(dir=Path.cwd())
        mx.set_default_device(mx.gpu if device == "gpu" else mx.cpu)
        mx.random.seed(seed)

    def synchronize(self) -> None:
        import mlx.core as mx

        mx.synchronize()

    def settings(self) -> dict[str, str]:
        return {"TF32 (MLX_ENABLE_TF32)": os.environ.get("MLX_ENABLE_TF32", "unset")}

    def reset_peak_device_memory(self) -> None:
        import mlx.core as mx

        mx.reset_peak_memory()

    def peak_device_memory(self) -> int | None:
        import mlx.core as mx

        return mx.get_peak_memory() if mx.default_device() == mx.Device(mx.gpu) else None
