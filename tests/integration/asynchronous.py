"""Implementations that lie: their epochs return at once and the work goes on behind them."""

from __future__ import annotations

import threading


def returns_early(implementation_class):
    """Return a subclass whose ``train_epoch`` hands its work to a thread and returns."""

    class ReturnsEarly(implementation_class):
        work = None

        def train_epoch(self, order):
            self.finish()
            self.work = threading.Thread(target=super().train_epoch, args=(order,))
            self.work.start()
            return 0.0

        def finish(self):
            if self.work is not None:
                self.work.join()

        def predict(self, features):
            self.finish()
            return super().predict(features)

        def parameters(self):
            self.finish()
            return super().parameters()

    return ReturnsEarly
