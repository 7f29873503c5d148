"""Gaussian columns given levels, where some of both are known: what is left of them, and what they say of the levels.

Given the levels c of the other discrete columns, known real columns u are Gaussian about ``mean_u + sum_j effect_ju``,
whose logarithm is a field on every level and a coupling of every two; the other real columns are Gaussian about what
their regression on u adds to their own effects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from symcat.data.moments import Floats
from symcat.models.potts.layout import Layout
from symcat.models.remaining import left_of


class Remaining(NamedTuple):
    """Of the k' real columns and the Q' levels that are left, of columns of ``sizes``."""

    sizes: tuple[int, ...]
    mean: Floats  # (k',)
    effect: Floats  # (Q', k')
    precision: Floats  # (k', k')
    fields: Floats  # (Q',) of the known real columns on the levels, which add up to nothing over a column's
    pairs: Floats  # (Q', Q') likewise their couplings


def remaining(
    sizes: Sequence[int],
    mean: Floats,
    effect: Floats,
    precision: Floats,
    digits: Mapping[int, int],
    reals: Mapping[int, float],
) -> Remaining:
    """What is left where discrete columns have the levels ``digits`` and real ones the values ``reals``."""
    whole = Layout(tuple(sizes))
    columns, rest, at = left_of(len(whole), digits), left_of(len(mean), reals), list(reals)
    levels = np.flatnonzero(~np.isin(whole.column_of, list(digits)))
    layout = Layout(tuple(whole.sizes[j] for j in columns))
    mean = mean + sum((effect[whole.offsets[j] + a] for j, a in digits.items()), np.zeros(len(mean)))
    effect = effect[levels]
    if not at:
        nothing = np.zeros((layout.levels, layout.levels))
        return Remaining(layout.sizes, mean, effect, precision, np.diagonal(nothing), nothing)
    away = np.array([reals[a] for a in at]) - mean[at]
    own, cross, on = precision[np.ix_(rest, rest)], precision[np.ix_(rest, at)], precision[np.ix_(at, at)]
    slopes = np.asarray(-np.linalg.solve(own, cross), dtype=np.float64)  # (k', u) of those left on those known
    alone: Floats = on + cross.T @ slopes  # (u, u) precision of those known given the levels
    said = effect[:, at] @ alone
    square = -said @ effect[:, at].T
    fields = (said @ away + 0.5 * np.diagonal(square)) @ layout.centring.T if len(layout) else np.zeros(0)
    return Remaining(
        layout.sizes,
        mean[rest] + slopes @ away,
        effect[:, rest] - effect[:, at] @ slopes.T,
        own,
        fields,
        np.where(layout.apart, square, 0.0),
    )
