"""The rows that a class is fitted to, where averages do not say all: what the pass has kept, or the data once more."""

from __future__ import annotations

import numpy as np

from symcat.models.base import Masses
from symcat.models.fit import Observed

NEEDS_ROWS = "its maximum of the likelihood needs all rows, not only averages"
"""Why a class of rows has no answer from averages."""


def at_hand(rows: Masses | None, observed: Observed) -> Masses | None:
    """All rows of a batch of one with what each counts; None where some of them are forgotten.

    Those that the pass has kept if they are all, else ``rows``.
    """
    count = observed.moments.count[0]
    kept = observed.weighted
    if kept is None and observed.sample is not None:
        kept = observed.sample, np.ones(len(observed.sample))
    if kept is not None and abs(kept[1].sum() - count) < 1e-9 * count:
        return [kept]
    return rows
