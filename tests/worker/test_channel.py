"""Progress over real pipes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bench.worker import channel
from bench.worker.channel import BOUNDARY, Channel


class Pipes:
    """Both pipes between a worker and a harness that has answered in advance."""

    def __init__(self) -> None:
        self.events, self.worker_events = os.pipe()
        self.worker_acknowledgements, self.acknowledgements = os.pipe()

    def answer(self, times: int) -> None:
        """Acknowledge events that are still to come."""
        os.write(self.acknowledgements, b"\n" * times)

    def channel(self) -> Channel:
        return Channel(self.worker_events, self.worker_acknowledgements)

    def sent(self) -> list[dict[str, object]]:
        """Return the events that were sent, once the worker has hung up."""
        os.close(self.worker_events)
        with open(self.events, "rb", closefd=False) as lines:
            return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Close what is still open."""
        for end in (
            self.events,
            self.worker_events,
            self.worker_acknowledgements,
            self.acknowledgements,
        ):
            with suppress(OSError):
                os.close(end)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    pipes = Pipes()
    yield pipes
    pipes.close()


@pytest.fixture
def every_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "SECONDS_BETWEEN_EVENTS", 0)


@pytest.fixture
def hardly_any_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "SECONDS_BETWEEN_EVENTS", 1e9)


def test_an_event_is_one_line_of_json(pipes):
    pipes.answer(1)
    pipes.channel().send(stage="training", epoch=3, train_loss=0.5, test_accuracy=None)
    assert pipes.sent() == [
        {"stage": "training", "epoch": 3, "train_loss": 0.5, "test_accuracy": None}
    ]


def test_a_line_break_within_an_event_does_not_end_it(pipes):
    pipes.answer(1)
    pipes.channel().send(stage="one\ntwo")
    assert pipes.sent() == [{"stage": "one\ntwo"}]


def test_events_come_in_their_order(pipes, every_event):
    pipes.answer(3)
    worker = pipes.channel()
    for epoch in range(3):
        worker.send(epoch=epoch)
    assert [event["epoch"] for event in pipes.sent()] == [0, 1, 2]


def test_each_event_waits_for_an_answer_of_its_own(pipes, every_event):
    pipes.answer(3)
    pipes.channel().send(epoch=1)
    assert os.read(pipes.worker_acknowledgements, 10) == b"\n\n"


def test_an_event_shortly_after_another_is_dropped(pipes, hardly_any_event):
    pipes.answer(1)
    worker = pipes.channel()
    worker.send(epoch=1)
    worker.send(epoch=2)
    assert [event["epoch"] for event in pipes.sent()] == [1]


def test_the_first_event_is_always_sent(pipes, hardly_any_event):
    pipes.answer(1)
    pipes.channel().send(epoch=1)
    assert len(pipes.sent()) == 1


def test_a_boundary_is_told_and_waited_at(pipes):
    pipes.answer(3)
    worker = pipes.channel()
    worker.boundary(1, 0)
    worker.boundary(2, 0)
    assert os.read(pipes.worker_acknowledgements, 10) == b"\n"
    assert pipes.sent() == [{"stage": BOUNDARY, "epoch": 1}, {"stage": BOUNDARY, "epoch": 2}]


def test_short_epochs_share_a_stop(pipes):
    pipes.answer(1)
    worker = pipes.channel()
    for epoch in range(3):
        worker.boundary(epoch, 1e9)
    assert [event["epoch"] for event in pipes.sent()] == [0]


def test_progress_and_boundaries_do_not_hold_each_other_back(pipes, hardly_any_event):
    pipes.answer(2)
    worker = pipes.channel()
    worker.send(stage="training", epoch=1)
    worker.boundary(1, 0)
    assert [event["stage"] for event in pipes.sent()] == ["training", BOUNDARY]


def test_a_worker_whose_harness_no_longer_listens_ends(pipes):
    os.close(pipes.events)
    with pytest.raises(SystemExit, match="the harness is gone"):
        pipes.channel().send(epoch=1)


def test_a_worker_whose_harness_no_longer_answers_ends(pipes):
    os.close(pipes.acknowledgements)
    with pytest.raises(SystemExit, match="the harness is gone"):
        pipes.channel().send(epoch=1)
