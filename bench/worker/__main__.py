"""``python -m bench.worker ASSIGNMENT``: run one trial and leave its outcome as JSON."""

from __future__ import annotations

import importlib
import sys
import time

if __name__ == "__main__":
    # NumPy is part of every framework's import, and the harness needs it before any of them: it is
    # timed here, before anything else could import it.
    start = time.perf_counter()
    importlib.import_module("numpy")
    numpy_import_seconds = time.perf_counter() - start
    importlib.import_module("bench.worker.process").main(sys.argv[1], numpy_import_seconds)
