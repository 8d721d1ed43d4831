"""Files that a user names are read whole, or refused at once."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bench.records.text_files import Unreadable, read_text

MOST = 1_000


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # A socket's address is short.
    monkeypatch.chdir(tmp_path)
    return Path("file")


def complaint(path: Path) -> str:
    with pytest.raises(Unreadable) as error:
        read_text(path, MOST)
    return str(error.value)


def test_a_text_is_read(path):
    path.write_text("Größe ≤ 1", encoding="utf-8")
    assert read_text(path, MOST) == "Größe ≤ 1"


def test_so_much_is_read_and_no_more(path):
    path.write_text("x" * MOST)
    assert read_text(path, MOST) == "x" * MOST
    path.write_text("x" * (MOST + 1))
    assert complaint(path) == "it is larger than 1 kB"


def test_a_large_file_is_refused_without_being_read(path):
    path.touch()
    # So many bytes no machine could hold.
    os.truncate(path, 2**42)
    assert complaint(path) == "it is larger than 1 kB"


def test_a_link_is_followed(path):
    Path("there").write_text("text")
    path.symlink_to("there")
    assert read_text(path, MOST) == "text"


def test_a_missing_file_is_said_to_be_missing(path):
    assert complaint(path) == "No such file or directory"


def test_a_folder_is_no_file(path):
    path.mkdir()
    assert complaint(path) == "Is a directory"


def test_a_pipe_is_not_waited_for(path):
    os.mkfifo(path)
    assert complaint(path) == "it is a named pipe, not a file"


def test_a_socket_is_no_file(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))
        assert complaint(path) == "it is a socket, not a file"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_no_file(device):
    assert complaint(Path(device)) == "it is a device, not a file"


def test_what_is_no_text_in_utf_8_is_named_with_its_place(path):
    path.write_bytes(b"abc\xff")
    assert complaint(path) == "it is not a text in UTF-8, as its byte 4 tells"
