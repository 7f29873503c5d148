"""Rows of a polynomial free energy, each the end of a chain of its own: every column in turn given the others.

One real column, and two, are drawn from the cells of a grid. In several, chains start apart and take 40 sweeps; wells
that no move along a single column joins are filled as the starts fill them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Parameters
from symcat.models.polynomial.quadrature import POINTS, REACH, Grid
from symcat.models.polynomial.tensors import energy, orders, widths

Floats = NDArray[np.float64]

_POINTS = 301  # of the grid on which a column is drawn given the others
_SWEEPS = 40


def draw(parameters: Parameters, dimension: int, two_valued: Sequence[int], n: int, rng: np.random.Generator) -> Floats:
    """(n, d) rows, measured from the point about which F is written; ``two_valued`` are positions of columns."""
    if dimension in POINTS and not two_valued:
        return Grid.of(parameters, dimension).draw(n, rng)
    width, signs = widths(parameters, dimension), list(two_valued)
    y = width * rng.standard_normal((n, dimension))
    y[:, signs] = np.where(y[:, signs] > 0.0, 1.0, -1.0)
    for _ in range(_SWEEPS):
        for j in range(dimension):
            y[:, j] = _sign(parameters, y, j, rng) if j in signs else _real(parameters, y, j, width[j], rng)
    return y


def _sign(parameters: Parameters, y: Floats, j: int, rng: np.random.Generator) -> Floats:
    """A two-valued column of every row drawn from its distribution given the others."""
    up, down = y.copy(), y.copy()
    up[:, j], down[:, j] = 1.0, -1.0
    gap = np.clip(energy(parameters, up) - energy(parameters, down), -700.0, 700.0)
    return np.where(rng.random(len(y)) * (1.0 + np.exp(gap)) < 1.0, 1.0, -1.0)


def _real(parameters: Parameters, y: Floats, j: int, width: float, rng: np.random.Generator) -> Floats:
    """A real column of every row drawn from its distribution given the others."""
    grid = np.linspace(-REACH * width, REACH * width, _POINTS)
    # F along column j is a polynomial whose coefficients depend on the rest; degree + 1 points determine it.
    degree = max(orders(parameters))
    nodes = np.linspace(-2.0 * width, 2.0 * width, degree + 1)
    values = np.empty((len(y), degree + 1))
    moved = y.copy()
    for k, node in enumerate(nodes):
        moved[:, j] = node
        values[:, k] = energy(parameters, moved)
    vandermonde = np.vander(nodes / width, degree + 1)
    coefficients = np.linalg.solve(vandermonde, values.T)
    along = np.vander(grid / width, degree + 1) @ coefficients  # (points, rows)
    weight = np.exp(along.min(axis=0) - along)
    cumulative = np.cumsum(weight, axis=0)
    drawn = rng.random(len(y)) * cumulative[-1]
    place = (cumulative < drawn).sum(axis=0)
    row = np.arange(len(y))
    below = np.where(place > 0, cumulative[np.maximum(place - 1, 0), row], 0.0)
    inside = (drawn - below) / weight[place, row]
    out: Floats = grid[place] + (inside - 0.5) * (grid[1] - grid[0])
    return out
