"""Fashion-MNIST (Zalando Research): found in a folder or the user's cache, else downloaded."""

from __future__ import annotations

import errno
import gzip
import hashlib
import math
import os
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from bench import folders
from bench.workloads.workload import DataError, Dataset, DataUnreachable, Workload

DATA_VARIABLE = "SOFTMAX_BENCH_DATA"

MIRRORS = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
)
CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 60
RETRIES = 2
CLASSES = (
    *("t-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
# Labels have one dimension and images three; a damaged header can claim 255.
MOST_DIMENSIONS = 8


@dataclass(frozen=True)
class OfficialFile:
    """One of the four files as Zalando Research publishes it."""

    name: str
    size_bytes: int
    sha256: str


TEST_LABELS = OfficialFile(
    "t10k-labels-idx1-ubyte.gz",
    5148,
    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
)
TEST_IMAGES = OfficialFile(
    "t10k-images-idx3-ubyte.gz",
    4422102,
    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
)
TRAIN_LABELS = OfficialFile(
    "train-labels-idx1-ubyte.gz",
    29515,
    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
)
TRAIN_IMAGES = OfficialFile(
    "train-images-idx3-ubyte.gz",
    26421880,
    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
)
# Smallest first: an unreachable network shows itself on 5 kB.
OFFICIAL_FILES = (TEST_LABELS, TRAIN_LABELS, TEST_IMAGES, TRAIN_IMAGES)


def cache_folder() -> Path:
    """Return the folder in the user's cache that downloads go to.

    Raises
    ------
    DataUnreachable
        If nobody says where the user's home is.
    """
    try:
        folder = Path(platformdirs.user_cache_dir("softmax-bench"))
    # What its versions say where there is no home: an error, or a path that begins with ~.
    except RuntimeError:
        folder = Path("~")
    if folder.parts[0].startswith("~"):
        raise DataUnreachable(
            "There is no home folder to keep Fashion-MNIST in: HOME is not set, and the system "
            "does not know this user. Name a folder with the four files with --data-dir or "
            f"{DATA_VARIABLE}, or one for downloads with XDG_CACHE_HOME."
        )
    return folder / "fashion-mnist"


def verify(path: Path, expected: OfficialFile) -> None:
    """Check that `path` is the official file.

    Raises
    ------
    DataError
        Naming what is wrong (missing, truncated, swapped with another of the four, corrupted)
        and what to do.
    """
    try:
        if path.parent.exists() and not path.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        there = path.is_file()
        content = path.read_bytes() if there else b""
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}. Name another folder with --data-dir."
        ) from error
    if not there:
        raise DataError(
            f"{path} is missing. Put the four official files of Fashion-MNIST "
            f"({', '.join(file.name for file in OFFICIAL_FILES)}) into {path.parent}, "
            "or name another folder with --data-dir."
        )
    digest = hashlib.sha256(content).hexdigest()
    if digest == expected.sha256:
        return
    for other in OFFICIAL_FILES:
        if digest == other.sha256:
            raise DataError(
                f"{path} holds the content of {other.name}: the files were swapped. "
                "Give each file its official name."
            )
    if len(content) < expected.size_bytes:
        raise DataError(
            f"{path} is truncated: {len(content):,} of {expected.size_bytes:,} bytes. "
            "Delete it and fetch it again."
        )
    raise DataError(
        f"{path} is corrupted: its SHA-256 is {digest}, not {expected.sha256}. "
        "Delete it and fetch it again."
    )


def parse_idx(content: bytes) -> NDArray[np.uint8]:
    """Return the array in an IDX file of unsigned bytes.

    The format: two zero bytes, the type (8 for unsigned byte), the number of dimensions, each
    dimension as a big-endian 32-bit integer, then the bytes in C order.

    Raises
    ------
    DataError
        If the header or the length does not fit the format.
    """
    if len(content) < 4 or content[:3] != b"\x00\x00\x08" or content[3] > MOST_DIMENSIONS:
        raise DataError("not an IDX file of unsigned bytes: its first bytes are wrong")
    header_bytes = 4 + 4 * content[3]
    if len(content) < header_bytes:
        raise DataError("the IDX file ends within its header")
    shape = struct.unpack(f">{content[3]}I", content[4:header_bytes])
    if len(content) - header_bytes != math.prod(shape):
        raise DataError(f"the IDX file's length does not fit its shape {shape}")
    return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(shape)


