"""The images that a page shows and no record holds, from where the data are at hand."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Optional

from bench.records.model import Record
from bench.report.gallery import Pictures, needed
from bench.workloads.catalog import WORKLOADS
from bench.workloads.workload import DataError


def pictures_at_hand(records: Sequence[Record], data_dir: Optional[Path]) -> Pictures:
    """Return the images that a page of these records wants; nothing is downloaded.

    Where there are none, the page shows names alone; where `data_dir` was named for them, that is
    a mistake.

    Raises
    ------
    DataError
        If the files in `data_dir` are missing or damaged.
    """
    found = {}
    for name, indices in needed(records).items():
        workload = WORKLOADS.get(name)
        if workload is None or workload.images is None:
            continue
        with suppress(*(() if data_dir else (DataError,))):
            images = workload.images(data_dir)
            found[name] = {index: images[index] for index in indices if index < len(images)}
    return found
