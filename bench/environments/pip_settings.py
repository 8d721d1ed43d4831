"""Index and find-links settings that were made for pip, said to uv.

uv reads none of pip's settings, and a user behind a mirror has made them once already.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping

# pip's option: uv's variable, and what separates several values in it.
TRANSLATION = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "no-index": ("UV_NO_INDEX", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
}
# Older spellings: where the user has set one of these, uv has been told already.
SYNONYMS = {"UV_DEFAULT_INDEX": "UV_INDEX_URL", "UV_INDEX": "UV_EXTRA_INDEX_URL"}
# pip takes the best version from any index; uv by default only looks into the first that has it.
INDEX_STRATEGY = {"UV_INDEX_STRATEGY": "unsafe-best-match"}


def parse_pip_config(text: str) -> dict[str, str]:
    """Return ``{option: value}`` from the output of ``pip config list``.

    Its lines read ``section.option='value'``; later sections, and the environment
    (``:env:``) last, win.
    """
    sections: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        key, equals, literal = line.partition("=")
        section, dot, option = key.partition(".")
        if equals and dot:
            sections.setdefault(section, {})[option] = str(ast.literal_eval(literal))
    merged: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        merged |= sections.get(section, {})
    return merged


def read_pip_config() -> dict[str, str]:
    """Return pip's own settings from files and environment; empty where pip is not installed."""
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    return parse_pip_config(answer.stdout) if answer.returncode == 0 else {}


def for_uv(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that tell uv what pip was told; what uv was told itself stays."""
    variables = {}
    for option, (variable, separator) in TRANSLATION.items():
        value = pip.get(option, "").strip()
        told = variable in environ or SYNONYMS.get(variable, variable) in environ
        if value and not told:
            variables[variable] = separator.join(value.split())
    if "UV_INDEX" in variables and "UV_INDEX_STRATEGY" not in environ:
        variables |= INDEX_STRATEGY
    return variables
