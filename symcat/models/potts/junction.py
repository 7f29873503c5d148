"""Exact sums over columns whose couplings form a graph of small tree-width, by elimination and its way back.

Columns are summed out one after the other; what a column leaves behind is a table over the columns it meets. Upward
this gives log Z and every conditional law P(x_v | later columns), downward the law of every clique (Lauritzen &
Spiegelhalter 1988; Koller & Friedman 2009, chapter 10). All operations are sums, products and quotients, hence
holomorphic in the couplings: with theta_k + i e in place of theta_k the imaginary part of an average is its derivative
times e, to full precision (complex step, Squire & Trapp 1998), and the derivatives of averages are covariances.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.ising.newton import Maximum, maximise
from symcat.models.ising.wide.graph import Elimination
from symcat.models.potts.layout import Floats, Integers, Layout, basis

LARGEST_CLIQUE = 16
"""Columns in the largest table of an elimination."""

MOST_WORK = 1e8
"""Entries of all tables times parameters: some seconds for each step of Newton's method."""

_STEP = 1e-40
_NUMBERS_AT_ONCE = 1 << 23  # complex, of all the tables of a batch together


@dataclass(frozen=True)
class Tables:
    """P(x_v | later columns) for every column v, as arrays with an axis per column and the batch last."""

    conditional: dict[int, Any]
    log_z: Any  # (B,)


def cells_of(layout: Layout, elimination: Elimination) -> int:
    """Entries of all the cliques' tables together."""
    return sum(math.prod(layout.sizes[u] for u in (v, *met)) for v, met in elimination.later.items())


@dataclass(frozen=True)
class _Spread:
    """How a table over some columns, (cells, B) or an axis for each, becomes one over all of a scope."""

    own: tuple[int, ...]
    order: tuple[int, ...]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, layout: Layout, columns: tuple[int, ...], scope: tuple[int, ...]) -> _Spread:
        order = sorted(range(len(columns)), key=lambda k: scope.index(columns[k]))
        shape = (layout.sizes[u] if u in columns else 1 for u in scope)
        return cls(tuple(layout.sizes[u] for u in columns), (*order, len(columns)), tuple(shape))

    def __call__(self, values: Any) -> Any:
        batch = values.shape[-1]
        return values.reshape(*self.own, batch).transpose(self.order).reshape(*self.shape, batch)


