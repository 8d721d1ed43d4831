"""What the report's tests share: one run in which everything happened that can happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.records.model import Ceiling, Check, Record
from bench.report import page
from tests.report import samples
from tests.report.document import Document, parse
from tests.report.samples import LINEAR, cell


@pytest.fixture(scope="session")
def eventful() -> Record:
    """Two workloads; of the first, cells of every status."""
    return samples.record(
        replace(cell("numpy", 0.04), profile=samples.profile(0.04)),
        samples.summarized(
            cell("torch", 0.08, form="high_level"), disturbed_trials=1, times_floor=4.0
        ),
        replace(cell("jax", 0.9, execution="compiled"), profile=samples.profile(0.9, fused=True)),
        samples.invalid(cell("mxnet", 0.06)),
        samples.failed(cell("tensorflow")),
        samples.unavailable(cell("mxnet", form="high_level")),
        samples.unmeasured(cell("sklearn", form="high_level"), status="pending"),
        cell("numpy", 0.001, LINEAR),
        cell("torch", 0.004, LINEAR),
        samples.floor(),
        checks=(Check("load", "warning", "load average 3.00 on 4 CPUs", "Stop other work."),),
        ceilings=(Ceiling("cpu", 2, 95.3e9, 17.1e9, "products of matrices"),),
    )


@pytest.fixture(scope="session")
def eventful_html(eventful: Record) -> str:
    return page.render([eventful])


@pytest.fixture(scope="session")
def eventful_page(eventful_html: str) -> Document:
    return parse(eventful_html)
