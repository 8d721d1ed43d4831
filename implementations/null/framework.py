"""Nothing as the harness's own floor."""

from __future__ import annotations

from implementations import contract
from implementations.contract import Device, Offer


class Framework(contract.Framework):
    """No framework: whatever time its epochs take is the harness's."""

    name = "null"
    title = "Nothing"
    module = "numpy"
    distributions = ("numpy",)
    trains = False

    def offers(self, device: Device) -> tuple[Offer, ...]:
        return (Offer("scratch", "eager", "preloaded"),)

    def configure(self, threads: int, seed: int, device: Device) -> None:
        """Nothing computes, so nothing is to be set."""
