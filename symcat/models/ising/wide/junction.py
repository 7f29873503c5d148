"""Exact sums over spins whose couplings form a graph of small tree-width, and the couplings of given averages.

The sums are those of columns of any number of levels (``potts.junction``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.existence import shares
from symcat.models.ising.newton import maximise
from symcat.models.ising.wide.graph import Edge, Elimination, adjacency, elimination
from symcat.models.ising.wide.mean_field import EMPTY, Refusal
from symcat.models.potts.junction import LARGEST_CLIQUE, MOST_WORK, Junction
from symcat.models.potts.layout import Layout

Floats = NDArray[np.float64]


class GraphSpace(Junction):
    """The states of d spins coupled on the ``edges`` only: theta (G, d + E) are fields (d,), then couplings (E,)."""

    def __init__(self, dimension: int, edges: tuple[Edge, ...], elimination: Elimination) -> None:
        alone: list[tuple[int, ...]] = [(i,) for i in range(dimension)]
        super().__init__(Layout((2,) * dimension), alone + list(edges), elimination)

    def all_pairs(self, theta: Floats) -> tuple[Floats, Floats]:
        """Means (d,) and averages (d, d) of every pair, coupled or not: <s_i s_j> - m_i m_j = d m_i / d h_j."""
        averages, slope = self.with_derivatives(theta, np.arange(self.alone))
        mean = averages[: self.alone]
        pair = 0.5 * (slope[: self.alone] + slope[: self.alone].T) + np.outer(mean, mean)
        np.fill_diagonal(pair, 1.0)
        return mean, pair

    def sample(self, theta: Floats, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows."""
        return np.where(self.drawn(theta, n, rng) == 1, 1.0, -1.0)


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
