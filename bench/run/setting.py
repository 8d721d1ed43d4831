"""Where and when a run takes place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The folder that holds what runs can share: environments and problems."""

    folder: Path

    @property
    def environments(self) -> Path:
        return self.folder / "environments"

    @property
    def problems(self) -> Path:
        return self.folder / "problems"

    @property
    def workers(self) -> Path:
        return self.folder / "workers"


@dataclass(frozen=True)
class Setting:
    """What the command line knows about this run."""

    home: Home
    command: tuple[str, ...]
    created: datetime
    run_id: str
