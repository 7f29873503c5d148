"""Energies of spins under fields h and couplings J, and the change between the spin and the binary basis.

``F = - sum_i h_i s_i - sum_{i<j} J_ij s_i s_j - sum_a K_a prod_{i in a} s_i``; with ``s = 2 x - 1`` the same function
of binary x, up to a constant, has other couplings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.models.remaining import left_of, places

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Couplings:
    """Fields (d,), pair couplings (d, d) with zero diagonal, and couplings of larger sets of columns."""

    h: Floats
    J: Floats
    higher: Floats
    sets: tuple[tuple[int, ...], ...] = ()

    def minus_energy(self, spins: Floats) -> Floats:
        """(m,) ``-F`` at the rows of ``spins`` (m, d)."""
        out: Floats = spins @ self.h + 0.5 * np.einsum("mi,mi->m", spins @ self.J, spins)
        for strength, chosen in zip(self.higher, self.sets, strict=True):
            out = out + strength * spins[:, list(chosen)].prod(axis=1)
        return out

    def given(self, known: Mapping[int, float], sets: Sequence[tuple[int, ...]] = ()) -> Couplings:
        """Those of the other columns, in order, where some have these values; of ``sets`` of them those of three and
        more, among which must be what is left of each."""
        d = len(self.h)
        left, place, at = left_of(d, known), places(d, known), list(known)
        h: Floats = self.h[left] + self.J[np.ix_(left, at)] @ np.array([known[j] for j in at])
        pairs = self.J[np.ix_(left, left)]
        higher = {chosen: 0.0 for chosen in sets if len(chosen) > 2}
        for strength, chosen in zip(self.higher, self.sets, strict=True):
            value = float(strength) * math.prod(known[j] for j in chosen if j in known)
            rest = tuple(sorted(place[j] for j in chosen if j in place))
            if len(rest) == 1:
                h[rest[0]] += value
            elif len(rest) == 2:
                pairs[rest] += value
                pairs[rest[::-1]] += value
            elif rest:
                higher[rest] += value
        return Couplings(h, pairs, np.array(list(higher.values())), tuple(higher))


def pair_matrix(values: Floats, dimension: int) -> Floats:
    """(G, d, d) symmetric with zero diagonal, from the values (G, d (d - 1) / 2) of the pairs (0, 1), (0, 2), ..."""
    out = np.zeros((len(values), dimension, dimension))
    stop = 0
    for i in range(dimension - 1):  # the indexes of all pairs would take twice the room of their values
        start, stop = stop, stop + dimension - 1 - i
        out[:, i, i + 1 :] = out[:, i + 1 :, i] = values[:, start:stop]
    return out


def pair_values(matrices: Floats) -> Floats:
    """The inverse of ``pair_matrix``: (G, d (d - 1) / 2)."""
    groups, d = matrices.shape[:2]
    out = np.empty((groups, d * (d - 1) // 2), dtype=matrices.dtype)
    stop = 0
    for i in range(d - 1):
        start, stop = stop, stop + d - 1 - i
        out[:, start:stop] = matrices[:, i, i + 1 :]
    return out


def pairs_in_binary(h: Floats, pairs: Floats) -> tuple[Floats, Floats]:
    """Fields (..., d) and couplings (..., d, d) of the binary basis, from those of the spin basis."""
    return 2.0 * h - 2.0 * pairs.sum(axis=-1), 4.0 * pairs


def pairs_in_spins(h: Floats, pairs: Floats) -> tuple[Floats, Floats]:
    """The inverse of ``pairs_in_binary``."""
    return 0.5 * h + 0.25 * pairs.sum(axis=-1), 0.25 * pairs


def to_binary(sets: list[tuple[int, ...]]) -> Floats:
    """(K, K) matrix that takes spin couplings of the sets to binary ones.

    ``prod_{i in a} (2 x_i - 1) = sum_{b in a} 2^|b| (-1)^(|a| - |b|) prod_{i in b} x_i``. Every subset of a set must be
    among the sets, or the binary couplings would be of sets that are not there: InvalidData says which.
    """
    place = {chosen: k for k, chosen in enumerate(sets)}
    matrix = np.zeros((len(sets), len(sets)))
    for a, chosen in enumerate(sets):
        for size in range(1, len(chosen) + 1):
            for part in combinations(chosen, size):
                if part not in place:
                    raise InvalidData(
                        f"basis='binary' couples every part of the set of columns {chosen}, but {part} is not among "
                        "interactions=: add it, or ask for basis='spin'."
                    )
                matrix[place[part], a] = 2.0**size * (-1.0) ** (len(chosen) - size)
    return matrix
