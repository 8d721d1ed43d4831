"""A slowdown planted on purpose, for the self-test: an exact busy-wait after each epoch."""

from __future__ import annotations

import time
from typing import Any


def slowed(implementation_class: Any, share: float) -> Any:
    """Return a subclass whose ``train_epoch`` takes longer by `share` of its own time.

    Parameters
    ----------
    implementation_class : type
        Satisfies :class:`implementations.contract.Implementation`.
    share : float
        0.05 makes every epoch 5 % longer.
    """

    def train_epoch(self: Any, order: Any) -> float:
        start = time.perf_counter()
        loss: float = implementation_class.train_epoch(self, order)
        end = time.perf_counter()
        until = end + share * (end - start)
        while time.perf_counter() < until:
            pass
        return loss

    return type("Slowed", (implementation_class,), {"train_epoch": train_epoch})
