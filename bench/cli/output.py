"""Where a report goes: a file, a folder or standard output."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

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
    """
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
        if path.resolve() in {record.resolve() for record in records} or is_record(path):
            raise ChoiceError(f"{path} is a record, and would be overwritten: name another file.")


def require_writable(path: Path) -> None:
    """Raise RecordError if a file could not be written; make its folder if it is missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            with path.open("ab"):
                pass
        elif not path.exists():
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        elif path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
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
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not as text, which has other ends of lines on other systems.
        path.write_bytes(text.encode())
    except OSError as error:
        raise unwritable(path, error) from error


def print_text(text: str) -> None:
    """Write a text to standard output, which may be a terminal: its own lines, and nothing else.

    Raises
    ------
    RecordError
        If it cannot be written, as when nobody reads it to its end.
    """
    try:
        # A file of its own: what it could not write does not come up again at exit.
        with open(sys.stdout.fileno(), "wb", closefd=False) as standard_output:
            standard_output.write(printable(text).encode())
    except OSError as error:
        raise unwritable("Standard output", error) from error


def unwritable(place: Path | str, error: OSError) -> RecordError:
    """Return the error that says where something could not be written, and why."""
    return RecordError(f"{place} cannot be written: {error.strerror}.")
