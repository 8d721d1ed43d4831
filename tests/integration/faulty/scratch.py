"""NumPy's implementation, which fails in its second epoch as FAULT says."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time

import numpy as np

from implementations.numpy import scratch

FAULT = "honest"


def hang():
    """Hang, with a child that would outlive its parent."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    time.sleep(3600)


def exhaust_memory():
    """Allocate more than the address space of this process may hold."""
    resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
    np.ones(2**33)


def fail():
    if FAULT == "raises":
        raise RuntimeError("the kernel <b>refused</b>")
    if FAULT == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if FAULT == "segfaults":
        ctypes.string_at(0)
    if FAULT == "out-of-memory":
        exhaust_memory()
    if FAULT == "hangs":
        hang()
    if FAULT == "exits":
        os._exit(7)


class Faulty:
    def train_epoch(self, order):
        self.epochs = getattr(self, "epochs", 0) + 1
        if self.epochs == 2:
            fail()
        if FAULT == "wrong-model":
            self.learning_rate *= 1.01
        if FAULT == "diverges":
            self.weight *= np.float32(np.nan)
        return super().train_epoch(order)


class SoftmaxRegression(Faulty, scratch.SoftmaxRegression):
    pass


class LinearRegression(Faulty, scratch.LinearRegression):
    pass
