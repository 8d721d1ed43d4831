"""An epoch that keeps the CPU busy for two milliseconds; its loss is how long that really took."""

import time

from implementations.null import scratch as null

SECONDS = 2e-3


class BusyWait:
    def train_epoch(self, order):
        start = time.perf_counter()
        until = start + SECONDS
        now = start
        while now < until:
            now = time.perf_counter()
        return now - start


class SoftmaxRegression(BusyWait, null.SoftmaxRegression):
    pass


class LinearRegression(BusyWait, null.LinearRegression):
    pass
