"""scikit-learn as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device, Offer


class Framework(contract.Framework):
    """scikit-learn; its threads are those of its BLAS and OpenMP runtimes."""

    name = "sklearn"
    title = "scikit-learn"
    module = "sklearn"
    distributions = ("scikit-learn",)
    clips_probabilities = True

    def offers(self, device: Device) -> tuple[Offer, ...]:
        # An estimator takes arrays in memory, and nothing but those.
        return (Offer("high_level", "eager", "preloaded"),)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import threadpoolctl

        threadpoolctl.threadpool_limits(threads)

    def settings(self) -> dict[str, str]:
        import threadpoolctl

        return {
            f"threads of {pool['internal_api']}": str(pool["num_threads"])
            for pool in threadpoolctl.threadpool_info()
        }
