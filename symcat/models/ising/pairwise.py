"""``ising.pairwise``: a field for every column, a coupling for every pair, and for larger sets on request.

Exact to 22 columns, where all states are summed over.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Facts, Options, Parameters
from symcat.models.ising import existence, hypercube, separation
from symcat.models.ising.couplings import Couplings, pair_matrix, to_binary
from symcat.models.ising.exact import fit_exact
from symcat.models.ising.family import Ising, Predicted
from symcat.models.ising.newton import Maximum
from symcat.models.ising.wide import mean_field

Floats = NDArray[np.float64]

_WORTH_A_START = 12  # columns


class Pairwise(Ising):
    """The class without symmetry: parameters h (d,), J (d, d), symmetric with zero diagonal, and ``interactions``.

    ``options.interactions`` are sets of columns; those of three or more are coupled besides the pairs, and their
    averages come as the means of further columns, in order. If pairs are among them, no other pairs are coupled.
    """

    label = "ising.pairwise"
    facts = Facts("Ising, every pair coupled", "none")
    symmetric = False

    def __init__(self, dimension: int, options: Options) -> None:
        super().__init__(dimension, options)
        named = [chosen for chosen in options.interactions if len(chosen) == 2]
        self.pairs = named or list(combinations(range(dimension), 2))
        self.higher = options.higher
        self.sets = [(i,) for i in range(dimension)] + self.pairs + list(self.higher)
        self.masks = np.array([hypercube.mask_of(chosen) for chosen in self.sets], dtype=np.int64)
        self._first, self._second = np.array(self.pairs, dtype=np.intp).reshape(-1, 2).T
        self.symmetric = bool(named)

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
        return self.flatten({"h": estimate.h, "J": estimate.J})[None]

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        lacking = existence.unpaired(mean, pair, count)[:, self._first, self._second].any(axis=1)
        return np.asarray(lacking | existence.constant(mean, count).any(axis=1), dtype=bool)

    def never(self, moments: Moments, mean: Floats, pair: Floats, data: Floats) -> str:
        pairs = super().never(moments, mean, pair, data)
        return pairs or separation.in_words(self.dimension, self.masks, data[0], moments.columns)

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        d, p = self.dimension, len(self.pairs)
        j = np.zeros((len(theta), d, d))
        j[:, self._first, self._second] = j[:, self._second, self._first] = theta[:, d : d + p]
        found = {"h": theta[:, :d], "J": j}
        return {**found, "interactions": theta[:, d + p :]} if self.higher else found

    def flatten(self, parameters: Parameters) -> Floats:
        j = np.asarray(parameters["J"], dtype=np.float64)
        parts = [np.atleast_1d(parameters["h"]), j[self._first, self._second]]
        return np.concatenate([*parts, np.atleast_1d(parameters["interactions"])] if self.higher else parts)

    def couplings(self, theta: Floats) -> Couplings:
        named = {name: value[0] for name, value in self.arrange(theta[None]).items()}
        return Couplings(named["h"], named["J"], named.get("interactions", np.empty(0)), self.higher)

    def predict(self, theta: Floats) -> Predicted:
        d = self.dimension
        masks = hypercube.pair_masks(d)
        values = hypercube.averages(self.probabilities(theta)[None], masks)
        return Predicted(values[0, :d], pair_matrix(values[:, d:], d)[0] + np.eye(d))

    @property
    def binary(self) -> Floats:
        return to_binary(self.sets)

    @property
    def all_down(self) -> Floats:
        return hypercube.sign_of(self.masks)
