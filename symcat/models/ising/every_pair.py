"""Parameters with a place for every pair of columns: h (d,) and J (d, d), whichever pairs the class couples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Parameters
from symcat.models.ising.couplings import Couplings, pair_matrix, pair_values, pairs_in_binary, pairs_in_spins
from symcat.models.ising.spins import Spins

Floats = NDArray[np.float64]


class EveryPair(Spins):
    """Spins whose couplings theta (G, K) are the fields, then the pairs (0, 1), (0, 2), ..., zero where not coupled."""

    def in_basis(self, theta: Floats) -> Floats:
        """(G, K) couplings of the basis asked for, from those of the spin basis."""
        if self.options.basis == "spin":
            return theta
        named = self.arrange(theta)
        h, j = pairs_in_binary(named["h"], named["J"])
        return np.concatenate([h, pair_values(j)], axis=1)

    def theta_of(self, parameters: Parameters) -> Floats:
        h, j = np.atleast_1d(parameters["h"]), np.asarray(parameters["J"])
        if self.options.basis == "binary":
            h, j = pairs_in_spins(h, j)
        return self.flatten({"h": h, "J": j})

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        d = self.dimension
        return {"h": theta[:, :d], "J": pair_matrix(theta[:, d:], d)}

    def flatten(self, parameters: Parameters) -> Floats:
        return np.concatenate([np.atleast_1d(parameters["h"]), pair_values(np.asarray(parameters["J"])[None])[0]])

    def couplings(self, theta: Floats) -> Couplings:
        named = self.arrange(theta[None])
        return Couplings(named["h"][0], named["J"][0], np.empty(0))

    @property
    def all_down(self) -> Floats:
        d = self.dimension
        return np.concatenate([-np.ones(d), np.ones(d * (d - 1) // 2)])
