"""The maximum of the likelihood of a mixture on a line: Newton's method, damped where the likelihood is not concave.

A row's density is ``sum_k w_k phi((y - m_k) / s_k) / s_k``. In the coordinates log weight, mean over spread and log
spread the derivatives of a component are Hermite's polynomials of its z, and those of the mixture follow from the
shares r_k of the row: the gradient is their average, the Hessian the average of ``g g' + H`` less its square
(Louis 1982, J. R. Stat. Soc. B 44:226).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Floats
from symcat.models.hidden.mixture import HALF_LOG, Mixture
from symcat.models.hidden.uphill import uphill

Pieces = Iterable[tuple[Floats, Floats | None]]

_STEPS = 200
NEARLY = 1e-3
"""Nats that the last step of a search gains which another one follows."""
_DONE = 1e-17  # nats a row that the last step gains otherwise; the convergence is quadratic
_FURTHEST = 1.0  # by which a step changes a coordinate
_NEAREST = 1e-9
_ROUNDING = 1e-13
_NUMBERS = 1 << 13
"""Of all components at the values of a piece: temporary arrays of more are fetched anew from the system each time."""


@dataclass(frozen=True)
class Slope:
    """Value, gradient (3K,) and Hessian (3K, 3K) in log weights, means over spreads, and log spreads, over all rows."""

    value: float
    gradient: Floats
    hessian: Floats
    count: float


def slope_at(mixture: Mixture, pieces: Pieces) -> Slope:
    """Of the rows in pieces: values, and what each counts."""
    size = len(mixture)
    sums, third, fourth = np.zeros((3, size)), np.zeros(size), np.zeros(size)
    crossed = np.zeros((3 * size, 3 * size))
    logs, count = 0.0, 0.0
    for values, counts in _cut(pieces, size):
        z, terms = mixture.terms(values)
        share, log_density = shares(terms)
        square = z * z
        parts = np.empty((3, *z.shape))
        parts[0], parts[1], parts[2] = share, share * z, share * (square - 1.0)
        counted = parts if counts is None else parts * counts
        sums += counted.sum(axis=2)
        third += np.einsum("km,km->k", counted[1], square)
        fourth += np.einsum("km,km->k", counted[2], square)
        crossed += parts.reshape(3 * size, -1) @ counted.reshape(3 * size, -1).T
        logs += float(log_density.sum() if counts is None else counts @ log_density)
        count += len(values) if counts is None else float(counts.sum())
    held, tilt, width = sums
    tilted, widened = third - 3.0 * tilt, fourth - 3.0 * width - 2.0 * held  # Hermite's polynomials of order 3, 4
    w, at = mixture.weights, np.arange(size)
    hessian = -crossed.reshape(3, size, 3, size)
    hessian[:, at, :, at] += np.array([[held, tilt, width], [tilt, width, tilted], [width, tilted, widened]]).T
    hessian[0, :, 0, :] -= count * (np.diag(w) - np.outer(w, w))
    gradient = np.concatenate([held - count * w, tilt, width])
    return Slope(logs - count * HALF_LOG, gradient, hessian.reshape(3 * size, 3 * size), count)


def _cut(pieces: Pieces, size: int) -> Pieces:
    """The same in pieces that are soon gone through for so many components."""
    step = max(_NUMBERS // size, 1)
    for values, counts in pieces:
        for start in range(0, len(values), step):
            some = slice(start, start + step)
            yield values[some], None if counts is None else counts[some]


def scores(mixture: Mixture, values: Floats) -> Floats:
    """(m, 3K) the gradient of each row's log density in the same coordinates."""
    z, terms = mixture.terms(values)
    share, _ = shares(terms)
    return np.concatenate([share - mixture.weights[:, None], share * z, share * (z * z - 1.0)]).T


def free(mixture: Mixture, slope: Slope, narrowest: float) -> NDArray[np.intp]:
    """The coordinates that move: all but the last weight, which the others say, and spreads held by the bound."""
    size = len(mixture)
    held = (mixture.spreads <= narrowest * (1.0 + 1e-12)) & (slope.gradient[2 * size :] <= 0.0)
    moves = np.ones(3 * size, dtype=np.bool_)
    moves[size - 1] = False
    moves[2 * size :] = ~held
    return np.flatnonzero(moves)


def maximum(start: Mixture, pieces: Pieces, narrowest: float, enough: float = 0.0) -> tuple[Mixture, Slope] | None:
    """The maximum above a start, and its derivatives; None where a component loses all rows, or the search
    comes to no end.

    ``enough`` are nats that are not worth another step.
    """
    point, here = start, slope_at(start, pieces)
    size, reach = len(start), _FURTHEST
    for _ in range(_STEPS):
        at = free(point, here, narrowest)
        step = np.zeros(3 * size)
        step[at], concave = newton_step(here, _information(here, point), at)
        gain, furthest = 0.5 * float(step @ here.gradient), float(np.abs(step).max(initial=0.0))
        if concave and gain < _DONE * here.count + enough:
            return point, here
        if not furthest > 0.0:  # a saddle, or what is no number
            return None
        step *= min(1.0, reach / furthest)
        other = point.moved(step, narrowest)
        if other.weights.min() * here.count < 1.0:
            return None
        there = slope_at(other, pieces)
        rounding = _ROUNDING * (abs(here.value) + here.count)
        if there.value >= here.value - rounding:
            if not concave and there.value <= here.value + rounding:
                return None  # two components that are one
            point, here, reach = other, there, min(2.0 * reach, _FURTHEST)
        else:
            reach = 0.25 * min(reach, furthest)
            if reach < _NEAREST:
                return None
    return None


def _information(here: Slope, point: Mixture) -> Floats:
    held = here.count * point.weights
    return np.concatenate([held * (1.0 - point.weights) + 1e-3, held, 2.0 * held])


def newton_step(here: Slope, information: Floats, at: NDArray[np.intp]) -> tuple[Floats, bool]:
    """Newton's step of the free coordinates, uphill along every principal axis, and whether all curve downwards.

    In units of what the errors would be if the component of every row were known: ``information`` of all coordinates.
    """
    unit = 1.0 / np.sqrt(information[at])
    step, concave = uphill(-here.hessian[np.ix_(at, at)] * unit * unit[:, None], here.gradient[at] * unit)
    return step * unit, concave


def shares(terms: Floats) -> tuple[Floats, Floats]:
    """(K, m) the shares of the components in each row, and (m,) log density, from the log density of each component,
    all but for their constant."""
    top = terms.max(axis=0)
    share = np.exp(terms - top)
    density = share.sum(axis=0)
    return share / density, np.log(density) + top
