"""What a lane wraps in MXNet: the loss of a batch, and the step that uses it."""

from __future__ import annotations

import mxnet

# Operations that the engine takes as one; 15 to 60 were equally fast.
BULK = 30


class Eager:
    """Operation by operation."""

    def hybridize(self, block):
        return block

    def compile(self, step):
        return step


class Step:
    """The network and its loss as one graph; what Gluon leaves outside of it, in bulk.

    ``backward()`` and the trainer are no blocks, so Python calls them.
    """

    def hybridize(self, block):
        block.hybridize(static_alloc=True, static_shape=True)
        return block

    def compile(self, step):
        def bulk_step(batch):
            with mxnet.engine.bulk(BULK):
                return step(batch)

        return bulk_step


LANES = {"eager": Eager, "step": Step}
