"""Folders and files that the user names, looked at before anything is measured."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import typer

from bench import folders
from bench.records.store import RecordError


def named_place(text: str | Path) -> Path:
    """Return the path in an option; raise BadParameter for an empty one."""
    if not str(text).strip():
        raise typer.BadParameter("an empty text names no place: name a folder or file.")
    return Path(text)


def real(path: Path) -> Path:
    """Return the absolute path without links; of links that lead in a circle, as they are."""
    return Path(os.path.realpath(path))


def require_working_folder() -> None:
    """Raise RecordError if the folder that relative paths begin in is gone."""
    try:
        os.getcwd()
    except OSError as error:
        raise RecordError(
            f"The working folder cannot be used: {error.strerror}. Change into another folder "
            "first, such as with cd."
        ) from error


def require_folder(path: Path, option: str) -> None:
    """Raise RecordError if there is no such folder and it cannot be made."""
    try:
        folders.make(path)
        # Whoever may not look into it learns so now.
        next(path.iterdir(), None)
    except OSError as error:
        raise RecordError(
            f"{path} cannot be used as a folder: {error.strerror}. Name another with {option}."
        ) from error


def keep_rights_of_owner() -> None:
    """Let this user read and write what is made from now on, whatever the umask says."""
    os.umask(os.umask(0o077) & ~stat.S_IRWXU)
