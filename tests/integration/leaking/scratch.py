"""NumPy's implementation, which prints what it should not, and raises it if RAISES."""

import sys

from leaking import planted

from implementations.numpy import scratch

RAISES = False


class Leaking:
    def train_epoch(self, order):
        self.epochs = getattr(self, "epochs", 0) + 1
        if self.epochs == 2:
            told = "\n".join(f"{name} is {text}" for name, text in planted.texts().items())
            sys.stdout.buffer.write(told.encode("utf-8", "replace") + b"\n")
            sys.stdout.flush()
            if RAISES:
                raise RuntimeError(told)
        return super().train_epoch(order)


class SoftmaxRegression(Leaking, scratch.SoftmaxRegression):
    pass


class LinearRegression(Leaking, scratch.LinearRegression):
    pass
