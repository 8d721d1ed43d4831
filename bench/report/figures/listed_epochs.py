"""Which epochs a table lists: all of a few, of many the first and the last."""

from __future__ import annotations

from dataclasses import dataclass

# So many epochs are listed whole; of more, so many at the beginning and at the end.
LISTED = 20
AT_EITHER_END = 5


@dataclass(frozen=True)
class ListedEpochs:
    """The epochs of a table, counted from 0.

    Attributes
    ----------
    omitted : int
        How many are not listed, between the first and the last ones.
    """

    first: range
    omitted: int
    last: range

    @property
    def numbers(self) -> tuple[int, ...]:
        """Those that are listed."""
        return (*self.first, *self.last)

    @property
    def note(self) -> str:
        """What the table leaves out, in words; empty where it holds all."""
        if not self.omitted:
            return ""
        return (
            f"The first {AT_EITHER_END} and the last {AT_EITHER_END} epochs are listed; the record "
            f"holds the {self.omitted:,} between them."
        )


def listed_epochs(epochs: int) -> ListedEpochs:
    """Return which of so many epochs are listed."""
    if epochs <= LISTED:
        return ListedEpochs(range(epochs), 0, range(0))
    return ListedEpochs(
        range(AT_EITHER_END), epochs - 2 * AT_EITHER_END, range(epochs - AT_EITHER_END, epochs)
    )
