"""Text from a record made fit for HTML and XML: no terminal colours, no control characters."""

from __future__ import annotations

import re

_TERMINAL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# All that the production `Char` of XML 1.0 leaves out, surrogates included.
_NOT_A_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """Return the text with what neither HTML nor XML can hold replaced by U+FFFD."""
    return _NOT_A_CHARACTER.sub("\ufffd", _TERMINAL_SEQUENCE.sub("", text))
