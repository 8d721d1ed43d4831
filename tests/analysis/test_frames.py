"""Records as tables: what a row is, what a column means, and that nothing is lost or added."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pandas as pd
import pytest

from bench.analysis import frames
from bench.analysis.ranking import rankings
from bench.records.model import Identity, Record, Resident, Settling, Trial
from bench.report.reading import read
from tests.conftest import REPOSITORY
from tests.report import samples
from tests.report.samples import LINEAR, cell, trial

[PUBLISHED] = (REPOSITORY / "results" / "published").glob("*-fashion-mnist.json")
LONG = (0.08, 0.06, 0.05, 0.05, 0.2, 0.05)


@pytest.fixture(scope="module")
def published() -> Record:
    return read(PUBLISHED)


@pytest.fixture(scope="module")
def epochs(published: Record) -> pd.DataFrame:
    return frames.epochs([published])


def of_trial(**fields: object) -> pd.DataFrame:
    """Return the rows of a cell of one trial."""
    return frames.epochs([samples.record(samples.with_trials(cell(), [trial(**fields)]))])


def unsteady() -> Trial:
    """Return a trial of which two steady epochs had not settled and the fifth was disturbed."""
    measured = trial(epoch_seconds=LONG, cpu_seconds=LONG, settling=Settling(2, True))
    found = replace(measured.interference, disturbed_epochs=(4,))
    return replace(measured, interference=found)


def test_every_epoch_of_every_trial_has_a_row(published: Record, epochs: pd.DataFrame) -> None:
    trials = [one for each in published.cells for one in (*each.trials, *each.set_aside)]
    assert len(epochs) == sum(1 + len(one.epoch_seconds) for one in trials)


def test_a_trial_is_told_by_run_cell_block_and_attempt(epochs: pd.DataFrame) -> None:
    cells = [field.name for field in dataclasses.fields(Identity)]
    assert not epochs.duplicated(["run_id", *cells, "block", "attempt", "epoch"]).any()


def test_the_first_epoch_is_told_from_the_steady_ones() -> None:
    rows = of_trial(first_epoch_seconds=0.5, epoch_seconds=(0.1, 0.2))
    assert rows.epoch.tolist() == [1, 2, 3]
    assert rows.phase.tolist() == ["first", "steady", "steady"]
    assert rows.epoch_seconds.tolist() == [0.5, 0.1, 0.2]
    assert rows.counted.tolist() == [False, True, True]


def test_what_was_learned_stands_beside_its_epoch() -> None:
    rows = of_trial(train_loss=(0.9, 0.6, None), test_accuracy=(0.7, 0.8, 0.9))
    assert rows.test_accuracy.tolist() == [0.7, 0.8, 0.9]
    assert rows.train_loss.isna().tolist() == [False, False, True]


def test_what_is_not_measured_in_the_first_epoch_is_missing_there() -> None:
    rows = of_trial()
    for column in ("cpu_seconds", "disturbed", "waiting_seconds", "run_queue"):
        assert rows[column].isna().tolist() == [True, False, False]


def test_without_counters_nothing_is_said_of_interference() -> None:
    nothing = replace(
        trial().interference,
        method="none",
        involuntary_context_switches=(),
        waiting_seconds=(),
        foreign_cpu_seconds=(),
        steal_seconds=(),
        run_queue=(),
    )
    rows = of_trial(interference=nothing)
    assert rows[["disturbed", "waiting_seconds", "run_queue"]].isna().all(axis=None)
    assert rows.counted.tolist() == [False, True, True]


def test_an_epoch_that_does_not_count_says_why() -> None:
    record = samples.record(samples.with_trials(cell(), [unsteady()]))
    steady = frames.epochs([record]).query("phase == 'steady'")
    assert steady.settled.tolist() == [False, False, True, True, True, True]
    assert steady.disturbed.tolist() == [False, False, False, False, True, False]
    assert steady.counted.tolist() == [False, False, True, True, False, True]


def test_the_counted_epochs_give_the_medians_of_the_summary(
    published: Record, epochs: pd.DataFrame
) -> None:
    keys = ["framework", "framework_version", "form", "execution"]
    of_trials = epochs[epochs.counted].groupby([*keys, "block"], observed=True).epoch_seconds
    of_cells = of_trials.median().groupby(keys, observed=True).median()
    for one in published.cells:
        identity = one.identity
        key = (identity.framework, identity.framework_version, identity.form, identity.execution)
        assert one.summary
        assert of_cells[key] == one.summary.epoch_seconds.median


def test_a_trial_that_was_set_aside_is_there_and_never_counts() -> None:
    attempts = [trial(attempt=0), trial(attempt=1)]
    again = replace(samples.with_trials(cell(), attempts[1:]), set_aside=(attempts[0],))
    rows = frames.epochs([samples.record(again)])
    assert rows.groupby("attempt").set_aside.unique().tolist() == [[True], [False]]
    assert not rows[rows.set_aside].counted.any()


def test_a_cell_without_trials_has_no_epochs_and_a_row_among_the_cells() -> None:
    record = samples.record(cell("numpy"), samples.failed(cell("torch")))
    assert set(frames.epochs([record]).framework) == {"numpy"}
    failed = frames.cells([record]).set_index("framework").loc["torch"]
    assert (failed.status, failed.trials) == ("failed", 0)
    assert failed.reason == "ValueError: shapes do not match"
    assert pd.isna(failed.epoch_seconds)
    assert pd.isna(failed["rank"])


def test_a_cell_has_its_summary_and_its_rank(published: Record) -> None:
    table = frames.cells([published]).set_index(["framework", "form", "execution"])
    [ranking] = rankings(published)
    for ranked in ranking.ranked:
        one = ranked.cell.identity
        row = table.loc[one.framework, one.form, one.execution]
        assert row["rank"] == ranked.rank
        assert row.epoch_seconds == ranked.summary.epoch_seconds.median
        assert row.epoch_seconds_low == ranked.summary.epoch_seconds.low
        assert row.peak_memory_bytes == ranked.summary.peak_memory_bytes
        assert ranked.cell.parity
        assert row.max_abs_error == ranked.cell.parity.max_abs_error


def test_a_cell_has_the_interval_of_its_memory_and_its_place_beside_the_least() -> None:
    record = samples.record(
        samples.holding(cell("numpy", 0.05), 338, 339, 338.5), samples.holding(cell("torch"), 522)
    )
    numpy, torch = frames.cells([record]).itertuples()
    assert numpy.peak_memory_bytes_low < numpy.peak_memory_bytes < numpy.peak_memory_bytes_high
    assert (numpy.memory_against_least, torch.memory_against_least) == ("inconclusive",) * 2
    assert numpy.memory_times_least == pytest.approx(338 / 522)
    assert pd.isna(torch.peak_memory_bytes_low)
    assert pd.isna(torch.memory_times_least_high)


def test_what_was_resident_stands_by_kind_and_moment_and_is_missing_where_it_is_not_known() -> None:
    known = replace(trial().memory, imported=Resident(70, 30, 2, None))
    rows = of_trial(memory=known)
    assert rows.imported_anonymous_bytes.tolist() == [70, 70, 70]
    assert rows.imported_file_bytes.tolist() == [30, 30, 30]
    assert rows.imported_shared_bytes.tolist() == [2, 2, 2]
    assert rows[["imported_huge_bytes", "trained_file_bytes"]].isna().all(axis=None)


def test_ranks_are_those_within_a_workload() -> None:
    record = samples.record(cell("numpy", 0.05), cell("numpy", 0.001, LINEAR))
    assert frames.cells([record])["rank"].tolist() == [1, 1]


def test_every_part_of_the_identity_has_a_column() -> None:
    parts = {field.name for field in dataclasses.fields(Identity)}
    assert parts <= frames.EPOCH_COLUMNS.keys()
    assert parts <= frames.CELL_COLUMNS.keys()


def test_several_records_follow_each_other_and_share_their_categories() -> None:
    one = samples.record(cell("numpy"))
    other = replace(samples.record(cell("torch")), run_id="another", created="2025-03-04T05:06:00Z")
    rows = frames.epochs([one, other])
    assert rows.framework.cat.categories.tolist() == ["numpy", "torch"]
    assert rows.run_id.unique().tolist() == [one.run_id, "another"]


@pytest.mark.parametrize("records", [[], [samples.record()]], ids=["no record", "no cells"])
def test_where_nothing_is_measured_the_columns_stay(records: list[Record]) -> None:
    rows = frames.epochs(records)
    assert rows.empty
    assert list(rows) == list(frames.EPOCH_COLUMNS)
    assert list(frames.cells(records)) == list(frames.CELL_COLUMNS)


def test_columns_have_the_same_types_whatever_is_missing(epochs: pd.DataFrame) -> None:
    bare = of_trial(interference=replace(trial().interference, method="none", run_queue=()))
    assert [str(kind) for kind in bare.dtypes] == [str(kind) for kind in epochs.dtypes]


def test_the_time_of_a_run_is_a_time() -> None:
    rows = frames.epochs([samples.record(cell())])
    assert rows.created[0] == pd.Timestamp("2025-01-02T03:04:05Z")
    strange = frames.epochs([samples.record(cell(), created="yesterday")])
    assert strange.created.isna().all()
