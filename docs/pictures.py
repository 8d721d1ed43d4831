"""Make the pictures in docs/ from the published record: ``python docs/pictures.py``.

Needs the `test` extra and Chromium; SOFTMAX_BENCH_BROWSER names another build of it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.report import page
from bench.report.reading import read

DOCS = Path(__file__).parent
[RECORD] = (DOCS.parent / "results" / "published").glob("*-fashion-mnist.json")


@dataclass(frozen=True)
class Picture:
    """A part of the page as a browser shows it.

    Attributes
    ----------
    width, height : int
        Of the window, in CSS pixels.
    fragment : str
        What of the page is shown first, and how its table is filtered and sorted.
    """

    name: str
    width: int
    height: int
    dark: bool = False
    fragment: str = ""


SIDE_BY_SIDE = "source-code&compare=torch-scratch,jax-scratch"
PICTURES = (
    Picture("report.png", 1400, 1180),
    Picture("report-dark.png", 1400, 1180, dark=True),
    Picture("report-figures.png", 1400, 1500, fragment="run-1-workload-1-epoch-time"),
    Picture("report-sources.png", 1400, 900, fragment=SIDE_BY_SIDE),
    Picture("report-narrow.png", 360, 780),
)


def take(browser: Browser, file: Path, picture: Picture) -> None:
    """Open the page and keep what the window shows."""
    opened = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
    )
    opened.goto(f"{file.as_uri()}#{picture.fragment}")
    opened.screenshot(path=DOCS / picture.name)
    opened.close()


def main() -> None:
    """Build the page and take every picture of it."""
    path = os.environ.get("SOFTMAX_BENCH_BROWSER") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "index.html"
        # Without images: the data set is not this project's to spread.
        file.write_text(page.render([read(RECORD)]), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=path)
        for picture in PICTURES:
            take(browser, file, picture)
        browser.close()


if __name__ == "__main__":
    main()
