"""``ising.pairwise``: a field for every column, a coupling for every pair, and for larger sets on request.

Exact to 22 columns, where all states are summed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Entry, Facts, Model, Options, Parameters
from symcat.models.fit import PRIOR_ROWS, Fit, Powers
from symcat.models.ising import existence, face, hypercube, separation
from symcat.models.ising.couplings import Couplings, pair_matrix, to_binary
from symcat.models.ising.exact import fit_exact
from symcat.models.ising.fisher import FisherIsing, covariance
from symcat.models.ising.law import Sums
from symcat.models.ising.logistic import PairwiseLogistic
from symcat.models.ising.newton import Maximum
from symcat.models.ising.row_powers import EXACT, Singles, summed
from symcat.models.ising.spins import PairAverages, field_entries, spin_averages
from symcat.models.ising.wide import mean_field
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

SPECIAL_CASES = frozenset({"ising.independent", "ising.curie_weiss", "ising.ring", "ising.square", "ising.tree"})
"""All columns coupled as these couple them is a choice of the couplings of all pairs."""

_WORTH_A_START = 12  # columns
_STATES_AT_ONCE = 1 << 21  # of all groups of a piece together
_NUMBERS_AT_ONCE = 1 << 21  # of the statistics of rows


class Pairwise(FisherIsing):
    """The class without symmetry: parameters h (d,), J (d, d), symmetric with zero diagonal, and ``interactions``.

    ``options.interactions`` are sets of columns; those of three or more are coupled besides the pairs, and their
    averages come as the means of further columns, in order. If pairs are among them, no other pairs are coupled.
    """

    label = "ising.pairwise"
    facts = Facts("Ising, every pair coupled", "none")
    terms: ClassVar[Mapping[str, str]] = {
        "h": "h_i s_i",
        "J": "J_ij s_i s_j",
        "interactions": "interactions_a prod_(i in a) s_i",
    }
    takes = frozenset({"prior", "basis", "interactions"})

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        super().__init__(schema, options, tables)
        dimension = self.dimension
        named = [chosen for chosen in options.interactions if len(chosen) == 2]
        self.pairs = named or list(combinations(range(dimension), 2))
        self.higher = options.higher
        self.sets = [(i,) for i in range(dimension)] + self.pairs + list(self.higher)
        self._first, self._second = np.array(self.pairs, dtype=np.intp).reshape(-1, 2).T
        self.symmetric = bool(named)
        self.nested = frozenset() if named else SPECIAL_CASES

    @cached_property
    def masks(self) -> hypercube.Integers:
        """(K,) a mask for each of the ``sets``; there are none of more columns than a whole number has bits."""
        return np.array([hypercube.mask_of(chosen) for chosen in self.sets], dtype=np.int64)

    @property
    def totals_met(self) -> int:
        """With all pairs the second; coupled sets of three do not make the third."""
        return 1 if self.symmetric else 2

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        d = self.dimension
        return np.concatenate([mean[:, :d], pair[:, self._first, self._second], mean[:, d:]], axis=1)

    def maximise(self, target: Floats) -> Maximum:
        return fit_exact(self.dimension, self.masks, target, start=self._start(target))

    def _start(self, target: Floats) -> Floats | None:
        """Bethe's closed form for a large single problem, where it saves a third of the steps."""
        d = self.dimension
        if len(target) > 1 or d < _WORTH_A_START or self.options.interactions:
            return None
        estimate = mean_field.bethe(target[0, :d], pair_matrix(target[:, d:], d)[0] + np.eye(d))
        if isinstance(estimate, mean_field.Refusal):
            return None
        return self.flatten({"h": estimate.h[None], "J": estimate.J[None]})

    def row_powers(self, fit: Fit, rows: Floats, counts: Floats, whole: Moments) -> Powers | None:
        """By the covariance of the statistics over rows."""
        if counts.sum() > EXACT:
            return None
        prior = float(fit.statistics[PRIOR_ROWS][0])
        carry = self.in_basis(fit.once(covariance)) / (float(whole.count[0]) + prior)
        step = max(1, _NUMBERS_AT_ONCE // self.n_free)
        parts = [(self._singles(rows[i : i + step]), counts[i : i + step]) for i in range(0, len(rows), step)]
        found = summed(parts, self._fitted(whole, prior)[0], carry)
        # Couplings are placed, each by itself: so are numbers of each of them.
        return Powers(*({name: value[0] for name, value in self.arrange(of[None]).items()} for of in found))

    def _singles(self, rows: Floats) -> Singles:
        """(K, m) the statistics of rows."""
        d = self.dimension
        spins = np.ascontiguousarray(rows.T, dtype=np.float32)
        return np.concatenate([spins[:d], spins[self._first] * spins[self._second], spins[d:]])

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        lacking = existence.unpaired(mean, pair, count)[:, self._first, self._second].any(axis=1)
        return np.asarray(lacking | existence.constant(mean, count).any(axis=1), dtype=bool)

    def never(self, moments: Moments) -> str:
        """Of single columns and pairs, or else of a combination of more columns."""
        mean, pair = spin_averages(moments)
        pairs = existence.in_words(self.empty(mean, pair, moments.count), moments.columns)
        return pairs or separation.in_words(self.dimension, self.masks, self.reduce(mean, pair)[0], moments.columns)

    def moved_by_prior(self, fit: Fit, moments: Moments) -> float | None:
        if self.options.interactions:
            return None
        mean, pair = spin_averages(moments)
        theta = self.from_basis(fit.parameters)
        return face.moved(self.dimension, self.reduce(mean, pair), self.empty(mean, pair, fit.count), theta, fit.count)

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        d, p = self.dimension, len(self.pairs)
        j = np.zeros((len(theta), d, d))
        j[:, self._first, self._second] = j[:, self._second, self._first] = theta[:, d : d + p]
        found = {"h": theta[:, :d], "J": j}
        return {**found, "interactions": theta[:, d + p :]} if self.higher else found

    def flatten(self, parameters: Mapping[str, Floats]) -> Floats:
        parts = [parameters["h"], parameters["J"][:, self._first, self._second]]
        return np.concatenate([*parts, parameters["interactions"]] if self.higher else parts, axis=1)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        if name == "h":
            return field_entries(self.dimension)
        if name == "J":
            return [(pair, pair) for pair in self.pairs]
        return [((k,), chosen) for k, chosen in enumerate(self.higher)]

    def couplings(self, theta: Floats) -> Couplings:
        named = {name: value[0] for name, value in self.arrange(theta[None]).items()}
        return Couplings(named["h"], named["J"], named.get("interactions", np.empty(0)), self.higher)

    def implied(self, theta: Floats) -> PairAverages:
        d = self.dimension
        masks = hypercube.pair_masks(d)
        step = max(1, _STATES_AT_ONCE >> d)
        parts = []
        for start in range(0, len(theta), step):
            energies = hypercube.energies(d, self.masks, theta[start : start + step])
            parts.append(hypercube.averages(hypercube.normalised(energies)[0], masks))
        values = np.concatenate(parts)
        return PairAverages(values[:, :d], pair_matrix(values[:, d:], d) + np.eye(d))

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        return hypercube.sample(self.probabilities(self.theta_of(parameters)), n, rng)

    def conditional(self, target: int) -> Model | None:
        """The logistic regression of a column on the others that the couplings imply."""
        if self.options.interactions:
            return None
        return PairwiseLogistic(Pairwise(self.schema, replace(self.options, basis="spin"), self.tables), target)

    def sums(self, theta: Floats) -> Sums:
        found, log_z = hypercube.normalised(hypercube.energies(self.dimension, self.masks, theta[None]))
        masks = hypercube.pair_masks(self.dimension)
        d = self.dimension
        every = hypercube.averages(found, masks)
        q = pair_matrix(every[:, d:], d)[0] + np.eye(d)
        return Sums(float(log_z[0]), float(theta @ hypercube.averages(found, self.masks)[0]), every[0, :d], q)

    @property
    def binary(self) -> Floats:
        return to_binary(self.sets)

    @property
    def all_down(self) -> Floats:
        return hypercube.sign_of(self.masks)
