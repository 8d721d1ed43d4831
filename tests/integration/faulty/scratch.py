"""NumPy's implementation, which fails in its second epoch as FAULT says."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

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


def burn_a_core_once():
    """Start a neighbour that burns a core, in the first trial of all that share a TMPDIR."""
    marker = Path(tempfile.gettempdir()) / "had-a-neighbour"
    if not marker.exists():
        marker.touch()
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        time.sleep(0.2)


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
    if FAULT == "beside-neighbour":
        burn_a_core_once()


class Faulty:
    work = None

    def __init__(self, problem, options):
        super().__init__(problem, options)
        if FAULT == "starts-elsewhere":
            self.weight[0, 0] = np.nextafter(self.weight[0, 0], np.float32(1))

    def parameters(self):
        if self.work is not None:
            self.work.join()
        return super().parameters()

    def train_epoch(self, order):
        if FAULT == "returns-early":
            self.work = threading.Thread(target=self.train_late, args=(order,))
            self.work.start()
            return 0.0
        if FAULT == "reorders":
            order[:] = order[::-1].copy()
        self.epochs = getattr(self, "epochs", 0) + 1
        if self.epochs == 2:
            fail()
        if FAULT == "wrong-model":
            self.learning_rate *= 1.01
        if FAULT == "diverges":
            self.weight *= np.float32(np.nan)
        return super().train_epoch(order)

    def train_late(self, order):
        time.sleep(0.05)
        super().train_epoch(order)


class SoftmaxRegression(Faulty, scratch.SoftmaxRegression):
    pass


class LinearRegression(Faulty, scratch.LinearRegression):
    pass
