"""The functions of ``scipy.special``, imported when the first is called.

The import takes a third of the time in which softmax-bench starts, and most commands do without.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    from scipy import special

    # Found here from now on.
    return globals().setdefault(name, getattr(special, name))
