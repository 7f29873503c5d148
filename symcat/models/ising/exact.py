"""Couplings of any sets of columns from their averages, by sums over all 2^d states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising import hypercube
from symcat.models.ising.newton import Maximum, maximise

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_STATES_AT_ONCE = 1 << 21  # of all groups of a piece together: bounds memory, keeps small problems in cache


class Hypercube:
    """All 2^d states of d spins; one statistic per mask, the product of its spins.

    ``allowed`` (2^d,) says which states may occur, for a maximum at infinity that has shut the others out.
    """

    def __init__(self, dimension: int, masks: Integers, allowed: NDArray[np.bool_] | None = None) -> None:
        self.dimension, self.masks = dimension, masks
        self.crossed = masks[:, None] ^ masks[None, :]
        self.shut = None if allowed is None else ~allowed

    def evaluate(self, theta: Floats) -> tuple[Floats, Floats]:
        """Probabilities (G, 2^d) and log Z (G,)."""
        levels = hypercube.energies(self.dimension, self.masks, theta)
        if self.shut is not None:
            levels[:, self.shut] = -np.inf
        return hypercube.normalised(levels)

    def statistics(self, evaluated: Floats) -> tuple[Floats, Floats]:
        """Averages and their covariance: one transform holds the averages of every product of two statistics."""
        every = hypercube.transform(evaluated)
        mean = every[:, self.masks] * hypercube.sign_of(self.masks)
        second = every[:, self.crossed] * hypercube.sign_of(self.crossed)
        return mean, second - mean[:, :, None] * mean[:, None, :]


def fit_exact(
    dimension: int,
    masks: Integers,
    target: Floats,
    *,
    start: Floats | None = None,
    allowed: NDArray[np.bool_] | None = None,
) -> Maximum:
    """The couplings whose averages are ``target``: couplings (G, K), log Z (G,), Fisher information (G, K, K).

    Parameters
    ----------
    dimension : number d of columns, at most ``hypercube.LARGEST``.
    masks : (K,) sets of columns that are coupled, as bit masks; single columns are fields.
    target : (G, K) averages of the products of the spins of each mask.
    start : (G, K) couplings to begin from; fields of independent columns if left out.
    allowed : (2^d,) states that may occur; the couplings are then determined only up to directions that change nothing.
    """
    groups, size = target.shape
    start = _independent(masks, target) if start is None else start
    space = Hypercube(dimension, masks, allowed)
    piece = max(1, min(_STATES_AT_ONCE >> dimension, _STATES_AT_ONCE // size**2))
    parts = [
        maximise(space, target[i : i + piece], start[i : i + piece], singular=allowed is not None)
        for i in range(0, groups, piece)
    ]
    return parts[0] if len(parts) == 1 else Maximum(*(np.concatenate(values) for values in _fields(parts)))


def _fields(parts: list[Maximum]) -> list[list[Floats]]:
    return [[getattr(part, name) for part in parts] for name in ("theta", "log_z", "covariance")]


def _independent(masks: Integers, target: Floats) -> Floats:
    """Fields of independent columns, no couplings."""
    start = np.zeros_like(target)
    single = np.bitwise_count(masks) == 1
    start[:, single] = np.arctanh(np.clip(target[:, single], -1.0 + 1e-12, 1.0 - 1e-12))
    return start
