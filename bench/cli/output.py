"""Where a report goes: a file, a folder or standard output."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from bench import folders
from bench.cli.places import real
from bench.plan.choices import ChoiceError
from bench.records.printable import printable
from bench.records.store import RecordError, is_record

STANDARD_OUTPUT = "-"


def output_path(output: str, ending: str, endings: Collection[str]) -> Path:
    """Return where the format with an ending is written.

    In a folder the file is called index. An ending that is one of `endings` gives way to the
    format's own; any other name stays as it is.

    Parameters
    ----------
    endings : collection of str
        Of all formats.

    Raises
    ------
    ChoiceError
        If no place is named.
    """
    if not output.strip():
        raise ChoiceError("An empty text names no place for a report: name a file or folder.")
    path = Path(output)
    if output.endswith(os.sep) or path.is_dir():
        return path / f"index{ending}"
    return path.with_suffix(ending) if path.suffix in endings else path


def require_other_files(paths: Sequence[Path], records: Sequence[Path]) -> None:
    """Raise ChoiceError if a file would be written twice, or a record overwritten.

    Parameters
    ----------
    records : sequence of Path
        Records besides those that can be told by what is in them.
    """
    if len(set(paths)) < len(paths):
        raise ChoiceError(
            f"{paths[0]} cannot hold {len(paths)} formats: name a folder, or a file that ends in "
            ".html, .md or .csv."
        )
    for path in paths:
        if real(path) in set(map(real, records)) or is_record(path):
            raise ChoiceError(f"{path} is a record, and would be overwritten: name another file.")


def require_writable(path: Path) -> None:
    """Raise RecordError if a file could not be written; make its folder if it is missing."""
    try:
        folders.make(path.parent)
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            # A link may lead to a file that is still to be made.
            with tempfile.TemporaryFile(dir=real(path).parent):
                return
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if stat.S_ISREG(mode):
            with path.open("ab"):
                pass
    except OSError as error:
        raise unwritable(path, error) from error


def write_text(path: Path, text: str) -> None:
    """Write a file, and make its folder.

    Raises
    ------
    RecordError
        If it cannot be written.
    """
    try:
        folders.make(path.parent)
        # Not as text, which has other ends of lines on other systems.
        path.write_bytes(text.encode())
    except OSError as error:
        raise unwritable(path, error) from error


def print_text(text: str) -> None:
    """Write a text to standard output, which may be a terminal: its own lines, and nothing else.

    The end of the process says if that failed.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write(printable(text).encode())
    sys.stdout.buffer.flush()


def unwritable(place: Path | str, error: OSError) -> RecordError:
    """Return the error that says where something could not be written, and why."""
    return RecordError(f"{place} cannot be written: {error.strerror}.")
