"""Fashion-MNIST: found and verified, or refused with what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from bench.workloads import fashion_mnist
from bench.workloads.workload import DataError, DataUnreachable
from tests.workloads.idx_files import ROLES, Miniature, name_of, publish


@pytest.fixture
def miniature(monkeypatch: pytest.MonkeyPatch) -> Miniature:
    return publish(monkeypatch)


@pytest.fixture
def folder(miniature: Miniature, tmp_path: Path) -> Path:
    return miniature.write(tmp_path / "data")


def damage(folder: Path, role: str) -> Path:
    """Change one byte of a file and return its path."""
    path = folder / name_of(role)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("role", ROLES)
def test_an_official_file_is_accepted(folder, role):
    fashion_mnist.verify(folder / name_of(role), getattr(fashion_mnist, role))


def test_a_missing_file_is_named_with_its_folder_and_all_that_is_wanted(folder):
    path = folder / name_of("TRAIN_IMAGES")
    path.unlink()
    with pytest.raises(DataError) as error:
        fashion_mnist.verify(path, fashion_mnist.TRAIN_IMAGES)
    assert f"{path} is missing" in str(error.value)
    assert all(name_of(role) in str(error.value) for role in ROLES)
    assert "--data-dir" in str(error.value)


def test_a_folder_in_the_place_of_a_file_counts_as_missing(folder):
    path = folder / name_of("TRAIN_IMAGES")
    path.unlink()
    path.mkdir()
    with pytest.raises(DataError, match="is missing"):
        fashion_mnist.verify(path, fashion_mnist.TRAIN_IMAGES)


@pytest.mark.parametrize("length", [0, 1, 20])
def test_a_truncated_file_is_told_by_its_length(folder, length):
    path = folder / name_of("TRAIN_IMAGES")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataError, match=f"is truncated: {length} of [0-9]+ bytes. Delete it"):
        fashion_mnist.verify(path, fashion_mnist.TRAIN_IMAGES)


def test_a_corrupted_file_is_told_by_its_checksum(folder):
    path = damage(folder, "TRAIN_LABELS")
    wanted = fashion_mnist.TRAIN_LABELS.sha256
    with pytest.raises(DataError, match=f"is corrupted: its SHA-256 is [0-9a-f]+, not {wanted}"):
        fashion_mnist.verify(path, fashion_mnist.TRAIN_LABELS)


def test_a_longer_file_is_corrupted_not_truncated(folder):
    path = folder / name_of("TRAIN_LABELS")
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(DataError, match="is corrupted"):
        fashion_mnist.verify(path, fashion_mnist.TRAIN_LABELS)


def test_swapped_files_are_told_by_their_names(folder):
    train, test = folder / name_of("TRAIN_IMAGES"), folder / name_of("TEST_IMAGES")
    content = train.read_bytes()
    train.write_bytes(test.read_bytes())
    test.write_bytes(content)
    message = f"{train} holds the content of {test.name}: the files were swapped"
    with pytest.raises(DataError, match=re.escape(message)):
        fashion_mnist.verify(train, fashion_mnist.TRAIN_IMAGES)


def test_what_the_files_hold_is_loaded(miniature, folder):
    dataset = fashion_mnist.load(folder)
    assert dataset.train_targets.tolist() == miniature.arrays["TRAIN_LABELS"].tolist()
    assert dataset.test_targets.tolist() == miniature.arrays["TEST_LABELS"].tolist()
    for features, role in (
        (dataset.train_features, "TRAIN_IMAGES"),
        (dataset.test_features, "TEST_IMAGES"),
    ):
        pixels = miniature.arrays[role].reshape(len(features), -1)
        assert (np.rint(features * 255) == pixels).all()


def test_features_are_float32_rows_between_zero_and_one(folder):
    features = fashion_mnist.load(folder).train_features
    assert features.dtype == np.float32
    assert features.shape == (20, 12)
    assert features.min() >= 0
    assert features.max() <= 1


def test_the_brightest_pixel_is_exactly_one():
    image = np.array([[[0, 51, 255]]], np.uint8)
    assert fashion_mnist.scaled(image).tolist() == [[0, np.float32(0.2), 1]]


def test_targets_are_class_indices_of_64_bits(folder):
    assert fashion_mnist.load(folder).train_targets.dtype == np.int64


@pytest.mark.parametrize("role", ROLES)
def test_no_damaged_file_is_ever_loaded(folder, role):
    damage(folder, role)
    with pytest.raises(DataError, match=name_of(role)):
        fashion_mnist.load(folder)


def test_a_named_folder_is_only_read(folder):
    damaged = damage(folder, "TRAIN_IMAGES")
    content = damaged.read_bytes()
    with pytest.raises(DataError):
        fashion_mnist.load(folder)
    assert damaged.read_bytes() == content


def test_a_named_folder_without_the_files_is_a_mistake_and_not_unreachable(miniature, tmp_path):
    with pytest.raises(DataError) as error:
        fashion_mnist.load(tmp_path)
    assert not isinstance(error.value, DataUnreachable)


def test_the_environment_variable_names_the_folder(folder, monkeypatch):
    monkeypatch.setenv(fashion_mnist.DATA_VARIABLE, str(folder))
    assert len(fashion_mnist.load(None).train_features) == 20


def test_a_folder_named_by_hand_wins_over_the_variable(folder, monkeypatch, tmp_path):
    monkeypatch.setenv(fashion_mnist.DATA_VARIABLE, str(tmp_path / "elsewhere"))
    assert len(fashion_mnist.load(folder).train_features) == 20


def test_test_images_are_read_as_they_are(miniature, folder):
    images = fashion_mnist.test_images(folder)
    assert (images == miniature.arrays["TEST_IMAGES"]).all()


def test_images_that_are_not_at_hand_are_not_downloaded(miniature, monkeypatch, tmp_path):
    monkeypatch.setattr(fashion_mnist, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv(fashion_mnist.DATA_VARIABLE, raising=False)
    with pytest.raises(DataError, match=r"is missing\. Put the four official files"):
        fashion_mnist.test_images(None)
    assert not (tmp_path / "cache").exists()


def test_every_class_has_its_official_name():
    assert len(fashion_mnist.WORKLOAD.classes) == fashion_mnist.WORKLOAD.outputs
    assert fashion_mnist.WORKLOAD.classes[0] == "t-shirt"
    assert fashion_mnist.WORKLOAD.classes[9] == "ankle boot"


def test_the_official_files_are_four_with_distinct_checksums():
    assert len({file.sha256 for file in fashion_mnist.OFFICIAL_FILES}) == 4
    assert len({file.name for file in fashion_mnist.OFFICIAL_FILES}) == 4


def test_downloads_begin_with_the_smallest_file():
    sizes = [file.size_bytes for file in fashion_mnist.OFFICIAL_FILES]
    assert sizes == sorted(sizes)
