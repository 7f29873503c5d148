"""Groups that no class can describe: those that would be refused as tables, and what a common batch adds to that."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.data.statistics import Groups
from symcat.data.validation import check_columns, check_target
from symcat.errors import InvalidData

INFINITE = "a value is infinite: replace it by a missing value or remove the row"
OVERFLOW = "the powers of a value overflow: check for a sentinel value, or rescale the column"
_REASONS = (
    None,
    INFINITE,
    OVERFLOW,
    "a column spreads over quite another scale than in the other groups: solve this group by itself",
    "There are no complete rows. Pass rows with a value in every measured column.",
)
USABLE, _INFINITE, _OVERFLOW, _FAR_SCALE, _EMPTY = range(len(_REASONS))

LARGEST_RATIO = 1e35
"""Of spreads in two groups: its eighth power, which errors of fourth moments take, is still a double."""


def refusals(
    groups: Groups, schema: Schema, full_rank: bool, *, target: str | None = None, about_zero: bool = False
) -> tuple[tuple[str | None, ...], NDArray[np.int64]]:
    """Why a group cannot be used, in the words for a single table; null where it can.

    Options as ``check_target`` and ``check_columns``.
    """
    moments = groups.moments.of_pairs
    codes = np.full(len(moments.count), USABLE, dtype=np.int64)
    spreads = _variances(moments, list(schema.at("real")))
    for reason, concerned in (
        (_FAR_SCALE, _far_scale(spreads.variance)),
        (_EMPTY, moments.count == 0),
        (_OVERFLOW, groups.overflow),
        (_INFINITE, groups.infinite),
    ):
        codes[concerned] = reason
    texts = {text: code for code, text in enumerate(_REASONS)}
    usable = blanked(moments, codes != USABLE)
    kinds = _doubts(usable, spreads if usable is moments else None, schema, full_rank)
    doubtful = np.flatnonzero(kinds)
    doubtful = doubtful[codes[doubtful] == USABLE]
    _, first, place = np.unique(kinds[doubtful], return_index=True, return_inverse=True)
    found = np.full(len(first), USABLE)
    for index, group in enumerate(doubtful[first].tolist()):
        own = moments.groups(slice(group, group + 1))
        try:
            if target is not None:
                check_target(own, schema, target, about_zero=about_zero)
            check_columns(own, schema, full_rank, about_zero=about_zero)
        except InvalidData as error:
            found[index] = texts.setdefault(str(error), len(texts))
    codes[doubtful] = found[place]
    return tuple(texts), codes


class _Spreads(NamedTuple):
    """(G, r) of some columns: variances, and the averages of squares that they are a difference of."""

    variance: Floats
    square: Floats


def _doubts(moments: Moments, spreads: _Spreads | None, schema: Schema, full_rank: bool) -> NDArray[np.int64]:
    """(G,) 0 where ``check_columns`` is sure to accept a group; it judges groups of the same other number alike.

    Negative numbers are of groups that are one of a kind.
    """
    count, real, two_valued = moments.count, list(schema.at("real")), list(schema.at("two-valued"))
    kinds = np.zeros(len(count), dtype=np.int64)
    if real:
        variance, square = spreads or _variances(moments, real)
        floor = moments.mean[:, real]
        floor *= 32.0 * np.finfo(float).eps / moments.unit
        varies = (variance > 1e-9 * square + floor**2).all(axis=1)
        unsure = np.asarray(~varies, dtype=np.bool_)
        if full_rank and len(real) > 1:
            short = varies & (count <= len(real))
            kinds[short] = 2 + count[short].astype(np.int64)
            enough = varies & ~short
            own = moments.groups(enough).part(real)
            unsure[enough] = _nearly_dependent(own.first, own.second)
        kinds[unsure] = -1 - np.flatnonzero(unsure)
    if schema.at("categorical"):
        if moments.states is None:
            kinds[:] = 3
        elif len(schema.discrete) == len(schema):
            kinds[np.diff(moments.states.starts) == 1] = 2
    elif two_valued:
        kinds[(np.abs(moments.mean[:, two_valued]) > 1.0 - 1.0 / np.maximum(count, 1.0)[:, None]).all(axis=1)] = 2
    kinds[count < 2] = 1
    return kinds


def _nearly_dependent(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """(G,) whether columns that vary may be linearly dependent, rounding included."""
    covariance = second - first[:, :, None] * first[:, None, :]
    deviation = np.sqrt(np.einsum("gii->gi", covariance))
    smallest = np.linalg.eigvalsh(covariance / (deviation[:, :, None] * deviation[:, None, :]))[:, 0]
    return np.asarray(~(smallest > 1e-8 * first.shape[1]), dtype=np.bool_)


def _far_scale(variance: Floats) -> NDArray[np.bool_]:
    """(G,) whether a real column varies, by the variances (G, r), but in quite another unit than that of all groups."""
    if not ((variance > LARGEST_RATIO**2).any() or (variance < LARGEST_RATIO**-2).any()):
        return np.zeros(len(variance), dtype=np.bool_)
    far = (variance > 0.0) & ((variance < LARGEST_RATIO**-2) | (variance > LARGEST_RATIO**2))
    return np.asarray(far.any(axis=1), dtype=np.bool_)


def _variances(moments: Moments, at: list[int]) -> _Spreads:
    square = np.einsum("gii->gi", moments.second)[:, at]
    return _Spreads(square - moments.first[:, at] ** 2, square)


def blanked(moments: Moments, refused: NDArray[np.bool_]) -> Moments:
    """The same with nothing in the groups refused, so that no class meets what it cannot reckon with."""
    if not refused.any():
        return moments
    return moments.each(lambda values: np.where(refused.reshape(-1, *(1,) * (values.ndim - 1)), 0.0, values))
