"""Couplings of the standardised quartic in double precision: where the certified ones are looked for.

Every quartic that can be normalised has its least value somewhere; with that as origin and unit of curvature it is
``y^2/2 - c sqrt(3 u) y^3/6 + u y^4/24`` with u > 0 and 0 <= c <= 1, up to reflection. So a grid of (u, c) reaches all
of them, and the nearest one in skewness and kurtosis is a start for Newton's rule on the convex dual.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from builders.tools.checks import CannotCertify
from symcat.models.scalar.reduced import spread, width

Floats = NDArray[np.float64]

FACTORIALS = np.array([1.0, 2.0, 6.0, 24.0])
_POINTS = 401  # of the trapezoid rule, spectrally accurate here
_CUT = 46.0  # nats above the least value at which a density is cut
_STEPS = 100
_HALVINGS = 40
_WEAKEST, _STRONGEST, _NARROWEST = 4e-4, 1e3, 1e-7
_GRID = 120
_HARDEST = 1e-8  # relative residual of the averages that must be met


class _Tree(NamedTuple):
    """Known solutions, found by their skewness and kurtosis."""

    nearest: cKDTree
    couplings: Floats


def _roots(powers: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """(G, n) roots of polynomials (G, n + 1), highest power first, and which of them are real."""
    companion = np.zeros((len(powers), powers.shape[1] - 1, powers.shape[1] - 1))
    companion[:, 0] = -powers[:, 1:] / powers[:, :1]
    for i in range(1, companion.shape[1]):
        companion[:, i, i - 1] = 1.0
    found = np.linalg.eigvals(companion)
    return found.real, np.abs(found.imag) < 1e-7 * (1.0 + np.abs(found))


def free_energy(couplings: Floats, y: Floats) -> Floats:
    """F (G, m) of couplings (G, 4) at y (G, m)."""
    h, r, g, u = (couplings[:, i, None] for i in range(4))
    found: Floats = y * (h + y * (r / 2.0 + y * (g / 6.0 + y * u / 24.0)))
    return found


def window(couplings: Floats, cut: float) -> tuple[Floats, Floats, Floats]:
    """Least value of F, and the interval outside which F lies ``cut`` above it, for couplings (G, 4)."""
    h, r, g, u = couplings.T
    flat, real = _roots(np.stack([u / 6.0, g / 2.0, r, h], axis=1))
    least = np.where(real, free_energy(couplings, flat), np.inf).min(axis=1)
    ends, real = _roots(np.stack([u / 24.0, g / 6.0, r / 2.0, h, -least - cut], axis=1))
    return least, np.where(real, ends, np.inf).min(axis=1), np.where(real, ends, -np.inf).max(axis=1)


def _averages(couplings: Floats) -> tuple[Floats, Floats]:
    """(G, 9) averages of y^0 .. y^8, and log Z."""
    least, lo, hi = window(couplings, _CUT)
    y = np.linspace(lo, hi, _POINTS, axis=1)
    p = np.exp(least[:, None] - free_energy(couplings, y))
    total = p.sum(axis=1)
    found = np.empty((len(couplings), 9))
    for power in range(9):
        found[:, power] = p.sum(axis=1) / total
        p = p * y
    return found, np.log(total * (hi - lo) / (_POINTS - 1)) - least


@cache
def _tree() -> _Tree:
    """Solutions over the whole range, made forwards: couplings first, then their skewness and kurtosis."""
    u, c = (
        values.ravel()
        for values in np.meshgrid(
            np.geomspace(_WEAKEST, _STRONGEST, _GRID), 1.0 - np.geomspace(_NARROWEST, 1.0, _GRID), indexing="ij"
        )
    )
    raw = np.stack([np.zeros_like(u), np.ones_like(u), -c * np.sqrt(3.0 * u), u], axis=1)
    m, _ = _averages(raw)
    mean = m[:, 1]
    m2 = m[:, 2] - mean**2
    m3 = m[:, 3] - 3.0 * mean * m[:, 2] + 2.0 * mean**3
    m4 = m[:, 4] - 4.0 * mean * m[:, 3] + 6.0 * mean**2 * m[:, 2] - 3.0 * mean**4
    sd = np.sqrt(m2)
    g = raw[:, 2]
    couplings = np.stack(
        [
            (mean + g * mean**2 / 2.0 + u * mean**3 / 6.0) * sd,
            (1.0 + g * mean + u * mean**2 / 2.0) * m2,
            (g + u * mean) * sd**3,
            u * m2**2,
        ],
        axis=1,
    )
    skewness, kurtosis = m3 / sd**3, m4 / m2**2
    couplings[:, [0, 2]] *= np.where(skewness < 0.0, -1.0, 1.0)[:, None]
    features = _features(np.abs(skewness), kurtosis)
    usable = np.isfinite(features).all(axis=1) & (np.abs(skewness) < 12.0) & (spread(skewness, kurtosis) > 1e-6)
    return _Tree(cKDTree(features[usable]), couplings[usable])


def _features(skewness: Floats, kurtosis: Floats) -> Floats:
    d = spread(skewness, kurtosis)
    return np.stack([skewness, np.log(np.maximum(d, 1e-12)), 3.0 * d / width(skewness)], axis=1)


def couplings(skewness: Floats, kurtosis: Floats) -> Floats:
    """(G, 4) h, r, g, u of mean 0, variance 1 and skewness >= 0, to about ten digits.

    Raises CannotCertify where the averages are not met.
    """
    tree = _tree()
    found: Floats
    skewness, kurtosis = (np.asarray(v, dtype=np.float64) for v in (skewness, kurtosis))
    found = tree.couplings[tree.nearest.query(_features(skewness, kurtosis))[1]].copy()
    wanted = np.stack([np.zeros_like(skewness), np.ones_like(skewness), skewness, kurtosis], axis=1)
    todo = np.arange(len(found))
    m, log_z = _averages(found)
    value = log_z + (found / FACTORIALS * wanted).sum(axis=1)
    for _ in range(_STEPS):
        if not todo.size:
            break
        now, target = m[todo], wanted[todo]
        scale = 1.0 / np.sqrt(now[:, 2::2] - now[:, 1:5] ** 2)
        hessian = np.stack([now[:, i + 1 : i + 5] for i in range(1, 5)], axis=1)
        hessian -= now[:, 1:5, None] * now[:, None, 1:5]
        gradient = (target - now[:, 1:5]) * scale
        step = np.linalg.solve(hessian * scale[:, :, None] * scale[:, None, :], gradient[:, :, None])[:, :, 0]
        decrease = (gradient * step).sum(axis=1)
        move = -step * scale * FACTORIALS
        length, open_ = np.ones(len(todo)), np.ones(len(todo), bool)
        for _ in range(_HALVINGS):
            trying = np.flatnonzero(open_)
            trial = found[todo[trying]] + length[trying, None] * move[trying]
            allowed = trial[:, 3] > 0.0
            trying, trial = trying[allowed], trial[allowed]
            if trying.size:
                m_new, log_z = _averages(trial)
                at = todo[trying]
                new = log_z + (trial / FACTORIALS * wanted[at]).sum(axis=1)
                better = new <= value[at] - 1e-4 * length[trying] * decrease[trying] + 1e-13 * (1.0 + np.abs(value[at]))
                found[at[better]], m[at[better]], value[at[better]] = trial[better], m_new[better], new[better]
                open_[trying[better]] = False
            if not open_.any():
                break
            length[open_] *= 0.5
        todo = todo[~open_ & (decrease > 1e-24)]
    residual = np.abs(m[:, 1:5] - wanted) / np.maximum(1.0, np.abs(wanted))
    if not residual.max() < _HARDEST:
        worst = int(residual.max(axis=1).argmax())
        raise CannotCertify(f"no start at skewness {skewness[worst]}, kurtosis {kurtosis[worst]}")
    return found
