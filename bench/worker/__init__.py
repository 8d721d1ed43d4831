"""One trial in one fresh interpreter, inside the measured framework's environment.

Nothing outside this folder, ``bench.records.model`` and ``implementations`` may be imported here.
"""
