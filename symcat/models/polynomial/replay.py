"""Data checks of the entries: log Z and averages of random couplings, by two rules of integration and by parts.

``<y^n dF/dy> = n <y^(n-1)>`` holds for every polynomial that confines (the Schwinger-Dyson equations), whichever way
the averages were found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from symcat.models.family import Replay
from symcat.models.polynomial.polynomial import DEGREES
from symcat.models.polynomial.quadrature import Grid
from symcat.models.polynomial.tensors import energy, tensors_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BOUND = 1e-9

_NODES = {1: 400, 2: 160}  # of Gauss and Legendre's rule, by number of real columns
_FAR = {4: 7.0, 6: 4.0}  # where every density drawn here has ended, by degree
_HIGHEST = 3  # power that the identities are multiplied with


def run(entry: str, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Both checks at random couplings of one or two real columns, or of one beside one or two two-valued ones."""
    log_z, parts = 0.0, 0.0
    for k in range(points):
        exponents, theta, two_valued = random_couplings(entry, 2 if k % 5 == 1 else 1, rng)
        found = Summed.of(exponents, theta, two_valued)
        log_z = max(log_z, abs(found.log_partition - gauss(exponents, theta, two_valued)[0]))
        parts = max(parts, found.by_parts(exponents, theta))
    yield Replay("log Z", points, log_z, BOUND)
    yield Replay("integration by parts", points, parts, BOUND)


def random_couplings(entry: str, many: int, rng: np.random.Generator) -> tuple[Integers, Floats, int]:
    """Exponents (K, d) of all monomials, couplings (K,) that confine, and how many columns, the first, are two-valued.

    ``many`` is the number of real columns, or of two-valued ones beside a single real one.
    """
    kind, _, name = entry.partition(".")
    degree = DEGREES[name]
    two_valued, real = (many, 1) if kind == "mixed" else (0, many)
    every = product(*([range(2)] * two_valued + [range(degree + 1)] * real))
    exponents = np.array([e for e in every if 0 < sum(e) <= degree], dtype=np.int64)
    of_real = exponents[:, two_valued:].sum(axis=1)
    # High powers weaker, or one well, or one combination of two-valued columns, would hold nearly all.
    theta = rng.normal(scale=0.4 / np.maximum(of_real - 1, 1))
    leading = of_real == degree
    own = leading & (exponents.max(axis=1) == degree)
    theta[own] = rng.uniform(0.3, 1.0, size=int(own.sum()))
    # Each mixed monomial is at most the sum of the pure powers.
    theta[leading & ~own] = rng.uniform(-0.05, 0.05, size=int((leading & ~own).sum()))
    return exponents, theta, two_valued


@dataclass(frozen=True)
class Summed:
    """The class's own sums over grids, one for each combination of the two-valued columns, the first ones."""

    rows: Floats  # (m, d) all points
    probabilities: Floats  # (m,)
    two_valued: int
    log_partition: float

    @classmethod
    def of(cls, exponents: Integers, theta: Floats, two_valued: int) -> Summed:
        """From the polynomials of the real columns that are left when the two-valued ones are given."""
        inner, place = np.unique(exponents[:, two_valued:], axis=0, return_inverse=True)
        constant = ~inner.any(axis=1)
        rows, shares, log_z = [], [], []
        for signs in product([-1.0, 1.0], repeat=two_valued):
            given = np.zeros(len(inner))
            np.add.at(given, place.reshape(-1), theta * np.prod(np.array(signs) ** exponents[:, :two_valued], axis=1))
            grid = Grid.of(tensors_of(inner[~constant], given[~constant]), inner.shape[1])
            points = grid.points
            rows.append(np.concatenate([np.broadcast_to(signs, (len(points), two_valued)), points], axis=1))
            shares.append(grid.probabilities)
            log_z.append(grid.log_partition - float(given[constant].sum()))
        total = float(np.logaddexp.reduce(log_z))
        weights = np.exp(np.array(log_z) - total)
        probabilities = np.concatenate([w * share for w, share in zip(weights, shares, strict=True)])
        return cls(np.concatenate(rows), probabilities, two_valued, total)

    def average(self, exponents: Integers) -> Floats:
        """(M,) averages of monomials (M, d)."""
        out: Floats = self.probabilities @ monomials(exponents, self.rows)
        return out

    def by_parts(self, exponents: Integers, theta: Floats) -> float:
        """The largest residual of the identities of each real column, over the size of their terms."""
        worst = 0.0
        for j in range(self.two_valued, exponents.shape[1]):
            unit = np.eye(exponents.shape[1], dtype=np.int64)[j]
            held = exponents[:, j] > 0
            slope, lowered = theta[held] * exponents[held, j], exponents[held] - unit
            powers = np.arange(_HIGHEST + 1)
            wanted = [lowered + n * unit for n in powers[1:]] + [n * unit[None] for n in powers]
            distinct, place = np.unique(np.concatenate(wanted), axis=0, return_inverse=True)
            found = self.average(distinct)[place.reshape(-1)]
            left, right = found[: -len(powers)].reshape(_HIGHEST, -1), found[-len(powers) :]
            for n in powers[1:]:
                terms = slope * left[n - 1]
                worst = max(worst, abs(float(terms.sum() - n * right[n - 1])) / max(float(np.abs(terms).max()), 1.0))
        return worst


def gauss(exponents: Integers, theta: Floats, two_valued: int) -> tuple[float, Floats]:
    """log Z and the averages (K,) of all monomials by Gauss and Legendre's rule, with F as the class has it."""
    real = exponents.shape[1] - two_valued
    node, weight = _rule(_NODES[real])
    far = _FAR[int(exponents.sum(axis=1).max())]
    axes = [np.array([-1.0, 1.0])] * two_valued + [far * node] * real
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, two_valued + real)
    weights = np.ones(1)
    for part in [np.ones(2)] * two_valued + [far * weight] * real:
        weights = np.multiply.outer(weights, part).reshape(-1)
    values = energy(tensors_of(exponents, theta), points)
    lowest = float(values.min())
    mass = weights * np.exp(lowest - values)
    total = float(mass.sum())
    return float(np.log(total)) - lowest, mass @ monomials(exponents, points) / total


@cache
def _rule(nodes: int) -> tuple[Floats, Floats]:
    node, weight = np.polynomial.legendre.leggauss(nodes)
    return node, weight


def monomials(exponents: Integers, x: Floats) -> Floats:
    """(n, M) monomials (M, d) at the rows of x (n, d), the constant one among them."""
    powers = [[column**p for p in range(int(exponents.max(initial=0)) + 1)] for column in x.T]
    return np.stack([np.prod([powers[j][p] for j, p in enumerate(e)], axis=0) for e in exponents], axis=1)
