"""Figures as files of their own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image

from bench.records.model import Record
from bench.report import page
from bench.report.figures import files
from bench.report.palette import LIGHT
from tests.report import samples
from tests.report.samples import cell

SVG = "{http://www.w3.org/2000/svg}"


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_every_figure_of_the_page_is_a_file(eventful: Record, tmp_path: Path) -> None:
    paths = files.write([eventful], tmp_path / "a new folder", "svg")
    on_page = set(re.findall(r"<title id=[^>]*>([^<]*)<", page.render([eventful])))
    in_files = {ElementTree.parse(path).findtext(f"{SVG}title") for path in paths}
    assert in_files == on_page
    assert names(paths)[:3] == [
        "fashion-mnist-epoch-time.svg",
        "fashion-mnist-memory.svg",
        "fashion-mnist-cold-start.svg",
    ]
    assert "linear-learning-distance.svg" in names(paths)
    assert sorted(tmp_path.glob("a new folder/*")) == sorted(paths)


def test_a_file_has_concrete_colours_on_white_and_nothing_that_only_a_page_knows(
    eventful: Record, tmp_path: Path
) -> None:
    for path in files.write([eventful], tmp_path, "svg"):
        text = path.read_text(encoding="utf-8")
        assert "var(" not in text
        background = ElementTree.fromstring(text).find(f"{SVG}path")
        assert background is not None
        assert background.attrib["style"] == f"fill:{LIGHT['surface']}"


def test_text_stays_text_and_a_title_stands_above(eventful: Record, tmp_path: Path) -> None:
    first, *_ = files.write([eventful], tmp_path, "svg")
    words = [one.text for one in ElementTree.parse(first).iter(f"{SVG}text")]
    assert {"Fashion-MNIST: time of an epoch by cell", "PyTorch high-level"} <= set(words)


def test_a_legend_stands_below(tmp_path: Path) -> None:
    record = samples.record(cell("numpy"), samples.invalid(cell("torch")))
    paths = {path.stem: path for path in files.write([record], tmp_path, "svg")}
    words = [
        one.text
        for one in ElementTree.parse(paths["fashion-mnist-learning-loss"]).iter(f"{SVG}text")
    ]
    assert words[-3:] == [
        "float64 reference",
        "NumPy from scratch",
        "PyTorch from scratch (not the same model)",
    ]


def test_references_within_a_file_lead_somewhere(eventful: Record, tmp_path: Path) -> None:
    for path in files.write([eventful], tmp_path, "svg"):
        text = path.read_text(encoding="utf-8")
        ids = re.findall(r' id="([^"]*)"', text)
        used = set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', text))
        assert len(ids) == len(set(ids))
        assert {one or other for one, other in used} <= set(ids)


def test_a_png_has_200_dots_per_inch(tmp_path: Path) -> None:
    first, *_ = files.write([samples.record(cell())], tmp_path, "png")
    with Image.open(first) as image:
        assert image.format == "PNG"
        assert image.width > 1_500
        assert round(image.info["dpi"][0]) == 200
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("file_format", get_args(files.Format))
def test_the_same_record_gives_the_same_bytes(file_format: files.Format, tmp_path: Path) -> None:
    record = samples.record(cell("numpy"), cell("torch"))
    one = files.write([record], tmp_path / "one", file_format)
    other = files.write([record], tmp_path / "other", file_format)
    assert names(one) == names(other)
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_a_png_does_not_say_what_wrote_it(tmp_path: Path) -> None:
    first, *_ = files.write([samples.record(cell())], tmp_path, "png")
    assert b"matplotlib" not in first.read_bytes()


def test_the_files_of_several_runs_are_told_apart(tmp_path: Path) -> None:
    record = samples.record(cell())
    later = replace(record, run_id="20250203T000000Z-4567cdef")
    paths = files.write([record, later], tmp_path, "svg")
    assert len(set(paths)) == len(paths)
    assert f"{record.run_id}-fashion-mnist-epoch-time.svg" in names(paths)
    assert f"{later.run_id}-fashion-mnist-epoch-time.svg" in names(paths)


def test_a_run_that_is_given_twice_overwrites_nothing(tmp_path: Path) -> None:
    record = samples.record(cell())
    paths = files.write([record, record], tmp_path, "svg")
    assert len(set(paths)) == len(paths) == len(list(tmp_path.iterdir()))


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    record = samples.record(cell())
    odd = replace(record, run_id="../../etc/passwd")
    folder = tmp_path / "a" / "b"
    for path in files.write([odd, record], folder, "svg"):
        assert path.resolve().parent == folder.resolve()


def test_without_a_measurement_there_is_no_file(tmp_path: Path) -> None:
    assert files.write([samples.record(samples.failed(cell()))], tmp_path, "svg") == ()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        files.write([samples.record(cell())], tmp_path / "file", "svg")


def test_a_long_title_takes_several_lines(eventful: Record, tmp_path: Path) -> None:
    paths = {path.stem: path for path in files.write([eventful], tmp_path, "svg")}
    tree = ElementTree.parse(paths["fashion-mnist-learning-distance"])
    words = [one.text for one in tree.iter(f"{SVG}text")]
    first = words.index("Fashion-MNIST: distance of the training loss")
    assert words[first + 1] == "from the reference"
