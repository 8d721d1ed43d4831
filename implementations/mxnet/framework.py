"""Apache MXNet as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device


class Framework(contract.Framework):
    """Apache MXNet 1.9.1, the last release, eager.

    It uses ``numpy.bool`` and so wants NumPy older than 1.24, which has wheels up to Python 3.11.
    """

    name = "mxnet"
    title = "MXNet"
    module = "mxnet"
    distributions = ("mxnet", "mxnet-cu112")
    pythons = ("3.11", "3.10")
    forms = {"scratch": "eager", "high_level": "eager"}

    def devices(self) -> tuple[Device, ...]:
        import mxnet

        return ("cpu", "gpu") if mxnet.context.num_gpus() else ("cpu",)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import mxnet
        import threadpoolctl

        threadpoolctl.threadpool_limits(threads)
        mxnet.random.seed(seed)

    def synchronize(self) -> None:
        import mxnet

        mxnet.nd.waitall()
