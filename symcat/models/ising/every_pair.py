"""Parameters with a place for every pair of columns: h (d,) and J (d, d), whichever pairs the class couples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.errors import SymcatError
from symcat.models.base import Entry, Parameters
from symcat.models.ising import hypercube
from symcat.models.ising.couplings import Couplings, pair_matrix, pair_values, pairs_in_binary, pairs_in_spins
from symcat.models.ising.law import Sums
from symcat.models.ising.spins import Spins, field_entries
from symcat.models.ising.wide.graph import edges_of, elimination
from symcat.models.ising.wide.junction import GraphSpace
from symcat.models.potts.junction import LARGEST_CLIQUE

Floats = NDArray[np.float64]


class EveryPair(Spins):
    """Couplings theta (G, K) that are the fields, then the pairs (0, 1), (0, 2), ..., zero where not coupled.

    The change of basis is done pair by pair: its matrix would have the square of so many entries.
    """

    terms: ClassVar[Mapping[str, str]] = {"h": "h_i s_i", "J": "J_ij s_i s_j"}

    def in_basis(self, theta: Floats) -> Floats:
        if not self.zero_one:
            return theta
        named = self.arrange(theta)
        h, j = pairs_in_binary(named["h"], named["J"])
        return np.concatenate([h, pair_values(j)], axis=1)

    def from_basis(self, parameters: Mapping[str, Floats]) -> Floats:
        h, j = parameters["h"], parameters["J"]
        if self.zero_one:
            h, j = pairs_in_spins(h, j)
        return self.flatten({"h": h, "J": j})

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        d = self.dimension
        return {"h": theta[:, :d], "J": pair_matrix(theta[:, d:], d)}

    def flatten(self, parameters: Mapping[str, Floats]) -> Floats:
        return np.concatenate([parameters["h"], pair_values(parameters["J"])], axis=1)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Of J, the pairs that are coupled in this answer; of several groups, in any of them."""
        if name == "h":
            return field_entries(self.dimension)
        d = self.dimension
        coupled = np.argwhere(np.triu((np.reshape(parameters["J"], (-1, d, d)) != 0.0).any(axis=0), 1))
        return [((i, k), (i, k)) for i, k in coupled.tolist()]

    def couplings(self, theta: Floats) -> Couplings:
        named = self.arrange(theta[None])
        return Couplings(named["h"][0], named["J"][0], np.empty(0))

    def sums(self, theta: Floats) -> Sums:
        """By elimination along the graph of the couplings, where that is narrow enough."""
        named = self.arrange(theta[None])
        h, j = named["h"][0], named["J"][0]
        order = elimination(j != 0.0, LARGEST_CLIQUE - 1)
        if order is None:
            raise SymcatError(
                f"The sum over all states of {self.dimension} columns that are coupled so densely is out of reach: "
                f"leave out couplings, or columns down to {hypercube.LARGEST}."
            )
        edges = edges_of(j != 0.0)
        space = GraphSpace(self.dimension, edges, order)
        given = np.concatenate([h, [j[edge] for edge in edges]])
        mean, pair = space.all_pairs(given)
        log_z = float(space.upward(given[:, None]).log_z[0])
        return Sums(log_z, float(h @ mean + 0.5 * (j * pair).sum()), mean, pair)

    @property
    def all_down(self) -> Floats:
        d = self.dimension
        return np.concatenate([-np.ones(d), np.ones(d * (d - 1) // 2)])
