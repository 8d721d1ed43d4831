"""What the report's tests share: one run in which everything happened that can happen."""

from __future__ import annotations

import pytest

from bench.records.model import Record
from bench.report import page
from tests.report import samples
from tests.report.document import Document, parse


@pytest.fixture(scope="session")
def eventful() -> Record:
    """Two workloads; of the first, cells of every status."""
    return samples.eventful()


@pytest.fixture(scope="session")
def eventful_html(eventful: Record) -> str:
    return page.render([eventful])


@pytest.fixture(scope="session")
def eventful_page(eventful_html: str) -> Document:
    return parse(eventful_html)
