"""The workloads by name, and what ``auto`` falls back from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.workloads import catalog, fashion_mnist, synthetic
from bench.workloads.workload import DataError, Dataset, DataUnreachable
from tests.workloads.idx_files import Miniature, name_of, publish


@pytest.fixture
def miniature(monkeypatch: pytest.MonkeyPatch) -> Miniature:
    return publish(monkeypatch)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave no way to the data: an empty cache, and no mirror."""
    monkeypatch.delenv(fashion_mnist.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(fashion_mnist, "cache_folder", lambda: tmp_path / "cache")
    download = fashion_mnist.download
    monkeypatch.setattr(fashion_mnist, "download", lambda folder: download(folder, mirrors=()))


@pytest.fixture
def small_synthetic(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(data_dir: Path | None) -> Dataset:
        return synthetic.generate(20, 10)

    monkeypatch.setattr(synthetic, "WORKLOAD", replace(synthetic.WORKLOAD, load=load))


def test_workloads_go_by_their_own_names():
    assert all(workload.name == name for name, workload in catalog.WORKLOADS.items())


def test_auto_is_not_the_name_of_a_workload():
    assert catalog.AUTO not in catalog.WORKLOADS


def test_auto_is_planned_as_fashion_mnist():
    assert catalog.planned("auto") is fashion_mnist.WORKLOAD


def test_a_name_is_planned_as_its_workload():
    assert catalog.planned("linear").name == "linear"


def test_auto_is_fashion_mnist_where_it_is_at_hand(miniature, tmp_path):
    loaded = catalog.load("auto", miniature.write(tmp_path))
    assert loaded.workload is fashion_mnist.WORKLOAD
    assert loaded.notice is None


def test_auto_is_synthetic_where_data_are_unreachable(miniature, offline, small_synthetic):
    assert catalog.load("auto", None).workload.name == "synthetic"


def test_auto_says_that_it_fell_back_and_why(miniature, offline, small_synthetic):
    notice = catalog.load("auto", None).notice
    assert notice.startswith("Synthetic images stand in for Fashion-MNIST")
    assert "could not be downloaded" in notice


def test_auto_does_not_fall_back_from_damaged_data(miniature, tmp_path):
    folder = miniature.write(tmp_path)
    (folder / name_of("TRAIN_IMAGES")).write_bytes(b"damaged")
    with pytest.raises(DataError, match="truncated"):
        catalog.load("auto", folder)


def test_auto_does_not_fall_back_from_a_named_folder_without_data(miniature, tmp_path):
    with pytest.raises(DataError, match="is missing"):
        catalog.load("auto", tmp_path)


def test_a_workload_asked_for_by_name_never_falls_back(miniature, offline):
    with pytest.raises(DataUnreachable):
        catalog.load("fashion-mnist", None)


@pytest.mark.parametrize("name", ["linear", "blobs"])
def test_generated_workloads_need_no_data_folder(name):
    loaded = catalog.load(name, None)
    assert len(loaded.dataset.train_features) == loaded.workload.train_examples


def test_a_workload_that_auto_is_as_well_is_loaded_once(miniature, offline, small_synthetic):
    found = catalog.load_each(["auto", "synthetic", "linear"], None)
    assert [loaded.workload.name for loaded in found] == ["synthetic", "linear"]
    assert "stand in" in found[0].notice
