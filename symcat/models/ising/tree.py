"""``ising.tree``: couplings on the tree that explains most; closed form.

Chow & Liu 1968: the maximum-likelihood tree joins all columns with the largest sum of mutual informations of pairs, and
the distribution on it is the product of pair tables over single ones, whose logarithms are the couplings.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center, Facts, Fit, Parameters
from symcat.models.ising import existence
from symcat.models.ising.chow_liu import (
    VALUES,
    entropy_of,
    mutual_information,
    pair_table,
    single_table,
    spanning_trees,
)
from symcat.models.ising.couplings import (
    pair_matrix,
    pair_values,
    pairs_in_binary,
    to_binary,
)
from symcat.models.ising.every_pair import EveryPair
from symcat.models.ising.family import Ising, Predicted
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import spin_averages

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


class Tree(EveryPair, Ising):
    """Couplings J (d, d) that vanish off a tree of d - 1 pairs, and fields h (d,)."""

    label = "ising.tree"
    facts = Facts("Ising on a tree (Chow-Liu)", "none; the columns hang together as a tree")

    def __init__(self, dimension: int, options: object) -> None:
        super().__init__(dimension, options)  # type: ignore[arg-type]
        self._pairs = np.triu_indices(dimension, 1)

    @property
    def n_free(self) -> int:
        return 2 * self.dimension - 1

    @property
    def log_structures(self) -> float:
        return (self.dimension - 2) * math.log(self.dimension)  # Cayley: d^(d - 2) trees

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        return np.concatenate([mean, pair_values(pair)], axis=1)

    def expand(self, target: Floats) -> tuple[Floats, Floats]:
        """Means and pair averages of what ``reduce`` returned."""
        d = self.dimension
        return target[:, :d], pair_matrix(target[:, d:], d) + np.eye(d)

    def maximise(self, target: Floats) -> Maximum:
        mean, pair = self.expand(target)
        edges = spanning_trees(mutual_information(mean, pair))
        groups = len(mean)
        g = np.arange(groups)
        h = np.arctanh(mean)
        j = np.zeros_like(pair)
        entropy = entropy_of(single_table(mean)).sum(axis=1)
        log_single = np.arctanh(mean)
        for i, k in edges.transpose(1, 2, 0):
            table = pair_table(mean, pair, g, i, k)
            log_table = np.log(table)
            h[g, i] += 0.25 * np.einsum("a,gab->g", VALUES, log_table) - log_single[g, i]
            h[g, k] += 0.25 * np.einsum("b,gab->g", VALUES, log_table) - log_single[g, k]
            j[g, i, k] = j[g, k, i] = 0.25 * np.einsum("a,b,gab->g", VALUES, VALUES, log_table)
            alone = entropy_of(single_table(mean[g, i])) + entropy_of(single_table(mean[g, k]))
            entropy += entropy_of(table.reshape(groups, 4)) - alone
        theta = np.concatenate([h, pair_values(j)], axis=1)
        log_z = np.einsum("gk,gk->g", theta, target) + entropy
        return Maximum(theta, log_z, np.empty((groups, 0, 0)))

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """A pair of the tree without one of its four combinations; strong pairs are in the tree."""
        edges = spanning_trees(mutual_information(mean, pair))
        lacking = existence.unpaired(mean, pair, count)
        g = np.arange(len(mean))[:, None]
        found: NDArray[np.bool_] = np.zeros(len(mean), dtype=bool)
        found |= lacking[g, edges[:, :, 0], edges[:, :, 1]].any(axis=1) | existence.constant(mean, count).any(axis=1)
        return found

    def empty(self, mean: Floats, pair: Floats, count: Floats) -> existence.Empty:
        found = super().empty(mean, pair, count)
        edges = {frozenset(edge) for edge in spanning_trees(mutual_information(mean, pair))[0].tolist()}
        return existence.Empty(found.constant, tuple(c for c in found.cells if frozenset(c[:2]) in edges))

    def _errors(self, solved: Maximum, target: Floats, count: Floats) -> Floats:
        """From the influence of a row on every parameter; given a column, its neighbours are independent."""
        mean, pair = self.expand(target)
        edges = spanning_trees(mutual_information(mean, pair))
        groups, d = mean.shape
        g = np.arange(groups)
        binary = self.options.basis == "binary"
        share = single_table(mean)  # (G, d, 2)
        field = (1.0 if binary else 0.25) * (1.0 / share).sum(axis=2)
        coupling = np.zeros((groups, d, d))
        for i, k in edges.transpose(1, 2, 0):
            table = pair_table(mean, pair, g, i, k)
            coupling[g, i, k] = coupling[g, k, i] = (1.0 if binary else 1.0 / 16.0) * (1.0 / table).sum(axis=(1, 2))
            for node, cells in ((i, table), (k, table.transpose(0, 2, 1))):
                # Spread over the neighbour's values of the influence f, given the column's own value.
                f = np.stack([np.zeros_like(cells[:, :, 1]), 1.0 / cells[:, :, 1]], axis=2) if binary else 0.25 / cells
                given = cells / cells.sum(axis=2, keepdims=True)
                average = (given * f).sum(axis=2)
                spread = (given * f**2).sum(axis=2) - average**2
                field[g, node] += (share[g, node] * spread).sum(axis=1)
        return np.sqrt(np.concatenate([field, pair_values(coupling)], axis=1) / count[:, None])

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]:
        """Sandwich errors for a batch of one: how the averages of each block would move the closed form."""
        theta = self.theta_of({name: value[0] for name, value in fit.parameters.items()})
        said = self.predict(theta)
        mean, pair = spin_averages(blocks)
        weight = (blocks.count / blocks.count.sum())[:, None]
        of_mean = weight * (mean - (weight * mean).sum(axis=0))
        of_pair = weight[:, :, None] * (pair - (weight[:, :, None] * pair).sum(axis=0))
        alone = of_mean / (1.0 - said.mean**2)
        h, j = alone.copy(), np.zeros_like(pair)
        zero, a, b = np.zeros(1, dtype=np.intp), VALUES[:, None], VALUES[None, :]
        for i, k in edges_of(pair_matrix(theta[None, self.dimension :], self.dimension)[0]):
            table = pair_table(said.mean[None], said.pair[None], zero, np.array([i]), np.array([k]))[0]
            m, n, q = (values[:, None, None] for values in (of_mean[:, i], of_mean[:, k], of_pair[:, i, k]))
            of_log = 0.25 * (a * m + b * n + a * b * q) / table
            h[:, i] += 0.25 * (a * of_log).sum(axis=(1, 2)) - alone[:, i]
            h[:, k] += 0.25 * (b * of_log).sum(axis=(1, 2)) - alone[:, k]
            j[:, i, k] = j[:, k, i] = 0.25 * (a * b * of_log).sum(axis=(1, 2))
        if self.options.basis == "binary":
            h, j = pairs_in_binary(h, j)
        return {"h": np.sqrt((h**2).sum(axis=0))[None], "J": np.sqrt((j**2).sum(axis=0))[None]}

    def _messages(self, theta: Floats) -> tuple[list[tuple[int, int]], Floats, Floats]:
        """Edges from the root outwards, means, and covariances along the edges, by one sweep in and one out."""
        d = self.dimension
        couplings = pair_matrix(theta[None, d:], d)[0]
        order = outwards(couplings)
        belief = theta[:d].copy()  # field on each column from its own and from the columns hanging on it
        for parent, child in reversed(order):
            belief[parent] += _passed(couplings[parent, child], belief[child])
        mean = np.tanh(belief)
        for parent, child in order:
            # The child given either value of its parent, mixed by the parent's mean.
            up, down = (np.tanh(belief[child] + s * couplings[parent, child]) for s in (1.0, -1.0))
            mean[child] = 0.5 * (up + down) + 0.5 * (up - down) * mean[parent]
        return order, mean, belief

    def predict(self, theta: Floats) -> Predicted:
        d = self.dimension
        couplings = pair_matrix(theta[None, d:], d)[0]
        order, mean, belief = self._messages(theta)
        covariance = np.diag(1.0 - mean**2)
        done = [order[0][0]] if order else [0]
        for parent, child in order:
            up, down = (np.tanh(belief[child] + s * couplings[parent, child]) for s in (1.0, -1.0))
            covariance[child, done] = covariance[done, child] = 0.5 * (up - down) * covariance[parent, done]
            done.append(child)
        return Predicted(mean, covariance + np.outer(mean, mean))

    @property
    def binary(self) -> Floats:
        d = self.dimension
        return to_binary([(i,) for i in range(d)] + list(zip(*(p.tolist() for p in self._pairs), strict=True)))

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """From the root outwards, each column given its parent."""
        theta = self.theta_of(parameters)
        d = self.dimension
        couplings = pair_matrix(theta[None, d:], d)[0]
        order, mean, belief = self._messages(theta)
        spins = np.empty((n, d))
        root = order[0][0] if order else 0
        spins[:, root] = np.where(rng.random(n) < 0.5 * (1.0 + mean[root]), 1.0, -1.0)
        for parent, child in order:
            tilt = np.tanh(belief[child] + couplings[parent, child] * spins[:, parent])
            spins[:, child] = np.where(rng.random(n) < 0.5 * (1.0 + tilt), 1.0, -1.0)
        return spins


def _passed(coupling: float, field: float) -> float:
    """The field that a column with ``field`` exerts through a coupling (belief propagation)."""
    return float(np.arctanh(np.tanh(coupling) * np.tanh(field)))


def edges_of(couplings: Floats) -> list[tuple[int, int]]:
    """The coupled pairs."""
    return [(int(i), int(k)) for i, k in zip(*np.nonzero(np.triu(couplings, 1)), strict=True)]


def outwards(couplings: Floats) -> list[tuple[int, int]]:
    """Pairs (parent, child) of the tree, parents before their children; a lone column hangs on the root."""
    d = len(couplings)
    order: list[tuple[int, int]] = []
    seen = [0]
    for parent in seen:
        for child in np.flatnonzero(couplings[parent]):
            if int(child) not in seen:
                seen.append(int(child))
                order.append((parent, int(child)))
        if parent == seen[-1] and len(seen) < d:
            lone = next(i for i in range(d) if i not in seen)
            seen.append(lone)
            order.append((0, lone))
    return order
