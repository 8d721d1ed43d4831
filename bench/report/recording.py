"""Records in a notebook: what :func:`bench.load` returns."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from bench.analysis import frames
from bench.records.model import Record
from bench.records.printable import printable
from bench.report.outcomes import Outcome, outcomes
from bench.report.plain_tables import PlainTable


@dataclass(frozen=True, repr=False)
class Recording:
    """One record or several, to be worked with in pandas.

    Examples
    --------
    >>> recording = bench.load("results/20261120T101500Z-1a2b3c4d.json")
    >>> epochs = recording.frame()
    >>> epochs[epochs.counted].groupby(["framework", "form"], observed=True).epoch_seconds.median()
    """

    records: tuple[Record, ...]

    @property
    def record(self) -> Record:
        """The only record.

        Raises
        ------
        ValueError
            If there are several: `records` holds them.
        """
        if len(self.records) != 1:
            raise ValueError(f"{len(self.records)} records were loaded: .records holds them.")
        return self.records[0]

    def frame(self) -> pd.DataFrame:
        """Return a row for each epoch of each trial; docs/reports.md explains the columns."""
        return frames.epochs(self.records)

    def cells(self) -> pd.DataFrame:
        """Return a row for each cell with its summary, ranked or not."""
        return frames.cells(self.records)

    def __repr__(self) -> str:
        return f"Recording({', '.join(record.run_id for record in self.records)})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the verdict and the ranking of every workload."""
        return "".join(_shown(one) for record in self.records for one in outcomes(record))


def _shown(outcome: Outcome) -> str:
    found = outcome.verdict
    verdict = Markup("<p><strong>{}</strong> {}</p>\n").format(
        printable(" ".join(filter(None, (found.speed, found.leader)))),
        printable(" ".join(filter(None, (found.gains, found.sameness)))),
    )
    return verdict if outcome.table is None else verdict + _html_table(outcome.table)


def _html_table(table: PlainTable) -> Markup:
    headings = (Markup('<th scope="col">{}</th>').format(one.heading) for one in table.columns)
    rows = (
        Markup("<tr>{}</tr>\n").format(Markup().join(map(_html_entry, row)))
        for row in zip(*(column.entries for column in table.columns))
    )
    return Markup("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n").format(
        Markup().join(headings), Markup().join(rows)
    )


def _html_entry(text: str) -> Markup:
    return Markup("<td>{}</td>").format(Markup("<br>").join(text.split("\n")))
