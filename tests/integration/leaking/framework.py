"""The telling frameworks' metadata."""

from leaking import planted

from implementations import contract
from implementations.contract import Offer


class Framework(contract.Framework):
    title = "Leaking"
    module = "numpy"
    distributions = ("numpy",)

    def offers(self, device):
        return (Offer("scratch", "eager", "preloaded"),)

    def environment(self, threads):
        texts = planted.texts()
        return {f"LEAKING_{name}": texts[name] for name in texts if "\0" not in texts[name]}

    def configure(self, threads, seed, device):
        import leaking.scratch

        leaking.scratch.RAISES = self.name == "leaking-raises"

    def settings(self):
        return planted.texts() | {text: name for name, text in planted.texts().items()}


class Prints(Framework):
    name = "leaking-prints"


class Raises(Framework):
    name = "leaking-raises"


class Untold(dict):
    def get(self, form, default=None):
        raise RuntimeError(" ".join(planted.texts().values()))


class Crashes(Framework):
    """Fails within the harness, where no framework should."""

    name = "leaking-crashes"

    own_arithmetic = Untold()


class Titled(Framework):
    name = "leaking-titled"
    title = " ".join(["Titled", *planted.texts().values()])
