"""``ising.tree``: couplings on the tree that explains most; closed form.

Chow & Liu 1968: the maximum-likelihood tree joins all columns with the largest sum of mutual informations of pairs, and
the distribution on it is the product of pair tables over single ones, whose logarithms are the couplings.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.errors import InvalidData
from symcat.models.base import Center, Facts, Parameters
from symcat.models.fit import Fit
from symcat.models.ising import beliefs, existence
from symcat.models.ising.chow_liu import (
    VALUES,
    entropy_of,
    mutual_information,
    pair_table,
    single_table,
    spanning_trees,
)
from symcat.models.ising.couplings import pair_matrix, pair_values, pairs_in_binary
from symcat.models.ising.every_pair import EveryPair
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import PairAverages, spin_averages
from symcat.models.ising.sums import Ising
from symcat.models.ising.wide.graph import blocks, edges_of

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


class Tree(EveryPair, Ising):
    """Couplings J (d, d) on a tree of d - 1 pairs, and fields h (d,); off it J is 0 and its error not a number."""

    label = "ising.tree"
    rest = label
    facts = Facts("Ising on a tree (Chow-Liu)", "none; the columns hang together as a tree")

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

    def lacks(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        return self.at_boundary(mean, pair, count)

    def empty(self, mean: Floats, pair: Floats, count: Floats) -> existence.Empty:
        found = super().empty(mean, pair, count)
        edges = {frozenset(edge) for edge in spanning_trees(mutual_information(mean, pair))[0].tolist()}
        return existence.Empty(found.constant, tuple(c for c in found.cells if frozenset(c[:2]) in edges))

    def errors(self, solved: Maximum, target: Floats, count: Floats) -> Floats:
        """From the influence of a row on every parameter; given a column, its neighbours are independent."""
        mean, pair = self.expand(target)
        edges = spanning_trees(mutual_information(mean, pair))
        groups, d = mean.shape
        g = np.arange(groups)
        binary = self.zero_one
        share = single_table(mean)  # (G, d, 2)
        field = (1.0 if binary else 0.25) * (1.0 / share).sum(axis=2)
        coupling = np.full((groups, d, d), np.nan)  # off the tree nothing is estimated
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

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows: how their averages move the closed form."""
        rows = fit.statistics["prior_rows"][0]
        share = (whole.count / (whole.count + rows))[:, None]
        weight = (groups.count / (whole.count + rows))[:, None]
        (mean, pair), (of_all, pair_of_all) = spin_averages(groups), spin_averages(whole)
        return self._moved(fit, weight * (mean - share * of_all), weight[:, :, None] * (pair - share * pair_of_all))

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Of the rows of the prior about the fit: in them columns and pairs are uncorrelated, of variance one."""
        rows = fit.statistics["prior_rows"][0]
        if not rows:
            return {}
        d = self.dimension
        edges = np.array(self._edges(fit), dtype=np.intp).reshape(-1, 2)
        mean, pair = np.zeros((d + len(edges) + 1, d)), np.zeros((d + len(edges) + 1, d, d))
        mean[np.arange(d), np.arange(d)] = 1.0
        for k, (i, j) in enumerate(edges):
            pair[d + k, i, j] = pair[d + k, j, i] = 1.0
        fitted = spin_averages(whole)
        share = whole.count[0] / (whole.count[0] + rows)
        mean[-1], pair[-1] = share * fitted.mean[0], share * fitted.pair[0]
        size = np.sqrt(rows) / (whole.count[0] + rows)
        return self._moved(fit, size * mean, size * pair)

    def _edges(self, fit: Fit) -> tuple[tuple[int, int], ...]:
        """The coupled pairs of a batch of one."""
        theta = self.theta_of({name: value[0] for name, value in fit.parameters.items()})
        return edges_of(pair_matrix(theta[None, self.dimension :], self.dimension)[0] != 0.0)

    def _moved(self, fit: Fit, of_mean: Floats, of_pair: Floats) -> dict[str, Floats]:
        """How changes of means (B, d) and pair averages (B, d, d) move h and J of a batch of one."""
        said = self.implied(self.theta_of({name: value[0] for name, value in fit.parameters.items()})[None])
        alone = of_mean / (1.0 - said.mean[0] ** 2)
        h, j = alone.copy(), np.zeros_like(of_pair)
        zero, a, b = np.zeros(1, dtype=np.intp), VALUES[:, None], VALUES[None, :]
        for i, k in self._edges(fit):
            table = pair_table(said.mean, said.pair, zero, np.array([i]), np.array([k]))[0]
            m, n, q = (values[:, None, None] for values in (of_mean[:, i], of_mean[:, k], of_pair[:, i, k]))
            of_log = 0.25 * (a * m + b * n + a * b * q) / table
            h[:, i] += 0.25 * (a * of_log).sum(axis=(1, 2)) - alone[:, i]
            h[:, k] += 0.25 * (b * of_log).sum(axis=(1, 2)) - alone[:, k]
            j[:, i, k] = j[:, k, i] = 0.25 * (a * b * of_log).sum(axis=(1, 2))
        if self.zero_one:
            h, j = pairs_in_binary(h, j)
        return {"h": h, "J": j}

    def implied(self, theta: Floats) -> PairAverages:
        named = self.arrange(theta)
        return beliefs.averages(named["h"], named["J"])

    def normalised(self, parameters: Parameters) -> float:
        """log Z, after a look at whether the couplings are those of a tree."""
        joined = np.asarray(parameters["J"]) != 0.0
        for block in blocks(joined):
            if len(edges_of(joined[np.ix_(block, block)])) >= len(block):
                names = ", ".join(repr(self.schema.columns[j]) for j in block)
                raise InvalidData(
                    f"J couples {names} in a circle, which no tree does: call symcat.model('ising.pairwise', ...)."
                )
        return super().normalised(parameters)

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """From the root outwards, each column given its parent."""
        named = self.arrange(self.theta_of(parameters)[None])
        edges, field, mean = beliefs.propagate(named["h"], named["J"])
        rows = np.empty((n, self.dimension))
        rows[:, 0] = np.where(rng.random(n) < 0.5 * (1.0 + mean[0, 0]), 1.0, -1.0)
        for parent, child in edges[0]:
            tilt = np.tanh(field[0, child] + named["J"][0, parent, child] * rows[:, parent])
            rows[:, child] = np.where(rng.random(n) < 0.5 * (1.0 + tilt), 1.0, -1.0)
        return rows
