"""``ising.ring``: one field, one coupling of neighbours around a ring; by the 2 x 2 transfer matrix.

``Z = a^d + b^d`` with the eigenvalues ``a, b = e^J cosh h +- sqrt(e^{2J} sinh^2 h + e^{-2J})`` (Ising 1925; Baxter,
Exactly Solved Models in Statistical Mechanics, ch. 2). Every cyclic shift of the columns leaves it unchanged. Without
field J is read from the catalogue.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.base import Facts, Options, Parameters
from symcat.models.ising.existence import least
from symcat.models.ising.spins import PairAverages
from symcat.models.ising.uniform import Uniform
from symcat.models.tables import Tables

Floats = NDArray[np.float64]


class Transfer:
    """The states of a ring of d columns, summed over by powers of the transfer matrix."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension

    def evaluate(self, theta: Floats) -> tuple[Floats, Floats]:
        """The couplings themselves and log Z (G,)."""
        larger, ratio = _eigenvalues(theta)
        return theta, self.dimension * np.log(larger) + np.abs(theta[:, 1]) * self.dimension + np.log1p(
            ratio**self.dimension
        )

    def statistics(self, evaluated: Floats) -> tuple[Floats, Floats]:
        """First and second derivatives of log Z: averages of the two sums and their covariance."""
        n = self.dimension
        h, j = evaluated[:, 0], evaluated[:, 1]
        damp = np.exp(-np.abs(j))  # eigenvalues divided by e^|J|, so that nothing overflows
        up, down = np.exp(j) * damp, np.exp(-j) * damp
        # a, b = A +- D with D^2 = B; derivatives by h and J of A and B, then of D.
        c, s = np.cosh(h), np.sinh(h)
        a = up * c
        da = np.stack([up * s, a], axis=1)
        dda = np.stack([a, up * s, up * s, a], axis=1).reshape(-1, 2, 2)
        b = up**2 * s**2 + down**2
        db = np.stack([2.0 * up**2 * s * c, 2.0 * up**2 * s**2 - 2.0 * down**2], axis=1)
        ddb = np.stack([2.0 * up**2 * (c * c + s * s), 2.0 * db[:, 0], 2.0 * db[:, 0], 4.0 * b], axis=1).reshape(
            -1, 2, 2
        )
        root = np.sqrt(b)
        dd = db / (2.0 * root)[:, None]
        ddd = ddb / (2.0 * root)[:, None, None] - db[:, :, None] * db[:, None, :] / (4.0 * root**3)[:, None, None]
        larger, smaller = a + root, 2.0 * np.sinh(2.0 * j) * damp**2 / (a + root)
        first = (da + dd) / larger[:, None]
        second = (dda + ddd) / larger[:, None, None] - first[:, :, None] * first[:, None, :]
        ratio = smaller / larger
        dr = ((da - dd) - ratio[:, None] * (da + dd)) / larger[:, None]
        ddr = (
            (dda - ddd)
            - ratio[:, None, None] * (dda + ddd)
            - dr[:, :, None] * (da + dd)[:, None, :]
            - (da + dd)[:, :, None] * dr[:, None, :]
        ) / larger[:, None, None]
        power = ratio ** (n - 2)
        one = 1.0 + power * ratio**2
        dp = n * (power * ratio)[:, None] * dr
        ddp = (
            n * (n - 1) * power[:, None, None] * dr[:, :, None] * dr[:, None, :]
            + n * (power * ratio)[:, None, None] * ddr
        )
        mean = n * first + dp / one[:, None]
        spread = n * second + ddp / one[:, None, None] - dp[:, :, None] * dp[:, None, :] / (one**2)[:, None, None]
        return mean, spread


class Ring(Uniform):
    """The cyclic class of d > 2 columns in their order: parameters h and J, two numbers."""

    label = "ising.ring"
    rest = "ising.tree"  # an open chain
    facts = Facts("Ising ring: one field, one coupling of neighbours", "cyclic shifts of the columns")
    partners = 2

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        super().__init__(schema, options, tables)
        self.space = Transfer(self.dimension)

    @property
    def adjacency(self) -> Floats:
        step = np.roll(np.eye(self.dimension), 1, axis=1)
        return np.asarray(step + step.T)

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        place = np.arange(self.dimension)
        return np.stack([mean.sum(axis=1), pair[:, place, (place + 1) % self.dimension].sum(axis=1)], axis=1)

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """The hull of (number of +1, number of unequal neighbours): no walls; a wall beside every +1, or every -1."""
        n = self.dimension
        target = self.reduce(mean, pair)
        up = 0.5 * (target[:, 0] + n)
        walls = 0.5 * (n - target[:, 1])
        most = np.minimum(2.0 * np.minimum(up, n - up), n - n % 2)
        slack = 1.5 * least(count)
        out: NDArray[np.bool_] = (walls < slack) | (walls > most - slack) | (up < slack) | (up > n - slack)
        return out

    def implied(self, theta: Floats) -> PairAverages:
        """Averages from the eigenvectors of the transfer matrices: ``<s_0 s_r>`` for every distance r."""
        n = self.dimension
        values, vectors = np.linalg.eigh(_transfer(theta))
        spin = np.einsum("gka,k,gkb->gab", vectors, [1.0, -1.0], vectors)
        share = (values / values[:, 1:])[:, None] ** np.arange(n + 1)[:, None]  # (G, n + 1, 2), the larger one is 1
        z = share[:, n].sum(axis=1)
        mean = np.einsum("gaa,ga->g", spin, share[:, n]) / z
        by_distance = np.einsum("gra,gab,grb->gr", share, spin**2, share[:, ::-1]) / z[:, None]
        distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
        return PairAverages(np.repeat(mean[:, None], n, axis=1), by_distance[:, distance])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """One column after another around the ring, each given the last and the first."""
        transfer = _transfer(self.theta_of(parameters)[None])[0]
        transfer /= np.linalg.eigvalsh(transfer)[1]
        powers = [np.eye(2)]
        for _ in range(self.dimension):
            powers.append(powers[-1] @ transfer)
        closing = np.diag(powers[-1])
        state = np.empty((n, self.dimension), dtype=np.intp)  # 0 is +1
        state[:, 0] = rng.random(n) >= closing[0] / closing.sum()
        for k in range(1, self.dimension):
            back = powers[self.dimension - k]
            weight = transfer[state[:, k - 1]] * back[:, state[:, 0]].T
            state[:, k] = rng.random(n) >= weight[:, 0] / weight.sum(axis=1)
        return np.where(state == 0, 1.0, -1.0)


def _transfer(theta: Floats) -> Floats:
    """(G, 2, 2) the transfer matrices, +1 first."""
    h, j = theta[:, 0], theta[:, 1]
    out: Floats = np.exp(np.stack([j + h, -j, -j, j - h], axis=1)).reshape(-1, 2, 2)
    return out


def _eigenvalues(theta: Floats) -> tuple[Floats, Floats]:
    """The larger eigenvalue divided by e^|J|, and the ratio of the smaller to it."""
    h, j = theta[:, 0], theta[:, 1]
    damp = np.exp(-np.abs(j))
    up, down = np.exp(j) * damp, np.exp(-j) * damp
    larger = up * np.cosh(h) + np.sqrt(up**2 * np.sinh(h) ** 2 + down**2)
    return larger, 2.0 * np.sinh(2.0 * j) * damp**2 / larger**2
