"""PyTorch as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device, Offer

RECOMPILE_LIMIT = 64


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
        # All instances of a class share one count of what was compiled for them, and a profile
        # makes a dozen.
        torch._dynamo.config.recompile_limit = RECOMPILE_LIMIT

    def synchronize(self) -> None:
        import torch

        # Without this question a trial on the CPU would make itself a context on the GPU.
        if torch.cuda.is_initialized():
            torch.cuda.synchronize()

    def peak_device_memory(self) -> int | None:
        import torch

        return torch.cuda.max_memory_allocated() if torch.cuda.is_initialized() else None
