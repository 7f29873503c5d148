"""Whether a polynomial free energy confines: exp(-F) has a finite integral only if F grows in every direction.

Judged by descent: the lowest value of F on spheres of growing radius, from many starts. The terms of highest degree
alone do not decide, where they vanish along a direction and lower ones grow (``x^4 + y^2``). Spins are bounded: for
mixed statistics the continuous columns must be confined for every value of the spins; terms of lower degree than the
highest of the continuous ones, which are all that spins can change, are covered by trying random spins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.analog.monomials import Chain, chain, evaluate
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

RADII = (8.0, 16.0, 32.0, 64.0)
"""In standard deviations: beyond the data, and so far out that the highest terms decide."""

_STEPS = 40
_RANDOM_STARTS = 64


def confines(statistics: SufficientStatistics, couplings: Floats, *, seed: int = 0) -> bool:
    """Whether F of the couplings (K,), in standardised columns, grows in every direction that descent has found."""
    free = np.flatnonzero(~statistics.spins)
    if not len(free):
        return True
    steps = chain(statistics.exponents, statistics.monomial_couplings(couplings), ())
    rng = np.random.default_rng(seed)
    starts = _starts(len(free), rng)
    spins = np.where(rng.random((len(starts), statistics.dimension)) < 0.5, -1.0, 1.0)
    # All spheres at once: numpy's calls cost more than their numbers do.
    many = len(RADII)
    value = _descend(steps, np.tile(spins, (many, 1)), free, np.tile(starts, (many, 1)), np.repeat(RADII, len(starts)))
    lowest = value.reshape(many, -1).min(axis=1)
    rising = np.diff([0.0, *lowest])
    # Growth by less than a nat between spheres that differ by many standard deviations holds nothing.
    return bool(np.isfinite(lowest).all() and (rising > 1.0).all())


def _starts(d: int, rng: np.random.Generator) -> Floats:
    axes = np.eye(d)
    corners = np.where(rng.random((_RANDOM_STARTS // 2, d)) < 0.5, -1.0, 1.0)
    starts = np.concatenate([axes, -axes, corners, rng.normal(size=(_RANDOM_STARTS, d))])
    out: Floats = starts / np.linalg.norm(starts, axis=1, keepdims=True)
    return out


def _at(
    steps: Chain, spins: Floats, free: NDArray[np.int64], directions: Floats, radius: Floats
) -> tuple[Floats, Floats]:
    """F and its slopes at points (S, d) of spheres of the radii (S,)."""
    x = spins.copy()
    x[:, free] = radius[:, None] * directions
    value, slope = evaluate(steps, x)
    return value, slope[:, free]


def _descend(steps: Chain, spins: Floats, free: NDArray[np.int64], directions: Floats, radius: Floats) -> Floats:
    """F (S,) where the directions (S, d) come to, each downhill on its sphere with a step that grows or shrinks."""
    value, slope = _at(steps, spins, free, directions, radius)
    if directions.shape[1] == 1:
        return value
    step = np.full(len(directions), 0.3)
    for _ in range(_STEPS):
        along = slope - directions * np.einsum("sd,sd->s", slope, directions)[:, None]
        length = np.sqrt(np.einsum("sd,sd->s", along, along))
        moved = directions - (step / np.maximum(length, np.finfo(float).tiny))[:, None] * along
        moved /= np.sqrt(np.einsum("sd,sd->s", moved, moved))[:, None]
        found, found_slope = _at(steps, spins, free, moved, radius)
        better = found < value
        directions = np.where(better[:, None], moved, directions)
        slope = np.where(better[:, None], found_slope, slope)
        value = np.where(better, found, value)
        step = np.where(better, np.minimum(1.5 * step, 0.5), 0.4 * step)
    return value
