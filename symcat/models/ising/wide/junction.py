"""Exact sums over spins whose couplings form a graph of small tree-width, by elimination and its way back.

Columns are summed out one after the other; what a column leaves behind is a table over the columns it meets. Upward
this gives log Z and every conditional law P(s_v | later columns), downward the law of every clique (Lauritzen &
Spiegelhalter 1988; Koller & Friedman 2009, chapter 10). All operations are sums, products and quotients, hence
holomorphic in the couplings: with theta_k + i e in place of theta_k the imaginary part of an average is its derivative
times e, to full precision (complex step, Squire & Trapp 1998), and the derivatives of averages are covariances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.ising.existence import shares
from symcat.models.ising.newton import maximise
from symcat.models.ising.wide.graph import Edge, Elimination, adjacency, elimination
from symcat.models.ising.wide.mean_field import EMPTY, Refusal

Floats = NDArray[np.float64]

LARGEST_CLIQUE = 16
"""Columns in the largest table of an elimination."""

MOST_WORK = 1e8
"""Entries of all tables times parameters: some seconds for each step of Newton's method."""
_STEP = 1e-40
_NUMBERS_AT_ONCE = 1 << 23  # complex, of all the tables of a batch together


@dataclass(frozen=True)
class Tables:
    """P(s_v | later columns) for every column v, as arrays with an axis of two per column and the batch last."""

    conditional: dict[int, Any]
    log_z: Any  # (B,)


