"""The maximum of the likelihood of a mixture of several columns: Newton's method with the exact second derivatives.

The coordinates of a component with mean m and factor L are its log weight, a shift ``m + L t`` and a symmetric matrix S
that deforms the covariance to ``L exp(S) L'``, so that all derivatives are sums of products of the whitened distances
z to the fourth order; those of the mixture follow as for one column (Louis 1982, J. R. Stat. Soc. B 44:226).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.base import Floats
from symcat.models.hidden.clouds import Clouds, bounded, climbed, factored
from symcat.models.hidden.newton import Slope, newton_step, shares

Rows = Iterable[tuple[Floats, Floats | None]]

_STEPS = 100
_DONE = 1e-16  # nats a row that the last step gains; the convergence is quadratic
_DONE_AT_BOUND = 1e-5  # nats in all, where the bound holds a covariance
_FURTHEST, _NEAREST = 1.0, 1e-9
_ROUNDING = 1e-13


@dataclass(frozen=True)
class Basis:
    """Of d columns: the pairs i <= j of a symmetric matrix, and what a deformation along each does."""

    dimension: int

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and columns of the upper triangle."""
        return np.triu_indices(self.dimension)

    @cached_property
    def matrices(self) -> Floats:
        """(q, d, d) symmetric, with ones at a pair."""
        i, j = self.pairs
        out = np.zeros((len(i), self.dimension, self.dimension))
        at = np.arange(len(i))
        out[at, i, j] = out[at, j, i] = 1.0
        return out

    @cached_property
    def size(self) -> int:
        """Coordinates of a component: log weight, shift, deformation."""
        return 1 + self.dimension + len(self.pairs[0])

    def features(self, z: Floats) -> Floats:
        """(m, size) the derivatives of a component's log density at whitened distances (m, d); one for its weight."""
        i, j = self.pairs
        products = z[:, i] * z[:, j]
        diagonal = i == j
        products[:, diagonal] = 0.5 * (products[:, diagonal] - 1.0)
        return np.concatenate([np.ones((len(z), 1)), z, products], axis=1)

    def curvature(self, first: Floats, second: Floats, count: float) -> Floats:
        """(size, size) the second derivatives, summed, from sums of z (d,) and of zz' (d, d)."""
        d, e = self.dimension, self.matrices
        out = np.zeros((self.size, self.size))
        out[1 : d + 1, 1 : d + 1] = -count * np.eye(d)
        out[1 : d + 1, d + 1 :] = -(e @ first).T
        out[d + 1 :, 1 : d + 1] = -(e @ first)
        moved = e @ second  # (q, d, d)
        out[d + 1 :, d + 1 :] = -0.5 * np.einsum("aij,bij->ab", moved, e)
        return out


@cache
def basis_of(dimension: int) -> Basis:
    """Of so many columns."""
    return Basis(dimension)


def slope_at(clouds: Clouds, rows: Rows) -> Slope:
    """Value, gradient and Hessian over all rows, component by component."""
    d, size = clouds.means.shape[1], len(clouds)
    basis = basis_of(d)
    q = basis.size
    gradient, hessian = np.zeros((size, q)), np.zeros((size * q, size * q))
    logs, count = 0.0, 0.0
    for x, counts in rows:
        z, terms = clouds.terms(x)
        share, log_density = shares(terms)
        c = np.ones(len(x)) if counts is None else counts
        parts = np.empty((len(x), size, q))
        for k in range(size):
            features = basis.features(z[k])
            parts[:, k] = features * share[k][:, None]
            counted = parts[:, k] * c[:, None]
            own = slice(k * q, (k + 1) * q)
            gradient[k] += counted.sum(axis=0)
            hessian[own, own] += features.T @ counted
            weight = share[k] * c
            hessian[own, own] += basis.curvature(weight @ z[k], (z[k] * weight[:, None]).T @ z[k], float(weight.sum()))
        flat = parts.reshape(len(x), size * q)
        hessian -= flat.T @ (flat * c[:, None])
        logs += float(c @ log_density)
        count += float(c.sum())
    w, at = clouds.weights, np.arange(size) * q
    gradient[:, 0] -= count * w
    hessian[np.ix_(at, at)] -= count * (np.diag(w) - np.outer(w, w))
    return Slope(logs - count * 0.5 * d * math.log(2.0 * math.pi), gradient.ravel(), hessian, count)


