"""From distances to probabilities: how fast they fall with distance, and how sure they may be, found on rows left out.

A Gaussian's log density falls as half the square of the distance; data have longer tails, and many coordinates make it
overconfident. So the square counts as ``(1 / t + q) log(1 + t square)``, as of Student's laws of ``1 / t`` degrees of
freedom, and log-odds are multiplied by a sharpness and moved by an offset for each level (Platt 1999).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats

TAILS = (0.0, 0.01, 0.03, 0.1)
"""Tried: the reciprocals of degrees of freedom; 0 is the Gaussian."""

_SHARPEST = 1.0
"""Probabilities are not made surer than the laws themselves are."""
_LEAST = 1e-3
_STEPS = 40


def scores(square: Floats, height: Floats, tail: float, q: int) -> Floats:
    """(..., K) log of share times density, but for what all levels have in common, in q coordinates."""
    if tail == 0.0:
        return np.asarray(height - 0.5 * square)
    return np.asarray(height - 0.5 * (1.0 / tail + q) * np.log1p(tail * square))


def log_shares(scores: Floats) -> Floats:
    """(m, K) logs of probabilities in proportion to ``exp(scores)``."""
    away = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(away - np.log(np.exp(away).sum(axis=1, keepdims=True)))


def sharpness(found: Floats, place: NDArray[np.intp], weight: Floats, start: float = _SHARPEST) -> tuple[float, float]:
    """The factor of scores (m, K), at most one, at which the levels at ``place`` are most likely, and how likely.

    The likelihood is concave in it: Newton's steps, kept between bounds that close in, to three digits.
    """
    at = np.arange(len(place))
    away = found - found.max(axis=1, keepdims=True)
    low, high, tau = _LEAST, _SHARPEST, start
    for _ in range(_STEPS):
        p = np.exp(tau * away)
        total = p.sum(axis=1)
        p /= total[:, None]
        mean = np.einsum("mk,mk->m", p, away)
        slope = float(weight @ (away[at, place] - mean))
        if tau >= _SHARPEST and slope >= 0.0:
            break
        curve = float(weight @ (np.einsum("mk,mk,mk->m", p, away, away) - mean**2))
        low, high = (tau, high) if slope > 0.0 else (low, tau)
        step = tau + slope / curve if curve > 0.0 else 0.5 * (low + high)
        new = step if low < step < high else min(0.5 * (low + high), _SHARPEST)
        if slope > 0.0 and high == _SHARPEST and step >= _SHARPEST:
            new = _SHARPEST
        if abs(new - tau) < 1e-3 * tau:
            break
        tau = new
    return tau, float(weight @ log_shares(tau * away)[at, place])


@dataclass(frozen=True)
class Calibration:
    """``sharpness`` times the scores plus the ``offset`` (K,) of each level, and the log-likelihood of the levels."""

    sharpness: float
    offset: Floats
    log_likelihood: float


def calibrated(found: Floats, place: NDArray[np.intp], weight: Floats, start: float) -> Calibration:
    """The most likely one of scores (m, K), the offsets with a standard normal prior, which keeps them finite.

    Newton's steps on a concave function, halved where it falls; a sharpness beyond one stays at one.
    """
    m, levels = found.shape
    at = np.arange(m)
    away = found - found.max(axis=1, keepdims=True)
    seen = np.zeros((m, levels))
    seen[at, place] = 1.0

    def value(tau: float, offset: Floats) -> float:
        return float(weight @ log_shares(tau * away + offset)[at, place]) - 0.5 * float(offset @ offset)

    tau, offset = start, np.zeros(levels)
    here = value(tau, offset)
    for _ in range(_STEPS):
        p = np.exp(log_shares(tau * away + offset))
        mean = np.einsum("mk,mk->m", p, away)
        slope = np.append(weight @ (seen - p) - offset, weight @ (away[at, place] - mean))
        curve = np.empty((levels + 1, levels + 1))
        weighted = p * weight[:, None]
        curve[:-1, :-1] = np.diag(weighted.sum(axis=0) + 1.0) - weighted.T @ p
        curve[:-1, -1] = curve[-1, :-1] = np.einsum("mk,mk->k", weighted, away - mean[:, None])
        curve[-1, -1] = float(weight @ (np.einsum("mk,mk,mk->m", p, away, away) - mean**2))
        held = (tau >= _SHARPEST and slope[-1] >= 0.0) or not curve[-1, -1] > 0.0
        free = levels if held else levels + 1
        step = np.zeros(levels + 1)
        step[:free] = np.linalg.solve(curve[:free, :free], slope[:free])
        share = 1.0
        if tau + step[-1] > _SHARPEST:
            share = (_SHARPEST - tau) / step[-1]
        elif tau + step[-1] < _LEAST:
            share = 0.5 * (tau - _LEAST) / -step[-1]
        for _ in range(_STEPS):
            moved = value(tau + share * step[-1], offset + share * step[:-1])
            if moved >= here - 1e-12 * abs(here):
                break
            share *= 0.5
        tau, offset = tau + share * float(step[-1]), offset + share * step[:-1]
        if abs(share * step).max() < 1e-9:
            break
        here = moved
    return Calibration(tau, offset, float(weight @ log_shares(tau * away + offset)[at, place]))
