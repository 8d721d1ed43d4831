"""The harness is killed at random moments: nothing is lost, repeated, left running or left over."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.records import store
from bench.records.model import Trial
from tests.conftest import UNSEEN, CommandLine
from tests.integration.plugins import processes_of
from tests.integration.test_resume import trials_of

PLAN = ("run", "--framework", "numpy", "--workload", "linear", "--blocks", "2", "--profile")
# From the first environment that is made to the last line of the report.
LINES = 24
LONGEST_DELAY_SECONDS = 0.5
PATIENCE_SECONDS = 120.0


class Story:
    """A run in a home of its own, killed again and again until it is complete."""

    def __init__(self, folder: Path):
        self.home = folder / "home"
        self.command_line = CommandLine(folder, {"SOFTMAX_BENCH_HOME": str(self.home)})
        self.measured: dict[tuple[int, int], Trial] = {}

    @property
    def path(self) -> Path | None:
        folder = self.command_line.folder / "results"
        return store.latest(folder) if folder.is_dir() else None

    @property
    def arguments(self) -> tuple[str, ...]:
        return PLAN if self.path is None else ("run", "--resume", str(self.path))

    @property
    def is_complete(self) -> bool:
        return self.path is not None and store.load(self.path).status == "complete"

    def kill_after(self, lines: int, delay_seconds: float) -> None:
        """Go on with the run, and kill it a moment after it has printed so many lines."""
        process = self.command_line.start(*self.arguments)
        assert process.stdout
        for _ in range(lines):
            if not process.stdout.readline():
                break
        time.sleep(delay_seconds)
        process.kill()
        process.communicate()

    def require_nothing_lost(self) -> None:
        """Assert that all is there that was, and no trial twice."""
        if self.path is not None:
            kept = trials_of(store.load(self.path))
            assert self.measured.items() <= kept.items()
            self.measured = kept

    def finish(self) -> None:
        """Assert that the next run, the rest of this one or another, leaves all measured."""
        if self.is_complete:
            self.require_nothing_lost()
            self.measured = {}
            arguments = (*PLAN[:-2], "1", *UNSEEN)
        else:
            arguments = self.arguments
        done = self.command_line(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        self.require_nothing_lost()
        assert self.path is not None
        assert len(self.measured) == len(store.load(self.path).schedule)

    def require_nothing_left_over(self) -> None:
        """Assert that the next run has left nothing of what was killed before it."""
        folder = self.command_line.folder
        assert [path for path in folder.rglob(".*") if path.name.startswith(".partial-")] == []
        assert list((folder / "tmp").glob("softmax-bench-worker-*")) == []


def kills(seed: int, count: int) -> Iterator[tuple[int, float]]:
    """Yield moments: after how many lines, and how long after."""
    generator = random.Random(seed)
    for _ in range(count):
        yield generator.randrange(LINES), generator.uniform(0, LONGEST_DELAY_SECONDS)


def survive(folder: Path, seed: int, count: int, ended: Callable[[CommandLine], None]) -> None:
    """Kill so often, in one story after the other."""
    stories = [Story(folder / "0")]
    stories[0].command_line.folder.mkdir()
    for lines, delay_seconds in kills(seed, count):
        story = stories[-1]
        if story.is_complete:
            stories.append(Story(folder / str(len(stories))))
            story = stories[-1]
            story.command_line.folder.mkdir()
        story.kill_after(lines, delay_seconds)
        ended(story.command_line)
        story.require_nothing_lost()
    for story in stories:
        story.finish()
        story.require_nothing_left_over()
        ended(story.command_line)


def wait_until_nothing_runs(command_line: CommandLine) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while processes_of(command_line):
        assert time.monotonic() < deadline, processes_of(command_line)
        time.sleep(0.05)


def require_that_nothing_runs_a_second_later(command_line: CommandLine) -> None:
    time.sleep(1.0)
    assert processes_of(command_line) == []


def test_a_run_that_is_killed_at_random_moments_loses_repeats_and_leaves_nothing(tmp_path):
    survive(tmp_path, seed=0, count=2, ended=wait_until_nothing_runs)


@pytest.mark.selftest
def test_two_hundred_kills_lose_repeat_and_leave_nothing_and_all_is_over_in_a_second(tmp_path):
    survive(tmp_path, seed=1, count=200, ended=require_that_nothing_runs_a_second_later)
