"""PyTorch as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device


class Framework(contract.Framework):
    """PyTorch, eager."""

    name = "torch"
    title = "PyTorch"
    module = "torch"
    distributions = ("torch",)
    forms = {"scratch": "eager", "high_level": "eager"}

    def devices(self) -> tuple[Device, ...]:
        import torch

        return ("cpu", "gpu") if torch.cuda.is_available() else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import torch

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        torch.manual_seed(seed)
        torch.set_float32_matmul_precision("highest")

    def synchronize(self) -> None:
        import torch

        # Without this question a trial on the CPU would make itself a context on the GPU.
        if torch.cuda.is_initialized():
            torch.cuda.synchronize()

    def peak_device_memory(self) -> int | None:
        import torch

        return torch.cuda.max_memory_allocated() if torch.cuda.is_initialized() else None
