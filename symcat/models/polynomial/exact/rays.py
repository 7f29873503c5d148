"""F on rays from the mean of the data, and the least barrier behind which it falls on one of them."""

from __future__ import annotations

from functools import cache
from itertools import product
from math import comb

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.grid import Grid
from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]

_RAYS, _ON_A_RAY, _FAR = 1000, 300, 1e3


@cache
def directions(dimension: int) -> Floats:
    """(R, d) units: the columns, and many others, with their opposites."""
    many = np.random.default_rng(0).normal(size=(_RAYS * (dimension > 1), dimension))
    unit = np.concatenate([np.eye(dimension), many])
    out: Floats = np.concatenate([unit, -unit]) / np.tile(np.linalg.norm(unit, axis=1), 2)[:, None]
    return out


@cache
def _terms_of_directions(dimension: int, degree: int) -> Floats:
    return np.ascontiguousarray(Terms.of(dimension, degree).values(directions(dimension)).T)


def on_rays(terms: Terms, theta: Floats, of_units: Floats) -> Floats:
    """(degree + 1, R) F as polynomials of the distance, from the monomials (M, R) of units."""
    each, order = of_units * theta[:, None], terms.exponents.sum(axis=1)
    first = np.flatnonzero(np.diff(order, prepend=-1))  # in order of their degree
    out: Floats = np.add.reduceat(each, first, axis=0)
    return out


def on_ray(terms: Terms, theta: Floats, point: Floats) -> Floats:
    """(degree + 1,) the same on the ray through a point (d,)."""
    return on_rays(terms, theta, terms.values(point[None] / np.linalg.norm(point)).T)[:, 0]


def may_fall(coefficients: Floats, last: Floats) -> NDArray[np.bool_]:
    """(R,) whether the polynomials (degree + 1, R) may fall beyond ``last`` (R,).

    A slope whose coefficients about a point are not negative has no root beyond it (Descartes).
    """
    degree = len(coefficients) - 1
    powers = np.arange(degree)
    slope = coefficients[1:] * (powers[:, None] + 1.0) * last ** powers[:, None]
    about = np.array([[comb(k, i) for k in range(degree)] for i in range(degree)], dtype=np.float64) @ slope
    return np.asarray((about < 0.0).any(axis=0), dtype=np.bool_)


def _of_real(grid: Grid) -> Grid:
    """Of the real columns alone."""
    real, degree = grid.terms.real, grid.terms.degree
    return Grid(grid.lo[real], grid.hi[real], tuple(grid.points[j] for j in real), Terms.of(len(real), degree))


def barrier_of(grid: Grid, theta: Floats, least: float) -> float:
    """The height of F, above the ``least``, before it falls on the ray where that is least; infinite where on none.

    Rays begin at the faces of the grid, and lie along its real columns, for each state of the others.
    """
    if grid.terms.two_valued:
        of_real = _of_real(grid)
        states = product(*(axis if j in grid.terms.two_valued else (0.0,) for j, axis in enumerate(grid.axes)))
        return min(barrier_of(of_real, grid.terms.given(theta, np.array(one))[1], least) for one in states)
    terms = grid.terms
    unit = directions(terms.dimension)
    with np.errstate(divide="ignore"):
        leaves = np.where(unit > 0.0, grid.hi / unit, np.where(unit < 0.0, grid.lo / unit, np.inf)).min(axis=1)
    coefficients = on_rays(terms, theta, _terms_of_directions(terms.dimension, terms.degree))
    chosen = may_fall(coefficients, leaves)
    distance = leaves[chosen] * np.geomspace(1.0, _FAR, _ON_A_RAY)[:, None]
    along = np.zeros_like(distance)
    for coefficient in coefficients[::-1]:
        along = along * distance + coefficient[chosen]
    falls = np.diff(along, axis=0) < 0.0
    some = falls.any(axis=0)
    if not some.any():
        return np.inf
    return float(along[falls.argmax(axis=0), np.arange(along.shape[1])][some].min() - least)
