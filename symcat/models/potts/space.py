"""All states of columns of several levels at once, up to four million: energies, probabilities and averages.

One product with a small matrix along each axis of the tensor of all states takes the parameters of contrasts to the
energies, another one the probabilities to the average of every product of contrasts.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from symcat.models.ising.newton import Maximum, maximise
from symcat.models.potts.layout import Floats, Integers, Layout, along_axes, basis
from symcat.models.potts.terms import Terms, terms_of

LARGEST = 1 << 22
"""States that are summed over."""

MOST_PARAMETERS = 3000
"""Whose information, a matrix of the square of so many numbers, is inverted."""

_AT_ONCE = 1 << 21  # states of all groups of a piece together: bounds memory


class Space:
    """The states of a layout with some statistics (K, d); see ``terms.statistics_of``."""

    def __init__(self, layout: Layout, statistics: Integers) -> None:
        self.layout = layout
        self.rows = statistics
        self.index = layout.codes(statistics)
        self._basis = [basis(size) for size in layout.sizes]

    @cached_property
    def _above(self) -> tuple[Integers, Integers]:
        return np.triu_indices(len(self.rows))

    @cached_property
    def _terms(self) -> Terms:
        above = self._above
        return terms_of(self.layout, self.rows[above[0]], self.rows[above[1]])

    def energies(self, theta: Floats) -> Floats:
        """(G, N) minus the free energy of every state."""
        spread = np.zeros((len(theta), self.layout.states))
        spread[:, self.index] = theta
        return along_axes(spread, self._basis)

    def transformed(self, probabilities: Floats) -> Floats:
        """(G, N) the average of every product of contrasts, at the index of its contrasts."""
        return along_axes(probabilities, [m.T for m in self._basis])

    def evaluate(self, theta: Floats) -> tuple[Floats, Floats]:
        """Probabilities (G, N) and log Z (G,)."""
        weight = self.energies(theta)
        top = weight.max(axis=1)
        weight -= top[:, None]
        np.exp(weight, out=weight)
        z = weight.sum(axis=1)
        weight /= z[:, None]
        return weight, top + np.log(z)

    def statistics(self, evaluated: Floats) -> tuple[Floats, Floats]:
        """Averages (G, K) and their covariance (G, K, K)."""
        every = self.transformed(evaluated)
        mean = every[:, self.index]
        return mean, self.covariance(every)

    def log_partition(self, theta: Floats) -> float:
        """log Z at theta (K,)."""
        return float(self.evaluate(theta[None])[1][0])

    def _every(self, theta: Floats) -> Floats:
        """(N,) the average of every product of contrasts."""
        out: Floats = self.transformed(self.evaluate(theta[None])[0])[0]
        return out

    def average(self, theta: Floats) -> Floats:
        """(K,) averages of the statistics."""
        return self._every(theta)[self.index]

    def information(self, theta: Floats) -> Floats:
        """(K, K) covariance of the statistics in a row."""
        out: Floats = self.covariance(self._every(theta)[None])[0]
        return out

    def pair_shares(self, theta: Floats) -> Floats:
        """(Q, Q) shares of rows with two levels, on the diagonal of one."""
        every, layout = self._every(theta), self.layout
        strides = np.concatenate([[1], np.cumprod(layout.sizes[:-1])]).astype(np.intp)
        out = np.zeros((layout.levels, layout.levels))
        for i, size in enumerate(layout.sizes):
            own = np.arange(size) * strides[i]
            out[layout.at(i), layout.at(i)] = np.diag(basis(size) @ every[own] / size)
            for k in range(i + 1, len(layout)):
                other = np.arange(layout.sizes[k]) * strides[k]
                table = basis(size) @ every[own[:, None] + other] @ basis(layout.sizes[k]).T
                table /= size * layout.sizes[k]
                out[layout.at(i), layout.at(k)], out[layout.at(k), layout.at(i)] = table, table.T
        return out

    def drawn(self, theta: Floats, n: int, rng: np.random.Generator) -> Integers:
        """(n, d) digits of independent rows."""
        below = np.cumsum(self.evaluate(theta[None])[0][0])
        return self.layout.digits(np.searchsorted(below, rng.random(n) * below[-1], side="right"))

    def covariance(self, every: Floats) -> Floats:
        """(G, K, K) of the statistics, from transformed probabilities."""
        mean = every[:, self.index]
        a, b = self._above
        second = self._terms.averages(every)
        second -= mean[:, a] * mean[:, b]
        covariance = np.empty((len(mean), mean.shape[1], mean.shape[1]))
        covariance[:, a, b] = covariance[:, b, a] = second
        return covariance

    def maximum(self, target: Floats, start: Floats) -> Maximum:
        """The parameters (G, K) whose averages are ``target``, in pieces of the groups."""
        size = max(target.shape[1], 1)
        piece = max(1, min(_AT_ONCE // self.layout.states, _AT_ONCE // size**2))
        parts = [maximise(self, target[i : i + piece], start[i : i + piece]) for i in range(0, len(target), piece)]
        if len(parts) == 1:
            return parts[0]
        return Maximum(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in ("theta", "log_z", "covariance"))
        )
