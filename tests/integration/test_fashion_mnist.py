"""The real data set, where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.workloads import fashion_mnist
from tests.conftest import UNSEEN, CommandLine


@pytest.fixture(scope="module")
def data_folder():
    named = os.environ.get(fashion_mnist.DATA_VARIABLE)
    folder = Path(named) if named else fashion_mnist.cache_folder()
    if not all((folder / file.name).is_file() for file in fashion_mnist.OFFICIAL_FILES):
        pytest.skip("Fashion-MNIST is not on this machine; tests do not download it")
    return folder


def test_ten_epochs_reach_the_known_accuracy(tmp_path, data_folder):
    command_line = CommandLine(tmp_path)
    done = command_line(
        *("run", "--framework", "numpy,sklearn", "--blocks", "1", *UNSEEN),
        *("--data-dir", str(data_folder)),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    record = command_line.record()
    assert [info.name for info in record.workloads] == ["fashion-mnist"]
    for cell in record.cells:
        if cell.role == "floor":
            continue
        assert cell.status == "ok"
        assert cell.summary.test_accuracy == pytest.approx(0.834, abs=0.003)
