"""NumPy as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device, Offer


class Framework(contract.Framework):
    """NumPy; its threads are those of its BLAS, set through the environment and threadpoolctl."""

    name = "numpy"
    title = "NumPy"
    module = "numpy"
    distributions = ("numpy",)

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return (Offer("scratch", "eager", "preloaded"),)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import threadpoolctl

        threadpoolctl.threadpool_limits(threads)

    def settings(self) -> dict[str, str]:
        import threadpoolctl

        return {
            f"threads of {pool['internal_api']}": str(pool["num_threads"])
            for pool in threadpoolctl.threadpool_info()
        }
