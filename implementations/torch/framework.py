"""PyTorch as a contender."""

from __future__ import annotations

import sys

from implementations import contract
from implementations.contract import Compilations, Device, Offer


class Framework(contract.Framework):
    """PyTorch; compiled steps are TorchInductor's."""

    name = "torch"
    title = "PyTorch"
    module = "torch"
    distributions = ("torch",)

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return tuple(
            Offer(form, execution, input_)
            for form in ("scratch", "high_level")
            for execution in ("step", "eager")
            for input_ in ("preloaded", "loader")
        )

    def environment(self, threads: int) -> dict[str, str]:
        # What one trial compiled must not shorten the cold start of the next.
        return {"TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}

    def devices(self) -> tuple[Device, ...]:
        import torch

        return ("cpu", "gpu") if torch.cuda.is_available() else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import torch

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        torch.manual_seed(seed)
        torch.set_float32_matmul_precision("highest")
        torch.backends.cudnn.allow_tf32 = False

    def synchronize(self) -> None:
        import torch

        # Without this question a trial on the CPU would make itself a context on the GPU.
        if torch.cuda.is_initialized():
            torch.cuda.synchronize()

    def compilations(self) -> Compilations:
        # The compiler is imported by those who use it.
        utils = sys.modules.get("torch._dynamo.utils")
        if utils is None:
            return Compilations(0, 0)
        counters = utils.counters
        return Compilations(
            counters["stats"]["unique_graphs"], sum(counters["graph_break"].values())
        )

    def settings(self) -> dict[str, str]:
        import torch

        return {
            "float32 products": torch.get_float32_matmul_precision(),
            "TF32 in cuDNN": str(torch.backends.cudnn.allow_tf32),
            "threads within an operation": str(torch.get_num_threads()),
            "threads between operations": str(torch.get_num_interop_threads()),
        }

    def reset_peak_device_memory(self) -> None:
        import torch

        if torch.cuda.is_initialized():
            torch.cuda.reset_peak_memory_stats()

    def peak_device_memory(self) -> int | None:
        import torch

        return torch.cuda.max_memory_allocated() if torch.cuda.is_initialized() else None