def folder_at_hand(data_dir: Path | None) -> Path:
    """Return `data_dir`, else the folder that ``SOFTMAX_BENCH_DATA`` names, else the cache."""
    named = os.environ.get(DATA_VARIABLE)
    return data_dir or (Path(named) if named else cache_folder())


def _read(folder: Path, expected: OfficialFile) -> NDArray[np.uint8]:
    return parse_idx(gzip.decompress((folder / expected.name).read_bytes()))


def download(folder: Path, mirrors: tuple[str, ...] = MIRRORS) -> None:
    """Download what is missing into `folder`, each file from the first mirror that answers.

    Raises
    ------
    DataUnreachable
        If no mirror delivered a file with the right checksum.
    DataError
        If the folder cannot be written.
    """
    try:
        folders.make(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written: {error.strerror}. Name a folder with --data-dir."
        ) from error
    for expected in OFFICIAL_FILES:
        _download_one(folder, expected, mirrors)


def _download_one(folder: Path, expected: OfficialFile, mirrors: tuple[str, ...]) -> None:
    # Every command would wait for it at its start, and most download nothing.
    import pooch

    pooch.utils.get_logger().setLevel("ERROR")
    problems = []
    for mirror in mirrors:
        downloader = pooch.HTTPDownloader(
            progressbar=expected is TRAIN_IMAGES,
            timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
        )
        source = pooch.create(
            path=folder,
            base_url=mirror,
            registry={expected.name: f"sha256:{expected.sha256}"},
            retry_if_failed=RETRIES,
        )
        try:
            source.fetch(expected.name, downloader=downloader)
            return
        # pooch raises ValueError for a wrong checksum; requests' errors are OSErrors.
        except (OSError, ValueError) as error:
            problems.append(f"{mirror}: {type(error).__name__}")
    raise DataUnreachable(
        f"Fashion-MNIST could not be downloaded ({'; '.join(problems)}). Fetch the four official "
        f"files by other means into a folder and name it with --data-dir or {DATA_VARIABLE}, "
        "or use --workload synthetic, which needs no network."
    )


def load(data_dir: Path | None) -> Dataset:
    """Return Fashion-MNIST with features in [0, 1].

    Looks in `data_dir`, else in the folder that ``SOFTMAX_BENCH_DATA`` names, else in the user's
    cache, into which missing files are downloaded.

    Raises
    ------
    DataError, DataUnreachable
    """
    folder = folder_at_hand(data_dir)
    if data_dir is None and not os.environ.get(DATA_VARIABLE):
        download(folder)
    for expected in OFFICIAL_FILES:
        verify(folder / expected.name, expected)
    return Dataset(
        train_features=scaled(_read(folder, TRAIN_IMAGES)),
        train_targets=_read(folder, TRAIN_LABELS).astype(np.int64),
        test_features=scaled(_read(folder, TEST_IMAGES)),
        test_targets=_read(folder, TEST_LABELS).astype(np.int64),
        source="official files of Zalando Research, verified by SHA-256",
    )


def test_images(data_dir: Path | None) -> NDArray[np.uint8]:
    """Return the test images (10000, 28, 28) from where they are at hand; nothing is downloaded.

    Raises
    ------
    DataError
    """
    folder = folder_at_hand(data_dir)
    verify(folder / TEST_IMAGES.name, TEST_IMAGES)
    return _read(folder, TEST_IMAGES)


def scaled(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return images (n, height, width) as rows of float32 in [0, 1]: pixel / 255."""
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


WORKLOAD = Workload(
    name="fashion-mnist",
    title="Fashion-MNIST",
    model="SoftmaxRegression",
    train_examples=60_000,
    outputs=10,
    batch_size=256,
    learning_rate=0.1,
    epochs=10,
    quick_epochs=3,
    load=load,
    classes=CLASSES,
    image_shape=(28, 28),
    images=test_images,
)
