"""How templates are filled in, whatever they make: strictly, and alike in white space."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).with_name("templates")


def environment(finalize: Callable[[object], object], *, autoescape: bool) -> Environment:
    """Return what fills in the templates of this folder.

    Parameters
    ----------
    finalize : callable
        Every value passes through it.
    autoescape : bool
        Whether what is no markup is then escaped for HTML.
    """
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=autoescape,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
