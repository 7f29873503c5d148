"""Groups of a regression in which a level of a categorical predictor does not occur: its coefficient is unknown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest import Source
from symcat.data.ingest.indicators import name_of
from symcat.data.moments import Moments

_ROUNDING = 1e-9


def absent_levels(source: Source, moments: Moments) -> tuple[str | None, ...]:
    """(G,) why each group has no answer, in words; None where all levels occur, or there is no row."""
    found: list[list[str]] = [[] for _ in moments.count]
    for column, levels in source.categories.items():
        for level, absent in _shares(source, moments, column, levels):
            for group in np.flatnonzero(absent & (moments.count > 0)).tolist():
                found[group].append(f"{level!r} of {column!r}")
    return tuple(_in_words(names) for names in found)


def _shares(
    source: Source, moments: Moments, column: str, levels: tuple[object, ...]
) -> Iterator[tuple[object, NDArray[np.bool_]]]:
    """Each level and whether no row of a group (G,) has it; the first, which has no indicator, by what others leave."""
    names = source.schema.columns
    indicators = [name_of(column, level) for level in levels[1:]]
    if not set(indicators) <= set(names):
        return
    left = np.ones(len(moments.count))
    for level, name in zip(levels[1:], indicators, strict=True):
        j = names.index(name)
        share = source.schema.share_of_upper(j, moments.mean[:, j])
        left -= share
        yield level, np.abs(share) < _ROUNDING
    yield levels[0], np.abs(left) < _ROUNDING


def _in_words(names: list[str]) -> str | None:
    if not names:
        return None
    which = dict.fromkeys(name.rpartition(" of ")[2] for name in names)
    return (
        f"no row of this group has {' or '.join(names)}, so that the coefficient is unknown: leave out "
        f"{', '.join(which)} with columns=, join rare levels, or solve the rows of this group alone"
    )
