"""The hand-written kernel of ``kernel.c``, compiled here with gcc and called from Python."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).with_name("kernel.c")
LANES = 16
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC")


def compiled():
    """Return the kernel's library; None where there is no gcc."""
    if shutil.which("gcc") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "kernel.so"
        subprocess.run(["gcc", *FLAGS, str(SOURCE), "-o", str(library), "-lm"], check=True)
        return ctypes.CDLL(str(library))


def aligned(rows):
    """Return zeros of shape (rows, 16) that begin at a multiple of 64 bytes."""
    memory = np.zeros((rows + 1) * LANES, np.float32)
    first = -(memory.ctypes.data // 4) % LANES
    return memory[first : first + rows * LANES].reshape(rows, LANES)


class Kernel:
    """Softmax regression by the kernel; `threads` OpenMP threads."""

    def __init__(self, library, problem, threads):
        self.library, self.threads = library, threads
        library.epoch.restype = ctypes.c_double
        self.features = np.ascontiguousarray(problem.features)
        self.targets = np.ascontiguousarray(problem.targets)
        self.width, self.outputs = problem.initial.weight.shape
        self.parameters = aligned(self.width + 1)
        self.parameters[:-1, : self.outputs] = problem.initial.weight
        self.parameters[-1, : self.outputs] = problem.initial.bias
        self.rate, self.batch_size = problem.learning_rate, problem.batch_size

    def train_epoch(self, order):
        """Train once through the examples and return their mean loss."""
        order = np.ascontiguousarray(order, np.int64)
        arrays = (self.features, self.targets, order)
        return self.library.epoch(
            *(ctypes.c_void_p(array.ctypes.data) for array in arrays),
            ctypes.c_int64(len(order)),
            *(self.width, self.outputs, self.batch_size),
            ctypes.c_float(self.rate),
            ctypes.c_void_p(self.parameters.ctypes.data),
            self.threads,
        )
