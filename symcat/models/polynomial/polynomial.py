"""Polynomial free energies without a closed form: ``F = h.y + K y y / 2 + g y y y / 3! + u y y y y / 4! + ...``.

``y = x - mean`` with a fixed point ``mean``, and symmetric tensors in the field-theory normalisation. A column may be a
spin, -1 or +1, whose mean is 0 here and which no tensor has twice. Nothing here fits: the couplings come from a
strategy that finds them; this is what can be done with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Facts, Parameters

Floats = NDArray[np.float64]

NAMES = ("h", "K", "g", "u", "v", "w")
"""Of the couplings of order 1, 2, ..., 6."""

_POINTS = 301  # of the grid on which a column is drawn given the others
_SWEEPS = 40
_REACH = 12.0  # standard deviations to either side that the grid covers
_NEGLIGIBLE = 45.0  # nats above the lowest energy, where the density has ended
_INTEGRATED = {1: 4001, 2: 401}  # points along each column, by number of columns
_FILLED = 0.3  # of the grid's half width, at least, by what is not negligible


class Polynomial:
    """The density of a polynomial of degree four or six in d columns: no symmetry, or whichever its tensors have."""

    def __init__(self, label: str, dimension: int, spins: tuple[int, ...] = ()) -> None:
        self.label = label
        self.dimension = dimension
        self.spins = spins
        degree = {"quartic": "four", "sextic": "six"}[label.partition(".")[2]]
        beside = f", {len(spins)} of the columns spins" if spins else ""
        self.facts = Facts(f"Polynomial free energy of degree {degree}{beside}", "that of its couplings")

    @property
    def may_be_integrated(self) -> bool:
        """Whether log Z is had by summing over a grid: one or two columns, all continuous."""
        return self.dimension in _INTEGRATED and not self.spins

    def integrated(self, parameters: Parameters) -> float:
        """log Z by the trapezoidal rule, which is exact but for rounding where the density ends within the grid.

        ``may_be_integrated`` must hold. Trefethen & Weideman, SIAM Rev. 56, 385, 2014.
        """
        axes, energy = self._grid(parameters)
        cell = float(np.prod([axis[1] - axis[0] for axis in axes]))
        lowest = float(energy.min())
        return float(np.log(np.exp(lowest - energy).sum() * cell)) - lowest

    def _grid(self, parameters: Parameters) -> tuple[list[Floats], Floats]:
        """Points along each column, and F at all of them: as wide as the density is."""
        half = _REACH * self._spread(parameters)
        while True:
            axes = [np.linspace(-h, h, _INTEGRATED[self.dimension]) for h in half]
            grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
            energy = self.energy(parameters, grid.reshape(-1, self.dimension)).reshape(grid.shape[:-1])
            near = np.argwhere(energy < energy.min() + _NEGLIGIBLE)
            size: Floats = np.array(energy.shape) - 1.0
            outermost = np.maximum(size - 2 * near.min(axis=0), 2 * near.max(axis=0) - size) / size  # of the half width
            ended = outermost < 1.0
            if ended.all() and (outermost > _FILLED).all():
                return axes, energy
            # Wider where the density has not ended, narrower where most of the grid is empty.
            half = half * np.where(ended, np.clip(1.2 * outermost, 0.05, 1.0), 2.0)

    def energy(self, parameters: Parameters, y: Floats) -> Floats:
        """(m,) F at the rows of ``y`` (m, d), measured from ``mean``."""
        total = np.zeros(len(y))
        for index, coefficient in self._monomials(parameters):
            product = coefficient * y[:, index[0]]
            for j in index[1:]:
                product *= y[:, j]
            total += product
        return total

    def _monomials(self, parameters: Parameters) -> Iterator[tuple[tuple[int, ...], float]]:
        """Each monomial once, as its columns with repetition, and what multiplies it in F."""
        for order, name in enumerate(NAMES, start=1):
            if name not in parameters:
                continue
            tensor = self._tensor(parameters, name, order)
            for index in combinations_with_replacement(range(self.dimension), order):
                if tensor[index]:
                    yield index, float(tensor[index]) / prod(factorial(index.count(j)) for j in set(index))

    def _tensor(self, parameters: Parameters, name: str, order: int) -> Floats:
        return np.asarray(parameters[name], dtype=np.float64).reshape((self.dimension,) * order)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, d), per unit volume of the columns."""
        return -self.energy(parameters, x - np.atleast_1d(parameters["mean"])) - log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows, each the end of a chain of its own: every column in turn drawn, on a grid, given the rest.

        One column is drawn at once, and two from the cells of a grid. In several, chains start apart and take 40
        sweeps; wells that no move along a single column joins are filled as the starts fill them.
        """
        mean = np.atleast_1d(parameters["mean"])
        if self.dimension == 2 and not self.spins:
            return np.asarray(mean + self._of_cells(parameters, n, rng))
        spread = self._spread(parameters)
        y = spread * rng.standard_normal((n, self.dimension))
        y[:, list(self.spins)] = np.where(y[:, list(self.spins)] > 0.0, 1.0, -1.0)
        for _ in range(_SWEEPS if self.dimension > 1 else 1):
            for j in range(self.dimension):
                if j in self.spins:
                    y[:, j] = self._spin_given_rest(parameters, y, j, rng)
                    continue
                y[:, j] = self._given_rest(parameters, y, j, spread[j], rng)
        rows: Floats = mean + y
        return rows

    def _of_cells(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent points of the grid, each moved within its cell."""
        axes, energy = self._grid(parameters)
        cumulative = np.cumsum(np.exp(energy.min() - energy))
        place = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
        at = np.unravel_index(np.minimum(place, energy.size - 1), energy.shape)
        points = [axis[i] + (rng.random(n) - 0.5) * (axis[1] - axis[0]) for axis, i in zip(axes, at, strict=True)]
        return np.stack(points, axis=1)

    def _spread(self, parameters: Parameters) -> Floats:
        """(d,) a width of each column: where the highest coupling of the column alone has cost a few units."""
        top = next(order for order in (6, 4, 2) if NAMES[order - 1] in parameters)
        tensor = self._tensor(parameters, NAMES[top - 1], top)
        own = np.array([tensor[(j,) * top] for j in range(self.dimension)])
        second = np.abs(np.diagonal(self._tensor(parameters, "K", 2)))
        out: Floats = 1.0 / np.sqrt(second / 8.0 + (np.maximum(own, 0.0) / factorial(top)) ** (2.0 / top) + 1e-300)
        return out

    def _spin_given_rest(self, parameters: Parameters, y: Floats, j: int, rng: np.random.Generator) -> Floats:
        """A spin of every row drawn from its distribution given the other columns."""
        up, down = y.copy(), y.copy()
        up[:, j], down[:, j] = 1.0, -1.0
        gap = np.clip(self.energy(parameters, up) - self.energy(parameters, down), -700.0, 700.0)
        return np.where(rng.random(len(y)) * (1.0 + np.exp(gap)) < 1.0, 1.0, -1.0)

    def _given_rest(self, parameters: Parameters, y: Floats, j: int, width: float, rng: np.random.Generator) -> Floats:
        """Column j of every row drawn from its distribution given the other columns."""
        grid = np.linspace(-_REACH * width, _REACH * width, _POINTS)
        # F along column j is a polynomial whose coefficients depend on the rest; degree + 1 points determine it.
        degree = max(order for order, name in enumerate(NAMES, start=1) if name in parameters)
        nodes = np.linspace(-2.0 * width, 2.0 * width, degree + 1)
        values = np.empty((len(y), degree + 1))
        moved = y.copy()
        for k, node in enumerate(nodes):
            moved[:, j] = node
            values[:, k] = self.energy(parameters, moved)
        vandermonde = np.vander(nodes / width, degree + 1)
        coefficients = np.linalg.solve(vandermonde, values.T)
        along = np.vander(grid / width, degree + 1) @ coefficients  # (points, rows)
        weight = np.exp(along.min(axis=0) - along)
        cumulative = np.cumsum(weight, axis=0)
        drawn = rng.random(len(y)) * cumulative[-1]
        place = (cumulative < drawn).sum(axis=0)
        inside = (drawn - np.where(place > 0, cumulative[np.maximum(place - 1, 0), np.arange(len(y))], 0.0)) / weight[
            place, np.arange(len(y))
        ]
        out: Floats = grid[place] + (inside - 0.5) * (grid[1] - grid[0])
        return out

    def free_energy(self, parameters: Parameters, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        mean = np.atleast_1d(parameters["mean"])
        y = [sympy.Symbol(name, real=True) - sympy.Float(float(c)) for name, c in zip(columns, mean, strict=True)]
        total = sympy.Integer(0)
        for index, coefficient in self._monomials(parameters):
            term = sympy.Float(coefficient)
            for i in index:
                term *= y[i]
            total += term
        return total


def tensors_of(exponents: NDArray[np.int64], couplings: Floats, dimension: int) -> dict[str, Floats]:
    """Symmetric tensors from the couplings theta_a of monomials ``F = sum_a theta_a prod_j y_j^(e_aj)``.

    Each tensor entry with the exponents e is ``theta prod_j e_j!``, so that the sum over all orders of its indices,
    divided by the order's factorial, is the monomial once.
    """
    degree = int(exponents.sum(axis=1).max())
    out = {NAMES[k - 1]: np.zeros((dimension,) * k) for k in range(1, degree + 1)}
    for powers, theta in zip(exponents, couplings, strict=True):
        index = [j for j in range(dimension) for _ in range(int(powers[j]))]
        value = float(theta) * float(np.prod([factorial(int(p)) for p in powers]))
        tensor = out[NAMES[len(index) - 1]]
        for order in _orders(tuple(index)):
            tensor[order] = value
    return out


def _orders(index: tuple[int, ...]) -> set[tuple[int, ...]]:
    from itertools import permutations

    return set(permutations(index))
