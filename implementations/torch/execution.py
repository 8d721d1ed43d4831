"""What a lane wraps in PyTorch: how a loss becomes gradients, and what is compiled."""

from __future__ import annotations

from functools import partial

import torch

RECOMPILE_LIMIT = 64


class Eager:
    """Operation by operation; autograd keeps a tape of them."""

    def value_and_gradients(self, loss, parameters):
        value = loss(parameters)
        return value.detach(), torch.autograd.grad(value, parameters)

    def backward(self, loss, model):
        """Leave the gradients with the model's parameters and return the loss."""
        model.zero_grad()
        value = loss(model)
        value.backward()
        return value.detach()

    def compile(self, step):
        return step


class Step:
    """One compiled function for each mini-batch.

    ``backward()`` on a tape splits what is compiled in three. A transformation of the function
    leaves it whole: gather, forward, backward and update become one graph, but for torch.optim's
    step, which breaks the graph itself.
    """

    def __init__(self, device):
        # All instances of a class share one count of what was compiled for them, and a profile
        # makes a dozen. Only where it is needed: importing the compiler takes a second.
        torch._dynamo.config.recompile_limit = RECOMPILE_LIMIT
        # Launching kernels one by one is most of a small step on a GPU; CUDA graphs launch all.
        self.mode = "reduce-overhead" if device == "gpu" else "default"

    def value_and_gradients(self, loss, parameters):
        gradients, value = torch.func.grad_and_value(loss)(parameters)
        return value, gradients

    def backward(self, loss, model):
        """Leave the gradients with the model's parameters and return the loss."""

        def functional_loss(parameters):
            return loss(partial(torch.func.functional_call, model, parameters))

        parameters = dict(model.named_parameters())
        gradients, value = torch.func.grad_and_value(functional_loss)(parameters)
        for name, parameter in parameters.items():
            parameter.grad = gradients[name]
        return value

    def compile(self, step):
        # The batches of an epoch have two lengths at the most: each is compiled for itself.
        return torch.compile(torch.no_grad()(step), dynamic=False, mode=self.mode)


def lane(options):
    return Eager() if options.execution == "eager" else Step(options.device)
