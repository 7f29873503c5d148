"""``ising.curie_weiss``: one field, one coupling between all pairs; a sum over d + 1 magnetisations.

``F = - h M - J (M^2 - d) / 2`` with M the sum of the spins; the K of ``exp(K M^2 / 2 d)`` is ``J d`` (Kac 1968; Ellis &
Newman 1978). Every permutation of the columns leaves it unchanged. Without field J is read from the catalogue.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.base import Facts, Options, Parameters, Rest
from symcat.models.ising.alike import Alike
from symcat.models.ising.couplings import Couplings
from symcat.models.ising.existence import least
from symcat.models.ising.spins import PairAverages
from symcat.models.ising.uniform import Uniform
from symcat.models.tables import Tables

Floats = NDArray[np.float64]


class Levels(Alike):
    """The d + 1 values of the number of columns that are +1, with how many states share each."""

    def __init__(self, dimension: int) -> None:
        k = np.arange(dimension + 1)
        total = 2.0 * k - dimension
        log_factorial = np.array([math.lgamma(i + 1.0) for i in k])
        values = np.stack([total, 0.5 * (total**2 - dimension)], axis=1)  # M, sum over pairs of s_i s_j
        super().__init__(values, log_factorial[-1] - log_factorial - log_factorial[::-1])


class CurieWeiss(Uniform):
    """The exchangeable class: parameters h and J, two numbers, for any number d > 1 of columns."""

    label = "ising.curie_weiss"
    space: Levels
    facts = Facts("Curie-Weiss: one field, one coupling of all pairs", "any permutation of the columns")

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        super().__init__(schema, options, tables)
        self.partners = self.dimension - 1
        self.space = Levels(self.dimension)

    @property
    def adjacency(self) -> Floats:
        return np.ones((self.dimension, self.dimension)) - np.eye(self.dimension)

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        total = pair.sum(axis=(1, 2)) - np.einsum("gii->g", pair)
        return np.stack([mean.sum(axis=1), 0.5 * total], axis=1)

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """The hull of the points (M, M^2): above, the chord; below, the polygon through neighbouring levels."""
        d = self.dimension
        target = self.reduce(mean, pair)
        up = np.clip(0.5 * (target[:, 0] + d), 0.0, d)  # average number of columns that are +1
        square = 0.5 * (target[:, 1] + 0.5 * d) + d * up - 0.25 * d * d  # of its square
        low = np.floor(np.minimum(up, d - 1))
        lower = low * low + (2.0 * low + 1.0) * (up - low)
        slack = 1.5 * least(count)
        out: NDArray[np.bool_] = (square < lower + slack) | (square > d * up - slack)
        return out

    def implied(self, theta: Floats) -> PairAverages:
        d = self.dimension
        evaluated, _ = self.space.evaluate(theta)
        sums = evaluated @ self.space.values
        mean = np.repeat(sums[:, :1] / d, d, axis=1)
        pair = np.repeat(sums[:, 1] / self.n_pairs, d * d).reshape(-1, d, d)
        pair[:, np.arange(d), np.arange(d)] = 1.0
        return PairAverages(mean, pair)

    def rest_of(self, left: Couplings, sets: tuple[tuple[int, ...], ...]) -> Rest:
        """All columns that are left are alike still."""
        return Rest(self.label, {"h": left.h[0], "J": left.J[0, 1]})

    @property
    def totals_met(self) -> int:
        """With the sum over all pairs the second."""
        return 2

    def total_probabilities(self, theta: Floats) -> Floats:
        """(d + 1,) of the number of columns that are +1."""
        evaluated, _ = self.space.evaluate(theta[None])
        return np.asarray(evaluated[0])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """Rows with a number of +1 drawn from the levels, at random places."""
        up = rng.choice(self.dimension + 1, size=n, p=self.total_probabilities(self.theta_of(parameters)))
        rank = rng.random((n, self.dimension)).argsort(axis=1).argsort(axis=1)
        return np.where(rank < up[:, None], 1.0, -1.0)
