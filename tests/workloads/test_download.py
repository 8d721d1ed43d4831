"""Downloads, from real servers on this machine: good, corrupt and unreachable ones."""

from __future__ import annotations

import contextlib
import functools
import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.workloads import fashion_mnist
from bench.workloads.fashion_mnist import OFFICIAL_FILES, download, verify
from bench.workloads.workload import DataError, DataUnreachable
from tests.workloads.idx_files import ROLES, Miniature, name_of, publish

Serve = Callable[[Path], str]


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, remembers what was asked for, and prints nothing."""

    def do_GET(self) -> None:
        self.server.asked_for.append(self.path.lstrip("/"))
        super().do_GET()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """A mirror."""

    def __init__(self, folder: Path):
        super().__init__(("127.0.0.1", 0), functools.partial(QuietHandler, directory=folder))
        self.asked_for: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


@pytest.fixture
def mirrors() -> Iterator[Callable[[Path], Server]]:
    """Give a function that starts a mirror with the files of a folder."""
    with contextlib.ExitStack() as stack:

        def start(folder: Path) -> Server:
            server = stack.enter_context(Server(folder))
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
            stack.callback(server.shutdown)
            return server

        yield start


@pytest.fixture
def miniature(monkeypatch: pytest.MonkeyPatch) -> Miniature:
    """Publish small files, and do without the pauses between attempts and any proxy."""
    monkeypatch.setattr(fashion_mnist, "RETRIES", 0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return publish(monkeypatch)


@pytest.fixture
def good(miniature: Miniature, mirrors: Callable[[Path], Server], tmp_path: Path) -> Server:
    return mirrors(miniature.write(tmp_path / "good"))


@pytest.fixture
def corrupt(miniature: Miniature, mirrors: Callable[[Path], Server], tmp_path: Path) -> Server:
    folder = miniature.write(tmp_path / "corrupt")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[::-1])
    return mirrors(folder)


@pytest.fixture
def empty(miniature: Miniature, mirrors: Callable[[Path], Server], tmp_path: Path) -> Server:
    (tmp_path / "empty").mkdir()
    return mirrors(tmp_path / "empty")


@pytest.fixture
def unreachable() -> Iterator[str]:
    """Give an address that is taken, so that nobody else answers there, and that refuses."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def assert_complete(folder: Path) -> None:
    """Check that all four files are there and good, and nothing else is."""
    for role in ROLES:
        verify(folder / name_of(role), getattr(fashion_mnist, role))
    assert {path.name for path in folder.iterdir()} == {name_of(role) for role in ROLES}


def test_all_files_come_from_a_good_mirror(good, tmp_path):
    download(tmp_path / "cache", (good.address,))
    assert_complete(tmp_path / "cache")


def test_missing_folders_are_made(good, tmp_path):
    download(tmp_path / "some" / "new" / "cache", (good.address,))
    assert_complete(tmp_path / "some" / "new" / "cache")


def test_what_is_already_there_is_not_asked_for_again(good, tmp_path):
    download(tmp_path / "cache", (good.address,))
    good.asked_for.clear()
    download(tmp_path / "cache", (good.address,))
    assert good.asked_for == []


def test_only_what_is_missing_or_damaged_is_asked_for(good, tmp_path):
    cache = tmp_path / "cache"
    download(cache, (good.address,))
    good.asked_for.clear()
    (cache / name_of("TEST_LABELS")).unlink()
    (cache / name_of("TRAIN_LABELS")).write_bytes(b"half a file")
    download(cache, (good.address,))
    assert sorted(good.asked_for) == [name_of("TEST_LABELS"), name_of("TRAIN_LABELS")]
    assert_complete(cache)


def test_the_second_mirror_helps_out_where_the_first_is_unreachable(good, unreachable, tmp_path):
    download(tmp_path / "cache", (unreachable, good.address))
    assert_complete(tmp_path / "cache")


def test_the_second_mirror_helps_out_where_the_first_is_corrupt(good, corrupt, tmp_path):
    download(tmp_path / "cache", (corrupt.address, good.address))
    assert corrupt.asked_for
    assert_complete(tmp_path / "cache")


def test_the_second_mirror_helps_out_where_the_first_does_not_have_it(good, empty, tmp_path):
    download(tmp_path / "cache", (empty.address, good.address))
    assert_complete(tmp_path / "cache")


def test_a_corrupt_download_is_not_kept(corrupt, tmp_path):
    with pytest.raises(DataUnreachable):
        download(tmp_path / "cache", (corrupt.address,))
    assert list((tmp_path / "cache").iterdir()) == []


def test_where_every_mirror_fails_each_is_named_with_the_remedy(
    corrupt, empty, unreachable, tmp_path
):
    mirrors = (unreachable, corrupt.address, empty.address)
    with pytest.raises(DataUnreachable) as error:
        download(tmp_path / "cache", mirrors)
    assert all(mirror in str(error.value) for mirror in mirrors)
    assert "--data-dir" in str(error.value)
    assert "--workload synthetic" in str(error.value)


def test_an_unreachable_network_shows_itself_on_the_first_file(empty, tmp_path):
    with pytest.raises(DataUnreachable):
        download(tmp_path / "cache", (empty.address,))
    assert empty.asked_for == [OFFICIAL_FILES[0].name]


def test_a_cache_that_cannot_be_made_is_a_mistake_and_not_unreachable(good, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot be written") as error:
        download(tmp_path / "file" / "cache", (good.address,))
    assert not isinstance(error.value, DataUnreachable)


def test_without_a_named_folder_data_are_downloaded_into_the_users_cache(
    good, tmp_path, monkeypatch
):
    monkeypatch.delenv(fashion_mnist.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(fashion_mnist, "cache_folder", lambda: tmp_path / "cache")
    local = functools.partial(download, mirrors=(good.address,))
    monkeypatch.setattr(fashion_mnist, "download", local)
    assert len(fashion_mnist.load(None).train_features) == 20
    assert_complete(tmp_path / "cache")
