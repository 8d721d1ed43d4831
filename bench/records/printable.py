"""Text from outside made fit to be shown: in a terminal, in HTML and in XML, it does nothing.

Only the standard library is imported here, because workers may use it as well.
"""

from __future__ import annotations

import re

# ECMA-48: what an escape character, or the one character that stands for it and the next, begins.
# Strings, such as the title of a window (OSC 0), a link (OSC 8) or the clipboard (OSC 52), go with
# all that they hold; one that does not end is no sequence, and loses its first character below.
_TERMINAL_SEQUENCE = re.compile(
    r"(?:\x1b[P\]X^_]|[\x90\x9d\x98\x9e\x9f])[^\x07\x1b\x90-\x9f]{0,10000}(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]{0,100}[ -/]{0,10}[@-~]"
    r"|\x1b[ -/]{0,10}[0-OQ-WYZ`-~]"
)
_END_OF_LINE = re.compile("\r\n?|[\u2028\u2029]")
_NOT_SHOWN = re.compile(
    "["
    # All that the production `Char` of XML 1.0 leaves out, surrogates included, and controls.
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    # What turns the direction of text around, so that it reads as another than it is.
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    # What annotates, or is never seen at all. Spaces and joiners without width stay: they only say
    # where a line may break, and how letters and emoji join.
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    "]"
)


def printable(text: str) -> str:
    """Return a text that moves no cursor, sets no title and hides nothing, wherever it is shown.

    Sequences that terminals act on are left out. Other control characters, those that turn the
    direction of text around, and what neither HTML nor XML can hold are replaced by U+FFFD. Lines
    end in newlines alone. What is printable already stays as it is.
    """
    lines = _END_OF_LINE.sub("\n", _TERMINAL_SEQUENCE.sub("", text))
    return _NOT_SHOWN.sub("\ufffd", lines)