class Junction:
    """The states of d columns coupled in ``sets`` only, the columns alone first; a ``Space`` for ``newton.maximise``.

    Theta (G, K) has the numbers of every set, one after the other: those of the products of a contrast of each of its
    columns, the last one's fastest.
    """

    def __init__(self, layout: Layout, sets: Sequence[tuple[int, ...]], elimination: Elimination) -> None:
        self.layout, self.sets, self.elimination = layout, list(sets), elimination
        self.cells = cells_of(layout, elimination)
        ends = accumulate((math.prod(layout.sizes[j] - 1 for j in chosen) for chosen in sets), initial=0)
        self.places = [slice(a, b) for a, b in pairwise(ends)]
        self.number = self.places[-1].stop
        self.alone = self.places[len(layout) - 1].stop
        rank = {v: k for k, v in enumerate(elimination.order)}
        self.assigned: dict[int, list[int]] = {v: [] for v in elimination.order}
        self._alike: dict[tuple[int, ...], list[int]] = {}  # sets of the same numbers of levels
        for s, chosen in enumerate(sets):
            self.assigned[min(chosen, key=rank.__getitem__)].append(s)
            self._alike.setdefault(tuple(layout.sizes[j] for j in chosen), []).append(s)
        self._spread = {
            v: [(s, _Spread.of(layout, self.sets[s], (v, *elimination.later[v]))) for s in self.assigned[v] if s != v]
            for v in elimination.order
        }
        self._passed_on = {
            v: _Spread.of(layout, met, (met[0], *elimination.later[met[0]]))
            for v, met in elimination.later.items()
            if met
        }

    # --- a space of Newton's method --------------------------------------------------------------------------------

    def evaluate(self, theta: Floats) -> tuple[Floats, Floats]:
        """The couplings themselves and log Z (G,)."""
        return theta, self.upward(theta.T).log_z

    def statistics(self, evaluated: Floats) -> tuple[Floats, Floats]:
        """Averages (G, K) and their covariance (G, K, K)."""
        size = evaluated.shape[1]
        pairs = [self.with_derivatives(theta, np.arange(size)) for theta in evaluated]
        covariance = np.stack([slope for _, slope in pairs])
        return np.stack([mean for mean, _ in pairs]), 0.5 * (covariance + covariance.transpose(0, 2, 1))

    def maximum(self, target: Floats, start: Floats) -> Maximum:
        """The parameters (G, K) whose averages are ``target``."""
        return maximise(self, target, start)

    def with_derivatives(self, theta: Floats, directions: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Averages (K,) at theta (K,), and their covariance (K, len(directions)) with the chosen statistics."""
        piece = max(1, _NUMBERS_AT_ONCE // self.cells)
        slopes: list[Floats] = []
        averages = np.empty(0)
        for start in range(0, len(directions), piece):
            clock.check()
            chosen = directions[start : start + piece]
            batch = np.repeat(theta.astype(complex)[:, None], len(chosen), axis=1)
            batch[chosen, np.arange(len(chosen))] += 1j * _STEP
            found = self.averages(self.upward(batch))
            averages = found[:, 0].real
            slopes.append(found.imag / _STEP)
        return averages, np.concatenate(slopes, axis=1)

    # --- sums ------------------------------------------------------------------------------------------------------

    def log_partition(self, theta: Floats) -> float:
        """log Z at theta (K,)."""
        return float(self.upward(theta[:, None]).log_z[0])

    def average(self, theta: Floats) -> Floats:
        """(K,) averages of the statistics."""
        out: Floats = self.averages(self.upward(theta[:, None]))[:, 0]
        return out

    def information(self, theta: Floats) -> Floats:
        """(K, K) covariance of the statistics in a row."""
        out: Floats = self.statistics(theta[None])[1][0]
        return out

    def pair_shares(self, theta: Floats) -> Floats:
        """(Q, Q) shares of rows with two levels, coupled or not: averages of products of two columns' contrasts are
        derivatives of those of one by the fields of the other."""
        layout, alone = self.layout, self.alone
        averages, slope = self.with_derivatives(theta, np.arange(alone))
        mean = averages[:alone]
        second = 0.5 * (slope[:alone] + slope[:alone].T) + np.outer(mean, mean)
        out = np.zeros((layout.levels, layout.levels))
        for i, size in enumerate(layout.sizes):
            own = self.places[i]
            out[layout.at(i), layout.at(i)] = np.diag((1.0 + layout.contrasts(i) @ mean[own]) / size)
            for k in range(i):
                other = self.places[k]
                every = np.ones((size, layout.sizes[k]))
                every[1:, 0], every[0, 1:], every[1:, 1:] = mean[own], mean[other], second[own, other]
                table = basis(size) @ every @ basis(layout.sizes[k]).T / every.size
                out[layout.at(i), layout.at(k)], out[layout.at(k), layout.at(i)] = table, table.T
        return out

    def upward(self, theta: Any) -> Tables:
        """Sum the columns out, for real or complex theta (K, B)."""
        sizes, batch = self.layout.sizes, theta.shape[1]
        factors, log_z = self._factors(theta)
        left: dict[int, list[tuple[_Spread, Any]]] = {v: [] for v in self.elimination.order}
        conditional = {}
        for v in self.elimination.order:
            clock.check()
            later = self.elimination.later[v]
            table = np.empty((*(sizes[u] for u in (v, *later)), batch), dtype=theta.dtype)
            table[...] = factors[v].reshape(sizes[v], *(1,) * len(later), batch)
            for s, spread in self._spread[v]:
                table *= spread(factors[s])
            for spread, message in left.pop(v):
                table *= spread(message)
            total = table.sum(axis=0)
            table /= total
            conditional[v] = table
            if not later:
                log_z = log_z + np.log(total)
                continue
            top = total.real.max(axis=tuple(range(total.ndim - 1)))
            log_z = log_z + np.log(top)
            total /= top
            left[later[0]].append((self._passed_on[v], total))
        return Tables(conditional, log_z)

    def _factors(self, theta: Any) -> tuple[list[Any], Any]:
        """Of every set exp(-F) (cells, B), divided by its largest value, whose logs (B,) are added up beside."""
        found: list[Any] = [None] * len(self.sets)
        log_z = np.zeros(theta.shape[1])
        for alike in self._alike.values():
            numbers = np.array([np.arange(self.number)[self.places[s]] for s in alike])
            energy = np.matmul(self.layout.products_of(self.sets[alike[0]]), theta[numbers])
            top = energy.real.max(axis=1, keepdims=True)
            log_z += top.sum(axis=(0, 1))
            energy -= top
            np.exp(energy, out=energy)
            for s, factor in zip(alike, energy, strict=True):
                found[s] = factor
        return found, log_z

    def averages(self, tables: Tables) -> Any:
        """(K, B) averages of the statistics."""
        layout, batch = self.layout, len(tables.log_z)
        out = np.empty((self.number, batch), dtype=tables.conditional[self.elimination.order[-1]].dtype)
        belief: dict[int, tuple[tuple[int, ...], Any]] = {}
        for v in reversed(self.elimination.order):
            later = self.elimination.later[v]
            table = tables.conditional[v]
            if later:
                scope, parent = belief[later[0]]
                gone = tuple(k for k, u in enumerate(scope) if u not in later)
                table = table * parent.sum(axis=gone)
            belief[v] = ((v, *later), table)
            own = layout.contrasts(v).T
            along = (own @ table.reshape(len(table), -1)).reshape(len(own), *table.shape[1:])
            for s in self.assigned[v]:
                chosen = self.sets[s]
                gone = tuple(k + 1 for k, u in enumerate(later) if u not in chosen)
                found = along.sum(axis=gone) if gone else along
                kept = [v, *(u for u in later if u in chosen)]
                rows = len(own)  # of the columns done
                for u in kept[1:]:
                    found = np.matmul(layout.contrasts(u).T, found.reshape(rows, layout.sizes[u], -1))
                    rows *= layout.sizes[u] - 1
                if len(kept) > 2 or tuple(kept) != chosen:
                    found = found.reshape(*(layout.sizes[u] - 1 for u in kept), batch)
                    found = found.transpose(*(kept.index(u) for u in chosen), len(kept))
                out[self.places[s]] = found.reshape(-1, batch)
        return out

    def drawn(self, theta: Floats, n: int, rng: np.random.Generator) -> Integers:
        """(n, d) digits of independent rows: each column given the later ones, in the reverse of the elimination."""
        tables = self.upward(theta[:, None])
        digits = np.zeros((len(self.layout), n), dtype=np.intp)
        for v in reversed(self.elimination.order):
            below = np.cumsum(tables.conditional[v][..., 0], axis=0)[:-1]
            later = tuple(digits[u] for u in self.elimination.later[v])
            digits[v] = (rng.random(n) >= below[(slice(None), *later)].reshape(len(below), -1)).sum(axis=0)
        return digits.T
