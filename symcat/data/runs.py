"""Files that were sorted, or grouped, or written out from counts: equal values stand together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats

_MOST = 1 << 20  # rows that are looked at


def in_runs(batches: Iterable[Floats]) -> bool:
    """Whether a column of the rows (m, d), or the rows themselves, have equal values but only beside each other, or a
    column of them is in order."""
    kept: list[Floats] = []
    seen = 0
    for rows in batches:
        kept.append(rows[: _MOST - seen])
        seen += len(kept[-1])
        if seen == _MOST:
            break
    rows = np.concatenate(kept)
    columns = [np.unique(column, return_inverse=True)[1] for column in rows.T]
    whole = np.unique(rows, axis=0, return_inverse=True)[1] if rows.shape[1] > 1 else columns[0]
    return any(map(_together, [*columns, whole])) or any(map(_in_order, columns))


def _together(place: NDArray[np.intp]) -> bool:
    """Whether there are several distinct values, some of them repeated, and each has one run."""
    distinct = int(place.max()) + 1
    runs = 1 + int(np.count_nonzero(place[1:] != place[:-1]))
    return 1 < distinct < len(place) and runs == distinct


def _in_order(place: NDArray[np.intp]) -> bool:
    step = np.diff(place)
    return bool(step.any() and ((step >= 0).all() or (step <= 0).all()))
