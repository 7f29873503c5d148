"""``ising.tree``: couplings on the tree that explains most; closed form.

Chow & Liu 1968: the maximum-likelihood tree joins all columns with the largest sum of mutual informations of pairs, and
the distribution on it is the product of pair tables over single ones, whose logarithms are the couplings.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.errors import InvalidData
from symcat.models.base import Center, Facts, Parameters, counted
from symcat.models.batches import blank_refused
from symcat.models.fit import CheckResult, Fit, Observed, Powers
from symcat.models.ising import beliefs, existence, hypercube
from symcat.models.ising.checks import Farthest, farthest_of_bands
from symcat.models.ising.chow_liu import VALUES, along, chow_liu
from symcat.models.ising.couplings import pair_matrix, pair_values, pairs_in_spins
from symcat.models.ising.edges import Edges
from symcat.models.ising.every_pair import EveryPair
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import INFINITE, PairAverages, spin_averages
from symcat.models.ising.sums import Ising
from symcat.models.ising.wide.graph import blocks, edges_of

Floats = NDArray[np.float64]

_MOST_MOVED = 2048  # columns up to which robust errors are made
_WIDE = 512  # columns up to which all that the tree forces is worked out together
_AT_ONCE = 256  # rows of a prior


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

    def maximise(self, target: Floats) -> Maximum:
        d = self.dimension
        mean, pair = target[:, :d], pair_matrix(target[:, d:], d)
        found = self._edges_of(mean, pair)
        h, j = found.couplings()
        log_z = np.einsum("gi,gi->g", h, mean) + np.einsum("ge,ge->g", j, found.along) + found.entropy()
        theta = np.concatenate([h, pair_values(found.spread_out(j))], axis=1)
        return Maximum(theta, log_z, np.empty((len(mean), 0, 0)))

    def errors(self, solved: Maximum, target: Floats, count: Floats) -> Floats:
        d = self.dimension
        found = self._edges_of(target[:, :d], pair_matrix(target[:, d:], d))
        field, coupling = found.spreads(self.zero_one)
        spread = np.concatenate([field, pair_values(found.spread_out(coupling, np.nan))], axis=1)
        return np.asarray(np.sqrt(spread / count[:, None]))

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """The tree, and from its edges alone all that the fit says: what has a place for every pair is made last."""
        averages, count = spin_averages(moments), moments.count
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            data = self._edges_of(*averages)
            rows, reason = self.posed_where(self._shut(data, count), averages, count)
            target = data
            if rows.any():  # the averages with those of the prior's rows, which are zero, mixed in
                share = np.where(rows > 0.0, count / (count + rows), 1.0)
                ends = chow_liu(averages.mean, averages.pair, share)
                target = Edges(ends, share[:, None] * averages.mean, share[:, None] * along(ends, averages.pair))
                data = replace(data, ends=ends, along=along(ends, averages.pair))
            h, j = target.couplings()
            said = np.einsum("gi,gi->g", h, target.mean) + np.einsum("ge,ge->g", j, target.along)
            log_z = said + target.entropy()
            reason[(reason == 0) & ~np.isfinite(log_z)] = INFINITE
            of_data = np.einsum("gi,gi->g", h, data.mean) + np.einsum("ge,ge->g", j, data.along)
            log_likelihood = count * (of_data - log_z)
            if self.zero_one:
                log_z = log_z + h.sum(axis=1) - j.sum(axis=1)
                h, j = target.in_binary(h, j)
            errors: dict[str, Floats] = {}
            if counted(moments):
                of_h, of_j = (np.sqrt(value / (count + rows)[:, None]) for value in target.spreads(self.zero_one))
                errors = {"h": of_h, "J": target.spread_out(of_j, np.nan)}
        j_of_all, of_pairs = target.spread_out(j), averages.pair.view()
        for large in (j_of_all, of_pairs, *errors.values()):  # the answer holds what cannot be changed as it is
            large.flags.writeable = False
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters={"h": h, "J": j_of_all},
                standard_errors=errors,
                log_partition=log_z,
                log_likelihood=log_likelihood,
                n_parameters=self.n_free,
                statistics={"m": averages.mean, "q": of_pairs, "prior_rows": rows},
                reason=reason,
                reasons=self.reasons(moments, reason),
                log_structures=self.log_structures,
                shown=("prior_rows",),
            )
        )

    def _edges_of(self, mean: Floats, pair: Floats) -> Edges:
        ends = chow_liu(mean, pair)
        return Edges(ends, mean, along(ends, pair))

    def _shut(self, found: Edges, count: Floats) -> NDArray[np.bool_]:
        """(G,) whether a pair of the tree lacks one of its four combinations; strong pairs are in the tree."""
        lacking = (found.tables < existence.least(count)[:, None, None, None]).any(axis=(1, 2, 3))
        return np.asarray(lacking | existence.constant(found.mean, count).any(axis=1))

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        return self._shut(self._edges_of(mean, pair), count)

    def lacks(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        return self.at_boundary(mean, pair, count)

    def empty(self, mean: Floats, pair: Floats, count: Floats) -> existence.Empty:
        """Of the pairs of the tree."""
        found, threshold = self._edges_of(mean[:1], pair[:1]), existence.least(count)[0]
        fixed = {int(i): int(np.sign(mean[0, i])) for i in np.flatnonzero(existence.constant(mean, count)[0])}
        cells = []
        for e, x, y in np.argwhere(found.tables[0] < threshold):
            sides = sorted(zip(found.ends[0, e].tolist(), (int(VALUES[x]), int(VALUES[y])), strict=True))
            (i, a), (k, b) = sides
            if i not in fixed and k not in fixed:
                cells.append((i, k, a, b))
        return existence.Empty(fixed, tuple(sorted(cells)))

    # --- robust errors ---------------------------------------------------------------------------------------------

    @property
    def _moves_known(self) -> bool:
        """Whether there is room for robust errors, and their like, of every pair many times over."""
        return self.dimension <= _MOST_MOVED

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows: how their averages move the closed form; not known of very many columns."""
        if not self._moves_known:
            return {}
        of = self._fitted(fit)
        mean, pair = spin_averages(groups)
        every = np.broadcast_to(of.ends, (len(mean), *of.ends.shape[1:]))
        h, j = self._moved(fit, of, groups.count, mean, along(every, pair), whole)
        return {"h": h, "J": of.spread_out(j)}

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """The same of single rows, of which only the products along the tree are formed."""
        if not self._moves_known:
            return {}
        of = self._fitted(fit)
        h, j = self._moved_by(fit, of, rows, whole)
        return {"h": h, "J": of.spread_out(j)}

    def row_powers(self, fit: Fit, rows: Floats, counts: Floats, whole: Moments) -> Powers | None:
        """Of the edges alone: pairs that are not joined are never moved."""
        if not self._moves_known:
            return None
        of = self._fitted(fit)
        sums = [(np.zeros((1, self.dimension)), np.zeros((1, of.ends.shape[1]))) for _ in range(3)]
        for start in range(0, len(rows), _AT_ONCE):
            run = slice(start, start + _AT_ONCE)
            for out, moved in zip(zip(*sums, strict=True), self._moved_by(fit, of, rows[run], whole), strict=True):
                square = moved**2
                for total, power in zip(out, (moved, square, square**2), strict=True):
                    total += counts[run] @ power
        return Powers(*({"h": h[0], "J": of.spread_out(j)[0]} for h, j in sums))

    def _moved_by(self, fit: Fit, of: Edges, rows: Floats, whole: Moments) -> tuple[Floats, Floats]:
        first, second = of.ends[0].T
        mean, products = rows[:, : self.dimension], rows[:, first] * rows[:, second]
        return self._moved(fit, of, np.ones(len(rows)), mean, products, whole)

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Of the rows of the prior about the fit: in them columns and pairs are uncorrelated, of variance one.

        What each of them moves is squared and summed: a tree of many columns has no room for all of them.
        """
        rows = fit.statistics["prior_rows"][0]
        if not rows or not self._moves_known:
            return {}
        of, averages = self._fitted(fit), spin_averages(whole)
        d, edges = self.dimension, of.ends.shape[1]
        share, size = whole.count[0] / (whole.count[0] + rows), np.sqrt(rows) / (whole.count[0] + rows)
        about = np.concatenate([averages.mean[0], along(of.ends, averages.pair)[0]])[None]
        square_h, square_j = np.zeros((1, d)), np.zeros((1, edges))
        for start in range(0, d + edges + 1, _AT_ONCE):
            chosen = np.arange(start, min(start + _AT_ONCE, d + edges + 1))
            change = np.zeros((len(chosen), d + edges))
            unit = chosen < d + edges
            change[unit, chosen[unit]] = 1.0
            change[~unit] = share * about
            h, j = of.moved(size * change[:, :d], size * change[:, d:], self.zero_one)
            square_h += (h**2).sum(axis=0)
            square_j += (j**2).sum(axis=0)
        return {"h": np.sqrt(square_h), "J": of.spread_out(np.sqrt(square_j))}

    def _fitted(self, fit: Fit) -> Edges:
        """What a fit of a batch of one says along its tree."""
        h, j = fit.parameters["h"], fit.parameters["J"]
        if self.zero_one:
            h, j = pairs_in_spins(h, j)
        edges, _, mean = beliefs.propagate(h, j)
        coupled = along(edges, j)[0] != 0.0
        edges = edges[:, coupled]
        return Edges(edges, mean, beliefs.products(h, j, edges))

    def _moved(
        self, fit: Fit, of: Edges, count: Floats, mean: Floats, products: Floats, whole: Moments
    ) -> tuple[Floats, Floats]:
        """What groups of ``count`` (B,) rows with these averages move: h (B, d) and J (B, E)."""
        rows, (of_all, pair_of_all) = fit.statistics["prior_rows"][0], spin_averages(whole)
        share = (whole.count / (whole.count + rows))[:, None]
        weight = (count / (whole.count + rows))[:, None]
        of_along = weight * (products - share * along(of.ends, pair_of_all))
        return of.moved(weight * (mean - share * of_all), of_along, self.zero_one)

    # --- what it says of the columns -------------------------------------------------------------------------------

    def implied(self, theta: Floats) -> PairAverages:
        named = self.arrange(theta)
        return beliefs.averages(named["h"], named["J"])

    def farthest(self, parameters: dict[str, Floats], seen: PairAverages, moments: Moments) -> Farthest:
        """Of many columns by bands of them, so that the averages that the tree forces are never all held."""
        if self.dimension <= _WIDE:
            return super().farthest(parameters, seen, moments)
        h, j = parameters["h"], parameters["J"]
        if self.zero_one:
            h, j = pairs_in_spins(h, j)
        found, d = beliefs.propagate(h, j), self.dimension
        bands = ((start, beliefs.band(h, j, found, slice(start, start + _WIDE))) for start in range(0, d, _WIDE))
        return farthest_of_bands(seen, found.mean, bands, moments.count)

    def _totals(self, fit: Fit, observed: Observed) -> list[CheckResult]:
        """Of few columns."""
        return super()._totals(fit, observed) if self.dimension <= hypercube.LARGEST else []

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
        h, j = (np.asarray(parameters[name])[None] for name in ("h", "J"))
        if self.zero_one:
            h, j = pairs_in_spins(h, j)
        edges, field, mean = beliefs.propagate(h, j)
        rows = np.empty((n, self.dimension))
        rows[:, 0] = np.where(rng.random(n) < 0.5 * (1.0 + mean[0, 0]), 1.0, -1.0)
        for parent, child in edges[0]:
            tilt = np.tanh(field[0, child] + j[0, parent, child] * rows[:, parent])
            rows[:, child] = np.where(rng.random(n) < 0.5 * (1.0 + tilt), 1.0, -1.0)
        return rows
