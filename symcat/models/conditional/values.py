"""The user's own numbers: what a coefficient multiplies is a value in the data, not the -1 and +1 of the moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from symcat.data.levels import Levels
from symcat.data.moments import Floats, Moments

Predictors = Sequence[Levels | None]
"""Of each predictor its values of -1 and +1; None of a real one."""


def numbers(pair: Levels) -> tuple[float, float]:
    """The values of -1 and +1 as numbers: themselves, and 0 and 1 for booleans and texts."""
    return (0.0, 1.0) if isinstance(pair[0], str | bool) else (float(pair[0]), float(pair[1]))


def middle_and_half(levels: Predictors) -> tuple[Floats, Floats]:
    """(p,) and (p,): a column's value is ``middle + half`` times what encodes it; 0 and 1 for a real one."""
    pairs = np.array([(-1.0, 1.0) if pair is None else numbers(pair) for pair in levels]).reshape(-1, 2)
    return pairs.mean(axis=1), 0.5 * (pairs[:, 1] - pairs[:, 0])


def own_values(rows: Floats, levels: Predictors) -> Floats:
    """Encoded rows (..., p) as the numbers in the data."""
    if not any(levels):
        return rows
    middle, half = middle_and_half(levels)
    return np.asarray(middle + half * rows)


def own_moments(moments: Moments, levels: Predictors) -> Moments:
    """First and second averages of encoded columns as those of the numbers in the data."""
    if not any(levels):
        return moments.of_pairs
    middle, half = middle_and_half(levels)
    return replace(
        moments.of_pairs,
        origin=middle + half * moments.origin,
        first=half * moments.first,
        second=half[:, None] * half * moments.second,
    )
