"""The functions of ``scipy.special``, imported when the first is called.

Every command would wait for the import at its start, and most do without.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    from scipy import special

    # Found here from now on.
    return globals().setdefault(name, getattr(special, name))
