"""Couplings of the standardised even sextic in double precision: where the certified ones are looked for.

Up to its unit every even sextic that can be normalised is ``r y^2/2 + u y^4/24 + y^6/720``. A grid of (r, u), and one
of the heights of barriers and side wells, where a small change of these moves the averages much, reaches all of them;
the nearest one in the averages of y^4 and y^6 is a start for Newton's rule on the convex dual.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from builders.tools.checks import CannotCertify

Floats = NDArray[np.float64]

FACTORIALS = np.array([2.0, 24.0, 720.0])
_POINTS, _FINER = 241, 331  # of the trapezoid rule on the half line, spectrally accurate here
_CUT = 50.0  # nats above the least value at which a density is cut
_STEPS, _HALVINGS, _BISECTIONS = 60, 40, 24
_RESOLVED = 1e-7  # of the averages, between two grids
_HARDEST = 1e-9  # relative residual of the averages that must be met


class _Tree(NamedTuple):
    """Known solutions, found by their averages of y^4 and y^6."""

    nearest: cKDTree
    couplings: Floats


def free_energy(couplings: Floats, square: Floats) -> Floats:
    """F of couplings (G, 3) at y^2 (G, ...)."""
    r, u, w = (couplings[:, i].reshape(-1, *(1,) * (square.ndim - 1)) for i in range(3))
    found: Floats = square * (r / 2.0 + square * (u / 24.0 + square * w / 720.0))
    return found


def window(couplings: Floats, cut: float) -> tuple[Floats, Floats]:
    """Least value of F, and the y beyond which F lies ``cut`` above it, for couplings (G, 3)."""
    r, u, w = couplings.T
    root = np.sqrt(np.maximum(u * u / 144.0 - r * w / 120.0, 0.0))
    lowest = np.maximum((root - u / 12.0) * 120.0 / w, 0.0)  # y^2 of the outer minimum, or 0
    least = np.minimum(0.0, free_energy(couplings, lowest))
    # Beyond it all terms of F about it are positive, so that the cubic one alone bounds the end.
    lo, hi = lowest.copy(), lowest + np.cbrt(720.0 * (cut + np.abs(least)) / w) + 2.0 * lowest
    for _ in range(_BISECTIONS):
        middle = 0.5 * (lo + hi)
        above = free_energy(couplings, middle) - least > cut
        lo, hi = np.where(above, lo, middle), np.where(above, middle, hi)
    return least, np.sqrt(hi)


def _averages(couplings: Floats, points: int = _POINTS) -> tuple[Floats, Floats]:
    """(G, 7) averages of y^0, y^2 .. y^12, and log Z."""
    least, end = window(couplings, _CUT)
    square = (np.linspace(0.0, 1.0, points) * end[:, None]) ** 2
    p = np.exp(least[:, None] - free_energy(couplings, square))
    p[:, 0] *= 0.5
    total = p.sum(axis=1)
    found = np.empty((len(couplings), 7))
    for power in range(7):
        found[:, power] = p.sum(axis=1) / total
        p = p * square
    return found, np.log(2.0 * total * end / (points - 1)) - least


def log_partition(couplings: Floats) -> Floats:
    """(G,) log Z of couplings (G, 3)."""
    return _averages(couplings)[1]


def _features(fourth: Floats, sixth: Floats) -> Floats:
    return np.stack([np.log(fourth - 1.0), np.log(sixth - fourth * fourth)], axis=1)


@cache
def _tree() -> _Tree:
    """Solutions over the whole range, made forwards: couplings first, then their averages."""
    sizes = np.exp(np.linspace(np.log(1e-3), np.log(3000.0), 60)), np.exp(np.linspace(np.log(1e-3), np.log(300.0), 60))
    r, u = (v.ravel() for v in np.meshgrid(*(np.concatenate([-size, size]) for size in sizes)))
    barrier, tilt = (
        v.ravel() for v in np.meshgrid(6.75 * np.geomspace(0.05, 2000.0, 120), np.sinh(np.linspace(-4.2, 4.2, 121)))
    )
    couplings = np.concatenate(
        [
            np.stack([r, u, np.ones_like(r)], axis=1),
            np.stack([2.0 * (barrier + tilt), -48.0 * barrier, 720.0 * barrier], axis=1),
        ]
    )
    m = _averages(couplings)[0]
    with np.errstate(all="ignore"):
        resolved = (np.abs(_averages(couplings, _FINER)[0] / m - 1.0) < _RESOLVED).all(axis=1)
    couplings, m = couplings[resolved], m[resolved]
    fourth, sixth = m[:, 2] / m[:, 1] ** 2, m[:, 3] / m[:, 1] ** 3
    couplings = couplings * m[:, 1:2] ** np.arange(1, 4)
    usable = (fourth < 9.0) & (fourth > 1.0001) & (sixth > fourth**2 * (1.0 + 1e-6))
    return _Tree(cKDTree(_features(fourth[usable], sixth[usable])), couplings[usable])


def couplings(fourth: Floats, sixth: Floats) -> Floats:
    """(G, 3) r, u, w of variance 1, to about ten digits. Raises CannotCertify where the averages are not met."""
    tree = _tree()
    fourth, sixth = (np.asarray(v, dtype=np.float64) for v in (fourth, sixth))
    found: Floats = tree.couplings[tree.nearest.query(_features(fourth, sixth))[1]].copy()
    wanted = np.stack([np.ones_like(fourth), fourth, sixth], axis=1)
    todo = np.arange(len(found))
    m, log_z = _averages(found)
    value = log_z + (found / FACTORIALS * wanted).sum(axis=1)
    for _ in range(_STEPS):
        if not todo.size:
            break
        now = m[todo]
        scale = 1.0 / np.sqrt(now[:, 2::2] - now[:, 1:4] ** 2)
        hessian = np.stack([now[:, i + 1 : i + 4] for i in range(1, 4)], axis=1)
        hessian -= now[:, 1:4, None] * now[:, None, 1:4]
        gradient = (wanted[todo] - now[:, 1:4]) * scale
        step = np.linalg.solve(hessian * scale[:, :, None] * scale[:, None, :], gradient[:, :, None])[:, :, 0]
        decrease = (gradient * step).sum(axis=1)
        move = -step * scale * FACTORIALS
        length, open_ = np.ones(len(todo)), np.ones(len(todo), bool)
        for _ in range(_HALVINGS):
            trying = np.flatnonzero(open_)
            trial = found[todo[trying]] + length[trying, None] * move[trying]
            allowed = trial[:, 2] > 0.0
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
    residual = np.abs(m[:, 1:4] - wanted) / np.maximum(1.0, wanted)
    if not residual.max() < _HARDEST:
        worst = int(residual.max(axis=1).argmax())
        raise CannotCertify(f"no start at <y^4> = {fourth[worst]}, <y^6> = {sixth[worst]}")
    return found
