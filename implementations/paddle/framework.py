"""PaddlePaddle as a contender."""

from __future__ import annotations

import os

from implementations import contract
from implementations.contract import Device, Offer


class Framework(contract.Framework):
    """PaddlePaddle; compiled steps are run by the interpreter of its static graphs."""

    name = "paddle"
    title = "PaddlePaddle"
    module = "paddle"
    distributions = ("paddlepaddle", "paddlepaddle-gpu")

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return tuple(
            Offer(form, execution, input_)
            for form in ("scratch", "high_level")
            for execution in ("eager", "step")
            for input_ in ("preloaded", "loader")
        )

    def environment(self, threads: int) -> dict[str, str]:
        return {
            # A step is a chain of operations. The interpreter would hand each to another thread,
            # and would return every intermediate result to the allocator at once: together that
            # doubles the time of a compiled step.
            "FLAGS_new_executor_serial_run": "1",
            "FLAGS_eager_delete_tensor_gb": "-1",
            "NVIDIA_TF32_OVERRIDE": "0",
        }

    def devices(self) -> tuple[Device, ...]:
        import paddle

        has_gpu = paddle.is_compiled_with_cuda() and paddle.device.cuda.device_count() > 0
        return ("cpu", "gpu") if has_gpu else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import paddle

        paddle.set_device(device)
        paddle.seed(seed)

    def synchronize(self) -> None:
        import paddle

        if paddle.get_device() != "cpu":
            paddle.device.synchronize()

    def compilations(self) -> contract.Compilations:
        from implementations.paddle.execution import COMPILED

        return contract.Compilations(sum(len(function.program_cache) for function in COMPILED))

    def settings(self) -> dict[str, str]:
        return {
            "threads of OpenMP": os.environ.get("OMP_NUM_THREADS", "unset"),
            "TF32 (NVIDIA_TF32_OVERRIDE)": os.environ.get("NVIDIA_TF32_OVERRIDE", "unset"),
        }

    def reset_peak_device_memory(self) -> None:
        import paddle

        if paddle.get_device() != "cpu":
            paddle.device.cuda.reset_max_memory_allocated()

    def peak_device_memory(self) -> int | None:
        import paddle

        if paddle.get_device() == "cpu":
            return None
        return paddle.device.cuda.max_memory_allocated()
