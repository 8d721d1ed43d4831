"""Did it start from the same input, and was its work done when the clock stopped?"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_low

import numpy as np

from bench.records.model import InputProof, SyncProof, WorkloadInfo

# Work left when an epoch returns: at most 5 % of it, for that much makes no lie worth telling, and
# an engine that still applies the last step's update is no liar; but no less than a millisecond,
# below which two readings of the parameters differ by chance.
UNFINISHED_SHARE = 0.05
UNFINISHED_SECONDS = 1e-3


def synchronization(
    unfinished_seconds: Sequence[float], epoch_seconds: Sequence[float]
) -> SyncProof:
    """Return whether the steady epochs' work was done when their clock stopped.

    The median over the epochs is judged, of an even number the lower of the middle two: an
    implementation that returns early does so every time, a process that was held up while it read
    its parameters was so once.
    """
    unfinished = median_low(unfinished_seconds)
    tolerance = max(UNFINISHED_SECONDS, UNFINISHED_SHARE * float(np.median(epoch_seconds)))
    return SyncProof(unfinished <= tolerance, unfinished, tolerance)


def same_input(initial_sha256: str, order_sha256: str, info: WorkloadInfo) -> InputProof:
    """Return whether a trial's input was that of its workload, by their digests."""
    expected = (info.initial_sha256, info.order_sha256)
    return InputProof((initial_sha256, order_sha256) == expected, initial_sha256, order_sha256)
