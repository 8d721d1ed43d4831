"""Carry out attacks, one class after the other, and say what came of each."""

from __future__ import annotations

import shutil
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from tests.attack import kills, options, plans, processes, records, surroundings, workers
from tests.attack.aftermath import judge
from tests.attack.attack import Draw, Number
from tests.attack.place import Place

CLASSES: dict[str, Draw] = {
    "kills": kills.draw,
    "records": records.draw,
    "plans": plans.draw,
    "workers": workers.draw,
    "options": options.draw,
    "surroundings": surroundings.draw,
}


@dataclass(frozen=True)
class Outcome:
    """What came of one attack.

    Attributes
    ----------
    faults : tuple of str
        The promises that were broken; empty if it was survived.
    folder : Path
        Kept if there are any.
    """

    number: Number
    what: str
    faults: tuple[str, ...]
    folder: Path
    commands: int
    signals: int
    seconds: float


@dataclass(frozen=True)
class Camp:
    """Where a campaign takes place.

    Attributes
    ----------
    stock : Path
        What all attacks begin with.
    grace_seconds : float
        After which nothing that a command started may be there any more.
    """

    folder: Path
    stock: Path
    grace_seconds: float

    def attack(self, number: Number) -> Outcome:
        """Draw an attack, carry it out and judge it; its folder stays if it was not survived."""
        begun = time.monotonic()
        generator = number.generator()
        attack = CLASSES[number.of_class](generator)
        place = Place(self.folder / str(number), self.stock, self.grace_seconds)
        try:
            attack.carry_out(place)
        # What an attack trips over is a fault that was found, here or there.
        except Exception:
            place.findings.append(f"the attack itself failed: {traceback.format_exc()}")
        finally:
            processes.end(place.folder)
        faults = judge(place.aftermath())
        if not faults:
            shutil.rmtree(place.folder, ignore_errors=True)
        return Outcome(
            number,
            attack.what,
            faults,
            place.folder,
            len(place.ended),
            place.signals,
            time.monotonic() - begun,
        )

    def counted(self, seed: int, counts: dict[str, int], jobs: int) -> Iterator[Outcome]:
        """Yield the outcomes of so many attacks of each class."""
        numbers = [Number(seed, name, n) for name in counts for n in range(counts[name])]
        with ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(self.attack, numbers)

    def timed(
        self, seed: int, classes: Sequence[str], seconds: float, jobs: int
    ) -> Iterator[Outcome]:
        """Yield the outcomes of attacks for some time, of which each class has the same share."""
        deadline = time.monotonic() + seconds
        spent = dict.fromkeys(classes, 0.0)
        begun = dict.fromkeys(classes, 0)
        going: dict[Future[Outcome], str] = {}
        with ThreadPoolExecutor(jobs) as pool:
            while True:
                while len(going) < jobs and time.monotonic() < deadline:
                    name = _next(spent, begun, list(going.values()))
                    going[pool.submit(self.attack, Number(seed, name, begun[name]))] = name
                    begun[name] += 1
                if not going:
                    return
                for future in wait(going, return_when=FIRST_COMPLETED).done:
                    spent[going.pop(future)] += future.result().seconds
                    yield future.result()


def _next(spent: dict[str, float], begun: dict[str, int], going: list[str]) -> str:
    """Return the class that has had the least time; what is going on counts as its mean so far."""

    def share(name: str) -> float:
        done = begun[name] - going.count(name)
        mean = spent[name] / done if done else 0.0
        return spent[name] + going.count(name) * max(mean, 1.0)

    return min(spent, key=share)
