"""Standard streams that never end a run: closed, full, or without the letters that it prints.

A run goes on when nobody can read what it says. What could not be written is remembered, and the
end of the process tells it, where there is still somebody to tell it to.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
import unicodedata
from collections import deque
from contextlib import suppress
from typing import Any, TextIO

from bench.cli.exit_status import ExitStatus
from bench.cli.terminal import Console

PLAIN_LETTERS = "softmax-bench-plain-letters"
# The lines that say where something was written are told again.
PLACES = ("record: ", "report: ", "figure: ")
LINES_KEPT = 8

PLAIN = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u2018\u2019", "'"),
    **dict.fromkeys("\u201c\u201d", '"'),
    **dict.fromkeys("\u00b5\u03bc", "u"),
    **dict.fromkeys("\u2502\u2503\u2551\u2506\u250a\u2577\u2575", "|"),
    **dict.fromkeys("\u2500\u2501\u2550\u2504\u2508\u2574\u2576\u2578\u257a\u257c\u257e", "-"),
    "\u2713": "+",
    "\u00d7": "x",
    "\u00b7": ".",
    "\u2022": "*",
    "\u2026": "...",
    "\u2192": "->",
    "\u2248": "~",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u00b1": "+/-",
}


def plain(letter: str) -> str:
    """Return what stands for a letter in ASCII."""
    number = ord(letter)
    if letter in PLAIN:
        return PLAIN[letter]
    if 0x2500 <= number < 0x2580:
        return "+"
    if 0x2580 <= number < 0x2900:
        return "."
    # A byte of a file's name that is no text.
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    decomposed = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in decomposed if part.isascii()) or "?"


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(plain, error.object[error.start : error.end])), error.end


class Remembering(io.FileIO):
    """A file that takes whatever is written, and remembers from when on it could not.

    Attributes
    ----------
    failure : OSError or None
        The first; nothing is tried after it.
    lost : bool
        Whether there was anything that could not be written.
    """

    def __init__(self, descriptor: int, failure: OSError | None = None):
        super().__init__(descriptor, "wb", closefd=False)
        self.failure = failure
        self.lost = False
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)

    def write(self, content: Any) -> int:
        if self.failure is None:
            try:
                return self._write(content)
            except OSError as error:
                self.failure = error
        self.lost = self.lost or len(content) > 0
        words = bytes(content).decode(errors="replace")
        self._lines += (line for line in words.splitlines() if line.startswith(PLACES))
        return len(content)

    def _write(self, content: Any) -> int:
        while True:
            written: int | None = super().write(content)
            if written is not None:
                return written
            # Somebody made the terminal one that does not wait.
            select.select([], [self], [])

    @property
    def places(self) -> tuple[str, ...]:
        """The last lines that could not be written, of those that say where something is."""
        return tuple(self._lines)


def prepare() -> None:
    """Make the standard streams safe; the first thing that the process does."""
    codecs.register_error(PLAIN_LETTERS, _in_plain_letters)
    _bound_width()
    closed = [stream is None for stream in (sys.stdin, sys.stdout, sys.stderr)]
    for descriptor in range(3):
        _fill(descriptor)
    if closed[0]:
        # Open as long as the process is there, so no context closes it.
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = _safe(sys.stdout, 1)
    sys.stderr = _safe(sys.stderr, 2)


def conclude(status: int) -> int:
    """Return the exit status, once standard output has what it takes; say what it did not take."""
    sys.stdout.flush()
    written = _raw(sys.stdout)
    if written is None or written.failure is None or not written.lost:
        return status
    # Whoever closes a pipe has read enough; the places of files alone are worth a word.
    if written.failure.errno == errno.EPIPE and not written.places:
        return status or ExitStatus.BROKEN_PIPE
    errors = Console(stderr=True)
    failed = f"error: Standard output cannot be written: {reason(written.failure)}."
    for line in (failed, *written.places):
        errors.print(line, soft_wrap=True, highlight=False, markup=False)
    return status or ExitStatus.RECORD


def reason(error: OSError) -> str:
    """Return why a stream cannot be written."""
    return "it is closed" if error.errno == errno.EBADF else str(error.strerror)


def _raw(stream: TextIO) -> Remembering | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, Remembering) else None


def _fill(descriptor: int) -> None:
    """Open a closed descriptor on nothing, so that no file that is opened later takes its place."""
    try:
        os.fstat(descriptor)
    except OSError:
        # The lowest that is free, which is this one.
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _safe(stream: TextIO | None, descriptor: int) -> TextIO:
    failure = None
    encoding, by_line = "utf-8", True
    if stream is None:
        failure = OSError(errno.EBADF, os.strerror(errno.EBADF))
        descriptor = os.open(os.devnull, os.O_WRONLY)
    else:
        with suppress(OSError):
            stream.flush()
        encoding, by_line = stream.encoding, descriptor == 2 or stream.isatty()
    buffer = io.BufferedWriter(Remembering(descriptor, failure))
    return io.TextIOWrapper(buffer, encoding, PLAIN_LETTERS, line_buffering=by_line)


# Of a terminal's columns and lines.
LEAST_WIDTH, MOST_WIDTH = 20, 1_000


def _bound_width() -> None:
    """Take sizes of the terminal from the environment only where they make sense."""
    for name in ("COLUMNS", "LINES", "TERMINAL_WIDTH"):
        text = os.environ.get(name, "")
        if not (text.isascii() and text.isdigit()):
            os.environ.pop(name, None)
        elif len(text) > 4:
            os.environ[name] = str(MOST_WIDTH)
        else:
            os.environ[name] = str(min(max(int(text), LEAST_WIDTH), MOST_WIDTH))
