"""The busy-wait as a framework, so that a worker runs it like any other."""

from implementations import contract


class Framework(contract.Framework):
    name = "busy-wait"
    title = "Busy-wait"
    module = "numpy"
    distributions = ("numpy",)
    forms = {"scratch": "eager"}

    def configure(self, threads, seed, device):
        """Nothing computes, so nothing is to be set."""
