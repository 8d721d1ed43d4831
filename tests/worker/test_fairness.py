"""What could make a comparison unfair: what was compiled, and when."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.worker.fairness import between, summarize
from implementations.contract import Compilations
from implementations.null.framework import Framework as Null

counts = st.integers(0, 100)
readings = st.builds(Compilations, counts, counts)
courses = st.lists(readings, min_size=1, max_size=6)


class Settings(Null):
    def settings(self):
        return {"float32 products": "highest"}


@given(readings, counts, counts)
def test_an_epoch_compiled_what_the_second_reading_has_more_than_the_first(before, more, breaks):
    after = Compilations(before.programs + more, before.graph_breaks + breaks)
    assert between(before, after) == Compilations(more, breaks)


def test_where_there_are_no_graph_breaks_there_are_none_to_count():
    assert between(Compilations(1), Compilations(3)) == Compilations(2, None)


@pytest.mark.parametrize("before", [None, Compilations(1)])
@pytest.mark.parametrize("after", [None, Compilations(1)])
def test_between_readings_of_which_one_is_missing_nothing_is_known(before, after):
    assert (between(before, after) is None) == (None in (before, after))


@given(courses)
def test_what_the_first_epoch_compiled_is_no_recompilation(course):
    found = summarize(course, Null())
    assert found.compilations == course[0].programs
    assert found.recompilations == sum(epoch.programs for epoch in course[1:])


@given(courses)
def test_graph_breaks_count_wherever_they_are(course):
    assert summarize(course, Null()).graph_breaks == sum(epoch.graph_breaks for epoch in course)


def test_what_is_compiled_first_and_never_again_is_fair():
    found = summarize([Compilations(2), Compilations(0), Compilations(0)], Null())
    assert (found.compilations, found.recompilations, found.graph_breaks) == (2, 0, None)


@pytest.mark.parametrize("course", [[], [None], [None, None], [Compilations(1), None]])
def test_what_is_not_counted_in_every_epoch_is_unknown(course):
    found = summarize(course, Null())
    assert (found.compilations, found.recompilations) == (None, None)


def test_a_framework_that_counts_nothing_says_so():
    assert Null().compilations() is None


def test_threads_are_those_of_the_process_sleeping_ones_included():
    alone = summarize([], Null()).threads
    done = threading.Event()
    sleeper = threading.Thread(target=done.wait)
    sleeper.start()
    assert summarize([], Null()).threads == alone + 1
    done.set()
    sleeper.join()


def test_settings_are_the_framework_s_own_words():
    assert summarize([], Settings()).settings == {"float32 products": "highest"}
