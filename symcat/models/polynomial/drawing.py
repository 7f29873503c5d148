"""Rows of a polynomial free energy, each the end of a chain of its own: every column in turn given the others.

One real column, and two, are drawn from the cells of a grid. In several, chains start apart and take 40 sweeps; wells
that no move along a single column joins are filled as the starts fill them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.base import Parameters
from symcat.models.polynomial.quadrature import NEGLIGIBLE, POINTS, REACH, Grid
from symcat.models.polynomial.tensors import energy, orders, widths

Floats = NDArray[np.float64]

_POINTS = 301  # of the grid on which a column is drawn given the others
_FEWEST = 45  # of these, from the first to the last where the density has not ended
_ROUNDS = 20  # of placing them anew
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
            clock.check()
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
    # F along column j is a polynomial whose coefficients depend on the rest; degree + 1 points determine it.
    degree = max(orders(parameters))
    nodes = np.linspace(-2.0, 2.0, degree + 1)  # in widths
    values = np.empty((len(y), degree + 1))
    moved = y.copy()
    for k, node in enumerate(nodes):
        moved[:, j] = node * width
        values[:, k] = energy(parameters, moved)
    coefficients = np.linalg.solve(np.vander(nodes, degree + 1), values.T)
    low, step, along = _placed(np.asarray(coefficients, dtype=np.float64))
    weight = np.exp(along.min(axis=0) - along)
    cumulative = np.cumsum(weight, axis=0)
    drawn = rng.random(len(y)) * cumulative[-1]
    place = (cumulative < drawn).sum(axis=0)
    row = np.arange(len(y))
    below = np.where(place > 0, cumulative[np.maximum(place - 1, 0), row], 0.0)
    inside = (drawn - below) / weight[place, row]
    out: Floats = (low + (place + inside - 0.5) * step) * width
    return out


def _placed(coefficients: Floats) -> tuple[Floats, Floats, Floats]:
    """Where the grid of each row begins (n,) and its steps (n,), and the polynomials (degree + 1, n) on it (points, n).

    It spans as many widths of the column for each, but for the rows whose density does not end there, or fills little.
    """
    rows = coefficients.shape[1]
    first_grid = np.linspace(-REACH, REACH, _POINTS)
    low, step = np.full(rows, -REACH), np.full(rows, first_grid[1] - first_grid[0])
    along = np.vander(first_grid, len(coefficients)) @ coefficients
    looked_at = np.arange(rows)
    for _ in range(_ROUNDS):
        values = along[:, looked_at]
        near = values < values.min(axis=0) + NEGLIGIBLE
        first, last = near.argmax(axis=0), _POINTS - 1 - near[::-1].argmax(axis=0)
        moved = (first == 0) | (last == _POINTS - 1) | (last - first < _FEWEST)
        if not moved.any():
            break
        looked_at, first, last = looked_at[moved], first[moved], last[moved]
        # To the last points where the density has ended; by the whole grid where it has not.
        begin = np.where(first > 0, first - 1, 1 - _POINTS)
        end = np.where(last < _POINTS - 1, last + 1, 2 * (_POINTS - 1))
        low[looked_at] += begin * step[looked_at]
        step[looked_at] *= (end - begin) / (_POINTS - 1)
        grid = low[looked_at] + np.arange(_POINTS)[:, None] * step[looked_at]
        along[:, looked_at] = np.polyval(coefficients[:, looked_at], grid)
    return low, step, along
