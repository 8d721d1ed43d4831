"""What the report's tests share: one run in which everything happened that can happen."""

from __future__ import annotations

import pytest

from bench.records.model import Record
from bench.report import page
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import LINEAR, cell


@pytest.fixture(scope="session")
def eventful() -> Record:
    """Two workloads; of the first, cells of every status."""
    return samples.record(
        cell("numpy", 0.04),
        cell("torch", 0.08, form="high_level"),
        cell("jax", 0.9, execution="compiled"),
        samples.invalid(cell("mxnet", 0.06)),
        samples.failed(cell("tensorflow")),
        samples.unavailable(cell("mxnet", form="high_level")),
        samples.unmeasured(cell("sklearn", form="high_level"), status="pending"),
        cell("numpy", 0.001, LINEAR),
        cell("torch", 0.004, LINEAR),
    )


@pytest.fixture(scope="session")
def eventful_html(eventful: Record) -> str:
    return page.render([eventful])


@pytest.fixture(scope="session")
def eventful_page(eventful_html: str) -> Document:
    return parse(eventful_html)
