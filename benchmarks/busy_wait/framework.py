"""The busy-wait as a framework, so that a worker runs it like any other."""

from implementations import contract
from implementations.contract import Offer


class Framework(contract.Framework):
    name = "busy-wait"
    title = "Busy-wait"
    module = "numpy"
    distributions = ("numpy",)

    def offers(self, device):
        return (Offer("scratch", "eager", "preloaded"),)

    def configure(self, threads, seed, device):
        """Nothing computes, so nothing is to be set."""
