"""Averages of unit vectors: the mean, the second moments, and whether the rows are such vectors at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments

Floats = NDArray[np.float64]

ANSWERED, NO_LENGTH = 0, 1

_ROUNDED = 6e-3
"""How far lengths may be from one, as a share of how far the directions are from each other: rounded digits, two
decimals where these are not near each other."""
_ROUNDING = 1e-7  # below which the fourth moments do not tell
LENGTH = (
    "the rows are not unit vectors: divide each by its length to describe the directions alone, or take a class of "
    "vectors of any length"
)


@dataclass(frozen=True)
class Stated(Moments):
    """Averages that a user stated of unit vectors, about zero; those that were not stated are not numbers."""


@dataclass(frozen=True)
class Seen:
    """Of G groups: the mean (G, d), second moments (G, d, d) of trace one, and ``away``, one less the square of the
    length of the mean, without cancellation."""

    count: Floats
    mean: Floats
    second: Floats
    away: Floats
    unit: NDArray[np.bool_]  # (G,) whether the rows are unit vectors

    @property
    def length(self) -> Floats:
        """(G,) that of the mean, the mean resultant length."""
        out: Floats = np.sqrt((self.mean * self.mean).sum(axis=1))
        return out


def seen(moments: Moments) -> Seen:
    """Worked out once for all classes that ask."""
    return moments.once(_seen)


def are_unit_vectors(moments: Moments) -> NDArray[np.bool_]:
    """(G,) whether the rows of each group are, to the digits that they have."""
    return seen(moments).unit


def _seen(moments: Moments) -> Seen:
    if isinstance(moments, Stated):
        away = 1.0 - (moments.first**2).sum(axis=1)
        every = np.ones(moments.n_groups, dtype=np.bool_)
        return Seen(moments.count, moments.first, moments.second, away, every)
    with np.errstate(all="ignore"):  # groups that cannot be used are not numbers
        mean, scale = moments.mean, moments.unit**2
        spread = moments.centred.second * scale
        second = spread + mean[:, :, None] * mean[:, None, :]
        trace = np.einsum("gii->g", second)
        away = np.einsum("gii->g", spread) / trace
        about = moments.about(np.zeros(moments.dimension))
        off = np.sqrt(np.maximum(about.m4 * scale**2 - 2.0 * trace + 1.0, 0.0))  # of the squares of the lengths
        unit = (off <= 2.0 * _ROUNDED * np.sqrt(away) + _ROUNDING) & (trace > 0.5)
        length = np.sqrt(trace)
    return Seen(moments.count, mean / length[:, None], second / trace[:, None, None], away, unit)