class GraphSpace:
    """The states of d spins coupled on the ``edges`` only: fields (d,), then couplings (E,), make up theta (G, d + E).

    A ``Space`` for ``newton.maximise``.
    """

    def __init__(self, dimension: int, edges: tuple[Edge, ...], elimination: Elimination) -> None:
        self.dimension, self.edges, self.elimination = dimension, edges, elimination
        rank = {v: k for k, v in enumerate(elimination.order)}
        self.assigned: dict[int, list[tuple[int, int]]] = {v: [] for v in elimination.order}
        for e, (i, j) in enumerate(edges):
            first, second = (i, j) if rank[i] < rank[j] else (j, i)
            self.assigned[first].append((e, second))

    def evaluate(self, theta: Floats) -> tuple[Floats, Floats]:
        """The couplings themselves and log Z (G,)."""
        return theta, self.upward(theta.T).log_z

    def statistics(self, evaluated: Floats) -> tuple[Floats, Floats]:
        """Averages (G, d + E) and their covariance (G, d + E, d + E)."""
        size = evaluated.shape[1]
        pairs = [self.with_derivatives(theta, np.arange(size)) for theta in evaluated]
        covariance = np.stack([slope for _, slope in pairs])
        return np.stack([mean for mean, _ in pairs]), 0.5 * (covariance + covariance.transpose(0, 2, 1))

    def with_derivatives(self, theta: Floats, directions: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Averages (K,) at theta (K,), and their covariance (K, len(directions)) with the chosen statistics."""
        piece = max(1, _NUMBERS_AT_ONCE // self.elimination.cells)
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

    def all_pairs(self, theta: Floats) -> tuple[Floats, Floats]:
        """Means (d,) and averages (d, d) of every pair, coupled or not: <s_i s_j> - m_i m_j = d m_i / d h_j."""
        d = self.dimension
        averages, slope = self.with_derivatives(theta, np.arange(d))
        mean = averages[:d]
        pair = 0.5 * (slope[:d] + slope[:d].T) + np.outer(mean, mean)
        np.fill_diagonal(pair, 1.0)
        return mean, pair

    def upward(self, theta: Any) -> Tables:
        """Sum the columns out, for real or complex theta (d + E, B)."""
        d, batch = self.dimension, theta.shape[1]
        log_z = np.abs(theta.real).sum(axis=0)  # each factor is divided by its largest value
        factors = np.exp(np.stack([-theta, theta]) - np.abs(theta.real))  # of s or s s' = -1, +1
        left: dict[int, list[tuple[tuple[int, ...], Any]]] = {v: [] for v in self.elimination.order}
        conditional = {}
        for v in self.elimination.order:
            clock.check()
            scope = (v, *self.elimination.later[v])
            table = np.empty((2,) * len(scope) + (batch,), dtype=factors.dtype)
            table[...] = factors[:, v].reshape((2,) + (1,) * (len(scope) - 1) + (batch,))
            for e, other in self.assigned[v]:
                coupled = np.stack([factors[::-1, d + e], factors[:, d + e]])
                table *= coupled.reshape(_shape(scope, (v, other), batch))
            for met, message in left.pop(v):
                table *= message.reshape(_shape(scope, met, batch))
            total = table[0] + table[1]
            table /= total
            conditional[v] = table
            top = total.real.max(axis=tuple(range(total.ndim - 1)))
            if len(scope) == 1:
                log_z = log_z + np.log(total)
            else:
                log_z = log_z + np.log(top)
                total /= top
                left[scope[1]].append((scope[1:], total))
        return Tables(conditional, log_z)

    def averages(self, tables: Tables) -> Any:
        """(d + E, B) averages of the spins, then of the products on the edges."""
        d = self.dimension
        batch = len(tables.log_z)
        out = np.empty((d + len(self.edges), batch), dtype=tables.conditional[self.elimination.order[-1]].dtype)
        belief: dict[int, tuple[tuple[int, ...], Any]] = {}
        for v in reversed(self.elimination.order):
            later = self.elimination.later[v]
            table = tables.conditional[v]
            if later:
                scope, parent = belief[later[0]]
                gone = tuple(k for k, u in enumerate(scope) if u not in later)
                table = table * parent.sum(axis=gone)
            belief[v] = ((v, *later), table)
            spin = table[1] - table[0]
            out[v] = spin.sum(axis=tuple(range(len(later))))
            for e, other in self.assigned[v]:
                at = later.index(other)
                summed = spin.sum(axis=tuple(k for k in range(len(later)) if k != at))
                out[d + e] = summed[1] - summed[0]
        return out

    def sample(self, theta: Floats, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows: each column given the later ones, in the reverse of the elimination."""
        tables = self.upward(theta[:, None])
        up = np.zeros((self.dimension, n), dtype=np.intp)
        for v in reversed(self.elimination.order):
            chance = tables.conditional[v][1, ..., 0]
            up[v] = rng.random(n) < chance[tuple(up[u] for u in self.elimination.later[v])]
        return np.where(up.T == 1, 1.0, -1.0)


def _shape(scope: tuple[int, ...], met: tuple[int, ...], batch: int) -> tuple[int, ...]:
    """Of a table over ``met``, spread over ``scope``: both are in the order of elimination."""
    inside = set(met)
    return (*(2 if v in inside else 1 for v in scope), batch)


@dataclass(frozen=True)
class GraphFit:
    """Maximum-likelihood fields and couplings on a graph, and the averages of every pair that they imply.

    ``errors`` are standard errors from the Fisher information of ``count`` rows; not a number where that is unknown.
    """

    h: Floats  # (d,)
    J: Floats  # (d, d)
    h_error: Floats
    J_error: Floats
    log_partition: float
    mean: Floats  # (d,)
    pair: Floats  # (d, d)
    width: int
    information: Floats  # (d + E, d + E) of a row, of the columns, then the coupled pairs in order


def fit_on_graph(
    mean: Floats, pair: Floats, edges: tuple[Edge, ...], count: float, most_work: float = MOST_WORK
) -> GraphFit | Refusal:
    """The couplings on ``edges`` whose averages are those of the data, by damped Newton to rounding.

    Parameters
    ----------
    mean : (d,) averages of the spins.
    pair : (d, d) averages of their products; those off the edges are not used.
    edges : pairs i < j of columns that are coupled; all other couplings are zero.
    count : number of rows, NaN if unknown.
    most_work : entries of all tables times parameters beyond which the sums are refused.
    """
    d = len(mean)
    never = never_occurs(mean, pair, edges)
    if never is not None:
        return never
    order = elimination(adjacency(d, edges), LARGEST_CLIQUE - 1)
    if order is None:
        return Refusal(f"the graph of {len(edges)} couplings has no elimination order below {LARGEST_CLIQUE} columns")
    if order.cells * (d + len(edges)) > most_work:
        return Refusal(f"exact sums over the graph of {len(edges)} couplings, of width {order.width}, are too long")
    space = GraphSpace(d, edges, order)
    i, j = (np.array([edge[k] for edge in edges], dtype=np.intp) for k in (0, 1))
    target = np.concatenate([mean, pair[i, j]])
    start = np.concatenate([np.arctanh(mean), np.zeros(len(edges))])
    best = maximise(space, target[None], start[None])
    if not best.found[0]:
        return Refusal("the likelihood of the couplings on this graph has no finite maximum")
    theta = best.theta[0]
    implied, every = space.all_pairs(theta)
    error = standard_errors(best.covariance[0], count)
    coupling, coupling_error = np.zeros((d, d)), np.zeros((d, d))
    coupling[i, j] = coupling[j, i] = theta[d:]
    coupling_error[i, j] = coupling_error[j, i] = error[d:]
    return GraphFit(
        h=theta[:d],
        J=coupling,
        h_error=error[:d],
        J_error=coupling_error,
        log_partition=float(best.log_z[0]),
        mean=implied,
        pair=every,
        width=order.width,
        information=best.covariance[0],
    )


def never_occurs(mean: Floats, pair: Floats, edges: tuple[Edge, ...]) -> Refusal | None:
    """Which column does not vary, or which coupled pair lacks a combination of values."""
    still = np.flatnonzero(1.0 - np.abs(mean) < 2.0 * EMPTY)
    if len(still):
        return Refusal(f"column {int(still[0])} does not vary: its field would be infinite")
    corners = [shares(mean[None], pair[None], a, b)[0] for a in (-1, 1) for b in (-1, 1)]
    smallest = np.minimum.reduce(corners)
    for i, j in edges:
        if smallest[i, j] < EMPTY:
            return Refusal(
                f"columns {i} and {j} have a combination of values that never occurs: their coupling would be infinite"
            )
    return None


def standard_errors(information: Floats, count: float) -> Floats:
    """(K,) square roots of the diagonal of the inverse information (K, K) of one row, over ``count`` rows."""
    # Through a unit diagonal: a rare event must not look like a singular matrix.
    scale = 1.0 / np.sqrt(np.diagonal(information))
    inverse = np.linalg.inv(information * np.outer(scale, scale))
    out: Floats = scale * np.sqrt(np.diagonal(inverse) / count)
    return out
