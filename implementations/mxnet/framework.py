"""Apache MXNet as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device, Offer, OwnArithmetic


class Framework(contract.Framework):
    """Apache MXNet 1.9.1, the last release; Gluon's blocks can be hybridized, scratch cannot.

    It uses ``numpy.bool`` and so wants NumPy older than 1.24, which has wheels up to Python 3.11.

    Its engine executes operators on a thread of its own beside the one that runs Python, so it
    gives OpenMP half of the processors by default. That rule is kept for the CPUs of a cell: with
    as many OpenMP threads as CPUs the three kinds of threads would take turns, and an epoch of
    softmax regression on 2 CPUs takes two to three times as long.
    """

    name = "mxnet"
    title = "MXNet"
    module = "mxnet"
    distributions = ("mxnet", "mxnet-cu112")
    pythons = ("3.11", "3.10")
    unavailable = {
        "gpu": "MXNet was last released for GPUs with CUDA 11.2, which knows no GPU that came "
        "after it"
    }

    # Gluon's loss is made of log_softmax. docs/method.md says how its error was measured.
    own_arithmetic = {
        "high_level": OwnArithmetic(
            log_probability_error=8.5e-7,
            source="log_softmax of the oneDNN in MXNet 1.9.1 is off by up to 8.5e-7 on average, "
            "which Gluon's loss is made of",
        )
    }

    def offers(self, device: Device) -> tuple[Offer, ...]:
        lanes = [("scratch", "eager"), ("high_level", "step"), ("high_level", "eager")]
        return tuple(
            Offer(form, execution, input_)
            for form, execution in lanes
            for input_ in ("preloaded", "loader")
        )

    def environment(self, threads: int) -> dict[str, str]:
        return {"OMP_NUM_THREADS": str(max(1, threads // 2))}

    def devices(self) -> tuple[Device, ...]:
        import mxnet

        return ("cpu", "gpu") if mxnet.context.num_gpus() else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import mxnet

        mxnet.random.seed(seed)

    def synchronize(self) -> None:
        import mxnet

        mxnet.nd.waitall()
