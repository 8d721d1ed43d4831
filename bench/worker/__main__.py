"""``python -m bench.worker HARNESS ASSIGNMENT``: carry it out and leave its outcome as JSON.

``python -m bench.worker HARNESS probe CPUS`` probes the machine instead. HARNESS is the number of
the process that started this one.
"""

from __future__ import annotations

import importlib
import sys
import time

if __name__ == "__main__":
    # NumPy is part of every framework's import, and the harness needs it before any of them: it is
    # timed here, before anything else could import it, with ctypes, which is a part of it.
    start = time.perf_counter()
    importlib.import_module("bench.worker.tied").end_with(int(sys.argv[1]))
    importlib.import_module("numpy")
    numpy_import_seconds = time.perf_counter() - start
    if sys.argv[2] == "probe":
        importlib.import_module("bench.worker.probe").main(sys.argv[3])
    else:
        importlib.import_module("bench.worker.process").main(sys.argv[2], numpy_import_seconds)
