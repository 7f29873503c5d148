"""Columns coupled along a tree or not at all, in closed form: log-linear models without a circle.

The law of largest likelihood is the product of pair tables over single ones (Chow & Liu 1968; Lauritzen 1996, section
4.4), whose logarithms, in the zero-sum gauge, are the parameters. Errors are those of the influence of a row on them;
given a column its neighbours are independent.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.chow_liu import spanning_trees
from symcat.models.potts.layout import Floats, Integers, Layout

Edges = NDArray[np.bool_]


class Solved(NamedTuple):
    """Fields (G, Q), couplings (G, Q, Q) and log Z (G,)."""

    h: Floats
    j: Floats
    log_z: Floats


def mutual_information(layout: Layout, shares: Floats) -> Floats:
    """(G, d, d) of every pair of columns in nats, from shares of rows (G, Q, Q)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0.0, shares * np.log(shares), 0.0)
    starts = layout.offsets[:-1]
    blocks = np.add.reduceat(np.add.reduceat(terms, starts, axis=1), starts, axis=2)
    alone = np.einsum("gjj->gj", blocks)
    out: Floats = blocks - alone[:, :, None] - alone[:, None, :]
    return out


def chow_liu(layout: Layout, shares: Floats) -> Edges:
    """(G, d, d) the pairs of columns of the tree with the largest total mutual information."""
    groups, d = len(shares), len(layout)
    edges = spanning_trees(mutual_information(layout, shares))
    found = np.zeros((groups, d, d), dtype=bool)
    g = np.arange(groups)[:, None]
    found[g, edges[:, :, 0], edges[:, :, 1]] = found[g, edges[:, :, 1], edges[:, :, 0]] = True
    return found


def solve(layout: Layout, shares: Floats, edges: Edges) -> Solved:
    """The parameters, from shares of rows (G, Q, Q) without zeros where columns are coupled."""
    alone = np.log(np.einsum("gqq->gq", shares))
    h = np.empty_like(alone)
    log_z = np.zeros(len(shares))
    for j in range(len(layout)):
        log = alone[:, layout.at(j)]
        mean = log.mean(axis=1)
        h[:, layout.at(j)] = log - mean[:, None]
        log_z -= mean
    couplings = np.zeros_like(shares)
    for i, k in combinations(range(len(layout)), 2):
        chosen = np.flatnonzero(edges[:, i, k])
        if not len(chosen):
            continue
        a, b = layout.at(i), layout.at(k)
        ratio = np.log(shares[chosen, a, b]) - alone[chosen, a][:, :, None] - alone[chosen, b][:, None, :]
        of_first, of_second, mean = ratio.mean(axis=2), ratio.mean(axis=1), ratio.mean(axis=(1, 2))
        block = ratio - of_first[:, :, None] - of_second[:, None, :] + mean[:, None, None]
        couplings[chosen, a, b], couplings[chosen, b, a] = block, block.transpose(0, 2, 1)
        h[chosen, a] += of_first - mean[:, None]
        h[chosen, b] += of_second - mean[:, None]
        log_z[chosen] -= mean
    return Solved(h, couplings, log_z)


def errors(layout: Layout, shares: Floats, edges: Edges, rows: Floats) -> tuple[Floats, Floats]:
    """Standard errors of h (G, Q) and J (G, Q, Q) for so many rows (G,); of J not a number where there is none."""
    return _root(layout, shares, edges, rows, of_prior=False)


