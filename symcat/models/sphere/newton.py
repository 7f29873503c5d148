"""Maximum likelihood of laws of directions: Newton's method on the exact, convex dual, for all groups at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.sphere.integral import integral

Floats = NDArray[np.float64]

_STEPS, _HALVINGS = 60, 30
_DONE = 1e-13  # of the squared step in the metric of the likelihood, in nats
_FLAT = 1e-10  # below which the value says nothing more, and the step is right


def squares(averages: Floats, patterns: Floats, start: Floats) -> Floats:
    """(G, k) parameters p with which ``exp(-(p @ patterns).y^2)`` has the averages (G, d) of squares along patterns.

    ``patterns`` (k, d) leave out what adds the same to all; ``start`` (G, k). Groups that have no such are not numbers.
    """
    p = start.copy()
    going = np.asarray(np.isfinite(p).all(axis=1), dtype=np.bool_)
    value = np.full(len(p), np.nan)
    for _ in range(_STEPS):
        at = np.flatnonzero(going)
        if not len(at):
            return p
        found = integral(p[at] @ patterns, np.zeros_like(averages[at]))
        value[at] = found.log_c + ((p[at] @ patterns) * averages[at]).sum(axis=1)
        of = found.squares
        slope = (averages[at] - of) @ patterns.T
        bend = patterns @ (found.products - of[:, :, None] * of[:, None, :]) @ patterns.T
        scale = np.sqrt(np.einsum("gii->gi", bend))  # variances differ by many orders
        bad = ~np.isfinite(scale).all(axis=1) | ~(scale > 0.0).all(axis=1)
        scale = np.where(bad[:, None], 1.0, scale)
        scaled = np.where(bad[:, None, None], np.eye(p.shape[1]), bend / scale[:, :, None] / scale[:, None, :])
        step = -np.linalg.solve(scaled, (slope / scale)[:, :, None])[:, :, 0] / scale
        falls = -(slope * step).sum(axis=1)
        shrink = np.where(falls > 0.25, 1.0 / (1.0 + np.sqrt(np.maximum(falls, 0.0))), 1.0)
        step = step * shrink[:, None]
        waiting = np.asarray(falls > _FLAT, dtype=np.bool_)
        for _ in range(_HALVINGS):
            if not waiting.any():
                break
            some = np.flatnonzero(waiting)
            tried = p[at[some]] + step[some]
            then = integral(tried @ patterns, np.zeros_like(averages[at[some]]))
            moved = then.log_c + ((tried @ patterns) * averages[at[some]]).sum(axis=1)
            higher = ~(moved <= value[at[some]])
            step[some[higher]] *= 0.5
            waiting[some] = higher
        p[at] = np.where(bad[:, None], np.nan, p[at] + step)
        going[at] = ~bad & (falls > _DONE)
    p[going] = np.nan
    return p


def concentrations(length: Floats, away: Floats, dimension: int) -> tuple[Floats, Floats]:
    """(G,) the strength of the pull with which the mean has this length, of which ``away`` is one less the square; and
    the variance along it. Not numbers where those are not, or ``away`` is not positive.
    """
    with np.errstate(all="ignore"):
        k = length * (dimension - length**2) / away  # Banerjee et al. 2005, J. Mach. Learn. Res. 6:1345
        for _ in range(_STEPS):
            mean, variance = resultant(k, dimension)
            # Of long means the complement of the square has all its digits: a square across the pull is mean / k.
            complement = variance + (dimension - 1.0) * mean / k
            step = np.where(length < 0.7, (mean - length) / variance, (away - complement) / (2.0 * mean * variance))
            k = np.maximum(k - step, 0.5 * k)
            if not (np.abs(step) > 1e-14 * k).any():
                break
        return k, resultant(k, dimension)[1]


def resultant(k: Floats, dimension: int) -> tuple[Floats, Floats]:
    """(G,) the mean and the variance along the direction of a pull of this strength."""
    first = np.eye(dimension)[:1]
    known = np.isfinite(k) & (k > 0.0)
    found = integral(np.zeros((len(k), dimension)), np.where(known, k, 1.0)[:, None] * first)
    along = (found.weight * found.mean[:, :, 0]).sum(axis=1).real
    about = found.about(along[:, None] * first)
    variance = about.squares[:, 0]
    return np.where(known, along, np.nan), np.where(known, variance, np.nan)
