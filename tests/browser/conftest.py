"""What browser tests share: one browser, and pages that it opens."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bench.records.model import Record
from bench.report import page
from tests.browser.opening import Opener, Readers
from tests.report import samples
from tests.report.large import large, noise, published

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser of one's own choice, by its path.
BROWSER_VARIABLE = "SOFTMAX_BENCH_BROWSER"
# Set where a missing browser is a failure, as in continuous integration.
REQUIRE_VARIABLE = "SOFTMAX_BENCH_REQUIRE_BROWSER"
# The browser's own errands must not pass for the page's, nor take time.
FLAGS = (
    "--disable-quic",
    "--disable-domain-reliability",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def browser_path() -> str:
    """Return the path of a browser, or skip the test, or fail it where one has to be there."""
    named = os.environ.get(BROWSER_VARIABLE)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    message = (
        f"No browser: {named or ', '.join(BROWSERS)} cannot be found. Install one, with "
        f"`apt-get install chromium` say, or name one in {BROWSER_VARIABLE}."
    )
    if os.environ.get(REQUIRE_VARIABLE):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="package")
def readers() -> Iterator[Readers]:
    """Run one browser for all tests of this folder, and end it after them."""
    path = browser_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield Readers(browser)
        browser.close()


@pytest.fixture
def open_page(readers: Readers) -> Iterator[Opener]:
    """Open pages; what they ask for or complain about fails the test, unless it is cleared."""
    opener = Opener(readers)
    yield opener
    opener.close()
    assert opener.requests == []
    assert opener.complaints == []


@pytest.fixture(scope="session")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a run in which everything happened that can happen."""
    return written([samples.eventful()], tmp_path_factory)


@pytest.fixture(scope="session")
def lanes_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a run with every lane and both inputs."""
    return written([samples.lanes()], tmp_path_factory)


@pytest.fixture(scope="session")
def published_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the run that the README shows."""
    return written([published()], tmp_path_factory)


@pytest.fixture(scope="session")
def several_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of several runs, two of them of the same workload."""
    return written([published(), samples.eventful()], tmp_path_factory)


@pytest.fixture(scope="session")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a run of 60 cells."""
    return written([large(published())], tmp_path_factory)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of no run at all."""
    return written([], tmp_path_factory)


def written(records: Sequence[Record], folders: pytest.TempPathFactory) -> Path:
    """Return the page of these records, with images, as a file in a folder of its own."""
    path = folders.mktemp("report") / "index.html"
    path.write_text(page.render(records, noise(records)), encoding="utf-8")
    return path
