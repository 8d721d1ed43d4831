"""The faulty frameworks' metadata."""

from implementations import contract
from implementations.contract import Offer


class Framework(contract.Framework):
    title = "Faulty"
    module = "numpy"
    distributions = ("numpy",)

    def offers(self, device):
        return (Offer("scratch", "eager", "preloaded"),)

    def configure(self, threads, seed, device):
        import faulty.scratch

        faulty.scratch.FAULT = self.name


class Honest(Framework):
    name = "honest"


class Raises(Framework):
    name = "raises"


class Killed(Framework):
    name = "killed"


class Segfaults(Framework):
    name = "segfaults"


class OutOfMemory(Framework):
    name = "out-of-memory"


class Hangs(Framework):
    name = "hangs"


class Exits(Framework):
    name = "exits"


class WrongModel(Framework):
    name = "wrong-model"


class Diverges(Framework):
    name = "diverges"


class ReturnsEarly(Framework):
    name = "returns-early"


class StartsElsewhere(Framework):
    name = "starts-elsewhere"


class Reorders(Framework):
    name = "reorders"


class BesideNeighbour(Framework):
    name = "beside-neighbour"


class WithoutDevice(Framework):
    name = "without-device"

    def devices(self):
        return ()


class NotInstalled(Framework):
    name = "not-installed"
    distributions = ("no-such-distribution",)