def prior_errors(layout: Layout, shares: Floats, edges: Edges, rows: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """Likewise what the rows of a prior that is spread evenly over all states add, of ``rows`` in all."""
    h, j = _root(layout, shares, edges, rows, of_prior=True)
    size = np.sqrt(prior / rows)
    return h * size[:, None], np.nan_to_num(j * size[:, None, None])


def _root(layout: Layout, shares: Floats, edges: Edges, rows: Floats, *, of_prior: bool) -> tuple[Floats, Floats]:
    """Roots of mean squares of the influence, over the fit's own states or over evenly spread ones."""
    groups = len(shares)
    alone = np.einsum("gqq->gq", shares)
    degree = edges.sum(axis=2)[:, layout.column_of]
    # The influence of a row on the field of its level is g / n, which given the level has this mean and variance.
    mean = (1.0 - degree) / alone
    variance = np.zeros_like(alone)
    j = np.full((groups, layout.levels, layout.levels), np.nan)
    for i, k in combinations(range(len(layout)), 2):
        chosen = np.flatnonzero(edges[:, i, k])
        if not len(chosen):
            continue
        a, b = layout.at(i), layout.at(k)
        table = shares[chosen, a, b]
        for place, cells in ((a, table), (b, table.transpose(0, 2, 1))):
            size = cells.shape[2]
            term = 1.0 / (size * cells)
            if of_prior:
                own = term.mean(axis=2)
                spread = (term**2).mean(axis=2) - own**2
            else:
                own = 1.0 / alone[chosen, place]
                spread = (cells * term**2).sum(axis=2) / alone[chosen, place] - own**2
            mean[chosen, place] += own
            variance[chosen, place] += spread
        first, second = np.square(_centring(layout.sizes[i])), np.square(_centring(layout.sizes[k]))
        square = 1.0 / (table**2 * table[0].size) if of_prior else 1.0 / table
        block = np.sqrt(first @ square @ second / rows[chosen, None, None])
        j[chosen, a, b], j[chosen, b, a] = block, block.transpose(0, 2, 1)
    square = mean**2 + variance
    weight = (1.0 / np.array(layout.sizes))[layout.column_of] if of_prior else alone
    h = np.sqrt((weight * square) @ np.square(layout.centring) / rows[:, None])
    return h, j


def influence(layout: Layout, shares: Floats, edges: Edges, pairs: Floats, rows: float) -> tuple[Floats, Floats]:
    """(B, Q), (B, Q, Q) how far groups of rows, counted by their pairs of levels (B, Q, Q), move h and J.

    Of a batch of one with ``rows`` rows in all: what each row moves, added up.
    """
    table = shares[0] * rows
    j = np.zeros_like(pairs)
    along = (1.0 - edges[0].sum(axis=1))[layout.column_of] * np.einsum("bqq->bq", pairs) / np.diagonal(table)
    for i, k in np.argwhere(np.triu(edges[0], 1)).tolist():
        a, b = layout.at(i), layout.at(k)
        ratio = pairs[:, a, b] / table[a, b]
        along[:, a] += ratio.mean(axis=2)
        along[:, b] += ratio.mean(axis=1)
        block = _centring(layout.sizes[i]) @ ratio @ _centring(layout.sizes[k])
        j[:, a, b], j[:, b, a] = block, block.transpose(0, 2, 1)
    return along @ layout.centring.T, j


def _centring(levels: int) -> Floats:
    return np.eye(levels) - 1.0 / levels


class Beliefs(NamedTuple):
    """What two sweeps along a tree leave of fields and couplings; column 0 is its root, on which lone columns hang."""

    order: list[tuple[int, int]]  # parent and child, from the root outwards
    root: Floats  # (L,) probabilities of the root's levels
    given: list[Floats]  # (L_parent, L_child) of each child's levels given its parent's
    log_z: float


def beliefs(layout: Layout, h: Floats, j: Floats) -> Beliefs:
    """Of fields (Q,) and couplings (Q, Q) that vanish off a tree (Pearl 1988)."""
    starts = layout.offsets[:-1]
    coupled = np.add.reduceat(np.add.reduceat(j != 0.0, starts, axis=0, dtype=np.intp), starts, axis=1) > 0
    order = [(int(p), int(c)) for p, c in spanning_trees(coupled[None].astype(np.float64))[0]]
    field = h.copy()
    given: list[Floats] = []
    log_z = 0.0
    for parent, child in reversed(order):
        weight = j[layout.at(parent), layout.at(child)] + field[layout.at(child)]
        top = weight.max(axis=1, keepdims=True)
        weight = np.exp(weight - top)
        total = weight.sum(axis=1, keepdims=True)
        given.append(weight / total)
        field[layout.at(parent)] += (top + np.log(total))[:, 0]
    own = field[layout.at(0)]
    weight = np.exp(own - own.max())
    log_z = float(own.max() + np.log(weight.sum()))
    return Beliefs(order, weight / weight.sum(), given[::-1], log_z)


def pair_shares(layout: Layout, found: Beliefs) -> Floats:
    """(Q, Q) the shares of rows with two levels each, on the diagonal of one."""
    out = np.zeros((layout.levels, layout.levels))
    root = layout.at(0)
    out[root, root] = np.diag(found.root)
    done = [0]
    for (parent, child), given in zip(found.order, found.given, strict=True):
        own = layout.at(child)
        for other in done:
            block = out[layout.at(other), layout.at(parent)] @ given
            out[layout.at(other), own], out[own, layout.at(other)] = block, block.T
        out[own, own] = np.diag(np.diagonal(out[layout.at(parent), layout.at(parent)]) @ given)
        done.append(child)
    return out


def drawn(layout: Layout, found: Beliefs, n: int, rng: np.random.Generator) -> Integers:
    """(n, d) digits of independent rows, from the root outwards, each column given its parent."""
    digits = np.empty((n, len(layout)), dtype=np.intp)
    digits[:, 0] = levels_of(found.root[None], np.zeros(n, dtype=np.intp), rng)
    for (parent, child), given in zip(found.order, found.given, strict=True):
        digits[:, child] = levels_of(given, digits[:, parent], rng)
    return digits


def levels_of(shares: Floats, row: Integers, rng: np.random.Generator) -> Integers:
    """(n,) levels drawn with the probabilities in these rows of ``shares``."""
    below = np.cumsum(shares, axis=1)[:, :-1]
    return np.asarray((rng.random(len(row))[:, None] >= below[row]).sum(axis=1), dtype=np.intp)
