"""The page stays small and is soon built, for the published run and for one of 60 cells."""

from __future__ import annotations

import cProfile
from pathlib import Path

import pytest

from bench.records import store
from bench.records.model import Record
from bench.report import page
from tests.conftest import CommandLine
from tests.report.large import large, noise, published

LARGEST_BYTES = 1_500_000
MOST_CALLS = 20_000_000
# What a page could pick up from the machine that builds it.
ELSEWHERE = {
    "PYTHONHASHSEED": "4711",
    "TZ": "Pacific/Auckland",
    "LC_ALL": "C",
    "LANG": "de_DE.UTF-8",
    "COLUMNS": "40",
}
MATPLOTLIB_SETTINGS = (
    "axes.facecolor: red\nfont.size: 40\nsvg.fonttype: path\nsvg.hashsalt: other\n"
)


def build(record: Record, folder: Path) -> bytes:
    """Return the page that ``softmax-bench report`` writes in surroundings that nobody has."""
    (folder / "matplotlibrc").write_text(MATPLOTLIB_SETTINGS)
    (folder / "record.json").write_bytes(store.dump(record))
    # Where no data are: images are not the record's.
    no_data = {"XDG_CACHE_HOME": str(folder), "SOFTMAX_BENCH_DATA": str(folder)}
    command_line = CommandLine(folder, ELSEWHERE | no_data)
    finished = command_line("report", "record.json", "--output", "page.html")
    assert finished.returncode == 0, finished.stderr
    return (folder / "page.html").read_bytes()


@pytest.fixture(scope="module", params=["published", "60 cells"])
def record(request: pytest.FixtureRequest) -> Record:
    return published() if request.param == "published" else large(published())


@pytest.fixture(scope="module")
def built(record: Record, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return build(record, tmp_path_factory.mktemp("elsewhere"))


def test_the_large_record_is_a_record_of_60_cells_and_5_blocks(tmp_path: Path) -> None:
    record = large(published())
    contenders = [cell for cell in record.cells if cell.role == "contender"]
    assert len({cell.identity for cell in contenders}) == 60
    assert {len(cell.trials) for cell in contenders} == {5}
    medians = {cell.summary.epoch_seconds.median for cell in contenders if cell.summary}
    assert len(medians) == 60
    (tmp_path / "large.json").write_bytes(store.dump(record))
    assert store.load(tmp_path / "large.json") == record


@pytest.fixture(scope="module")
def rendered(record: Record) -> tuple[str, int]:
    """Return the page, and in how many function calls it was built."""
    profile = cProfile.Profile()
    html = profile.runcall(page.render, [record])
    return html, sum(entry.callcount for entry in profile.getstats())


def test_the_same_record_gives_the_same_bytes_anywhere(
    rendered: tuple[str, int], built: bytes
) -> None:
    assert rendered[0].encode() == built


def test_the_page_stays_small(record: Record) -> None:
    assert len(page.render([record], noise([record])).encode()) < LARGEST_BYTES


def test_the_page_is_soon_built(rendered: tuple[str, int]) -> None:
    """In function calls, of which a build that has got out of hand makes many more.

    They do not depend on how fast the machine is. Templates that were compiled before in this
    process are not compiled again, so there may be fewer.
    """
    assert rendered[1] < MOST_CALLS
