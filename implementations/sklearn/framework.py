"""scikit-learn as a contender."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device


class Framework(contract.Framework):
    """scikit-learn; its threads are those of its BLAS and OpenMP runtimes."""

    name = "sklearn"
    title = "scikit-learn"
    module = "sklearn"
    distributions = ("scikit-learn",)
    forms = {"high_level": "eager"}
    clips_probabilities = True

    def configure(self, threads: int, seed: int, device: Device) -> None:
        import threadpoolctl

        threadpoolctl.threadpool_limits(threads)
