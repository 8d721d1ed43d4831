"""What a lane wraps in PaddlePaddle: how a loss becomes gradients, and what is compiled."""

from __future__ import annotations

from weakref import WeakSet

import paddle

# Compiled functions that are still in use: each knows how many programs it was compiled to.
COMPILED = WeakSet()


class Eager:
    """Operation by operation; autograd keeps a tape of them."""

    def backward(self, loss, parameters):
        """Return the loss and its gradients, which are the parameters' until the next call."""
        for parameter in parameters:
            parameter.clear_gradient(set_to_zero=False)
        loss.backward()
        return loss.detach(), [parameter.grad for parameter in parameters]

    def compile(self, step):
        return step


class Step:
    """One static graph for each mini-batch.

    A compiled function cannot call ``backward()``, but ``paddle.grad`` is translated with it.
    """

    def backward(self, loss, parameters):
        """Return the loss and its gradients."""
        gradients = paddle.grad(loss, parameters)
        # What a compiled function returns would be differentiated once more.
        return loss.detach(), [gradient.detach() for gradient in gradients]

    def compile(self, step):
        # A method is compiled where a function calls it, and nowhere else.
        def compiled_step(batch):
            return step(batch)

        static = paddle.jit.to_static(compiled_step, full_graph=True)
        COMPILED.add(static)
        return static


LANES = {"eager": Eager, "step": Step}