def scores(clouds: Clouds, x: Floats) -> Floats:
    """(m, K size) the gradient of each row's log density in the same coordinates."""
    basis = basis_of(clouds.means.shape[1])
    z, terms = clouds.terms(x)
    share, _ = shares(terms)
    parts = np.stack([basis.features(z[k]) * share[k][:, None] for k in range(len(clouds))], axis=1)
    parts[:, :, 0] -= clouds.weights
    return parts.reshape(len(x), -1)


def free(clouds: Clouds, held: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The coordinates that move: all but the last weight, which the others say, and covariances held by the bound."""
    basis = basis_of(clouds.means.shape[1])
    moves = np.ones((len(clouds), basis.size), dtype=np.bool_)
    moves[-1, 0] = False
    moves[held, basis.dimension + 1 :] = False
    return np.flatnonzero(moves)


def moved(clouds: Clouds, step: Floats, narrowest: Floats) -> Clouds:
    """By steps (K size,) of the coordinates; the covariances are kept within their bound."""
    basis = basis_of(clouds.means.shape[1])
    d = basis.dimension
    parts = step.reshape(len(clouds), basis.size)
    weights = clouds.weights * np.exp(parts[:, 0] - parts[:, 0].max())
    deformed = np.einsum("ka,aij->kij", parts[:, d + 1 :], basis.matrices)
    values, vectors = np.linalg.eigh(deformed)
    grown = np.einsum("kij,kj,klj->kil", vectors, np.exp(values), vectors)
    covariances = clouds.factors @ grown @ np.swapaxes(clouds.factors, 1, 2)
    covariances, _ = bounded(0.5 * (covariances + np.swapaxes(covariances, 1, 2)), narrowest)
    means = clouds.means + np.einsum("kij,kj->ki", clouds.factors, parts[:, 1 : d + 1])
    return Clouds(weights / weights.sum(), means, factored(covariances))


def maximum(
    start: Clouds, rows: Rows, narrowest: Floats, enough: float = 0.0, together: tuple[Floats, Floats] | None = None
) -> tuple[Clouds, Slope, NDArray[np.bool_]] | None:
    """The maximum above a start, its derivatives, and which covariances the bound holds; None where there is none.

    ``enough`` are nats that are not worth another step. Where the bound holds a covariance, steps of EM move that; they
    are made of ``together``, all rows at once with what each counts.
    """
    point, reach = start, _FURTHEST
    here = slope_at(point, rows)
    for _ in range(_STEPS):
        clock.check()
        _, held = bounded(point.covariances, narrowest)
        grown = 0.0
        if held.any() and together is not None:
            ((_, other),) = climbed([point], *together, narrowest, 1)
            there = slope_at(other, rows)
            grown, point, here = there.value - here.value, other, there
            _, held = bounded(point.covariances, narrowest)
        at = free(point, held)
        step = np.zeros(len(here.gradient))
        step[at], concave = newton_step(here, _information(here, point), at)
        gain, furthest = 0.5 * float(step @ here.gradient), float(np.abs(step).max(initial=0.0))
        # Steps of EM come to an end slowly.
        done = max(_DONE * here.count + enough, _DONE_AT_BOUND if held.any() else 0.0)
        if concave and gain < done and grown < done:
            return point, here, held
        if not furthest > 0.0:
            return None
        step *= min(1.0, reach / furthest)
        other = moved(point, step, narrowest)
        if other.weights.min() * here.count < 1.0:
            return None
        there = slope_at(other, rows)
        rounding = _ROUNDING * (abs(here.value) + here.count)
        if there.value >= here.value - rounding:
            if not concave and there.value <= here.value + rounding:
                return None
            point, here, reach = other, there, min(2.0 * reach, _FURTHEST)
        else:
            reach = 0.25 * min(reach, furthest)
            if reach < _NEAREST:
                return None
    return None


def _information(here: Slope, point: Clouds) -> Floats:
    basis = basis_of(point.means.shape[1])
    i, j = basis.pairs
    held = here.count * point.weights
    own = np.concatenate([np.ones(basis.dimension + 1), np.where(i == j, 0.5, 1.0)])
    size = held[:, None] * own
    size[:, 0] = held * (1.0 - point.weights) + 1e-3
    found: Floats = size.ravel()
    return found
