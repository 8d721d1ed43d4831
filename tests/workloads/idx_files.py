"""The four files of Fashion-MNIST in miniature: the same names and format, a few small images."""

from __future__ import annotations

import gzip
import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.workloads import fashion_mnist
from bench.workloads.fashion_mnist import OfficialFile

ROLES = ("TEST_LABELS", "TRAIN_LABELS", "TEST_IMAGES", "TRAIN_IMAGES")


def idx(array: NDArray[np.uint8]) -> bytes:
    """Return an array of bytes in the IDX format."""
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


@dataclass(frozen=True)
class Miniature:
    """Small files and what they hold, published in place of the official ones."""

    arrays: dict[str, NDArray[np.uint8]]
    contents: dict[str, bytes]

    def write(self, folder: Path) -> Path:
        """Write all four files into `folder` and return it."""
        folder.mkdir(parents=True, exist_ok=True)
        for role, content in self.contents.items():
            (folder / name_of(role)).write_bytes(content)
        return folder


def name_of(role: str) -> str:
    """Return the official name of a file, such as that of ``TRAIN_IMAGES``."""
    name: str = getattr(fashion_mnist, role).name
    return name


def publish(monkeypatch: pytest.MonkeyPatch) -> Miniature:
    """Make four small files the official ones for the rest of a test."""
    generator = np.random.default_rng(0)
    arrays = {
        "TEST_LABELS": generator.integers(10, size=5, dtype=np.uint8),
        "TRAIN_LABELS": generator.integers(10, size=20, dtype=np.uint8),
        "TEST_IMAGES": generator.integers(256, size=(5, 4, 3), dtype=np.uint8),
        "TRAIN_IMAGES": generator.integers(256, size=(20, 4, 3), dtype=np.uint8),
    }
    contents = {role: gzip.compress(idx(array), mtime=0) for role, array in arrays.items()}
    files = {
        role: OfficialFile(name_of(role), len(content), hashlib.sha256(content).hexdigest())
        for role, content in contents.items()
    }
    for role, file in files.items():
        monkeypatch.setattr(fashion_mnist, role, file)
    monkeypatch.setattr(fashion_mnist, "OFFICIAL_FILES", tuple(files[role] for role in ROLES))
    return Miniature(arrays, contents)
