"""``ising.square``: one coupling between nearest neighbours of an L x L torus, no field; read from the catalogue.

``F = -J sum s_i s_j`` over the 2 L^2 bonds, columns in row-major order; for L = 2 both bonds of a pair count. The only
statistic is q, the average of s_i s_j over the bonds. The table is computed from Kaufman's exact partition function
(Phys. Rev. 76, 1232, 1949). Translations and reflections of the torus and turning all spins leave F unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Entry, Facts, Options, Parameters
from symcat.models.fit import Coverage
from symcat.models.ising import existence, hypercube
from symcat.models.ising.couplings import Couplings, pair_matrix
from symcat.models.ising.fisher import FisherIsing
from symcat.models.ising.lattice import swendsen_wang
from symcat.models.ising.lattice.reduced import SQUARE, reduced
from symcat.models.ising.lattice.table import CouplingTable
from symcat.models.ising.lattice.torus import torus
from symcat.models.ising.law import Sums
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import INFINITE, PairAverages, cure_by_prior
from symcat.models.ising.sums import Place
from symcat.models.ising.uniform import shared_entries, uniform_couplings
from symcat.models.tables import Tables

LARGEST_SIDE = 32
"""Side of the largest lattice with a table."""

_AVERAGE = "average over bonds"
_BELOW, _ABOVE = INFINITE + 1, INFINITE + 2  # reasons of this class alone


class SquareLattice(FisherIsing):
    """The nearest-neighbour class of d = L^2 columns, L = 2 to 32: parameters J, and h, which is zero for spins."""

    label = SQUARE
    facts = Facts(
        "Ising square lattice, periodic, no field", "translations and reflections of the torus, all spins turned"
    )
    terms: ClassVar[Mapping[str, str]] = {"h": "h s_i", "J": "J s_i s_j"}

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        super().__init__(schema, options, tables)
        side = side_of(self.dimension)
        if side is None:
            raise ValueError(f"{self.dimension} columns are not a square lattice of side 2 to {LARGEST_SIDE}.")
        self.side = side
        self.bonds = swendsen_wang.lattice(side)
        self.n_bonds = len(self.bonds[0])
        self.table = CouplingTable(tables, self.label, side)

    # --- fitting ---------------------------------------------------------------------------------------------------

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        total: Floats = pair[:, self.bonds[0], self.bonds[1]].sum(axis=1, keepdims=True)
        return total

    @property
    def evenly_spread(self) -> Floats:
        """Bonds of different pairs know nothing of each other; for side 2 each pair has two."""
        times = np.unique(np.sort(self.bonds, axis=0), axis=1, return_counts=True)[1]
        return np.array([[float((times**2).sum())]])

    def place(self, target: Floats) -> Place:
        """Everything is read from the table of this side; outside what it covers there is no answer."""
        q = target[:, 0] / self.n_bonds
        table = self.table.stored
        return Place(
            inside=self.table.covers(q),
            outside=np.select([q > table.hi, q < table.lo], [_ABOVE, _BELOW], 0).astype(np.int8),
            reasons=(
                f"the {_AVERAGE} is below {table.lo:.9g}, the end of the table: {table.below}",
                f"the {_AVERAGE} is above {table.hi:.9g}, the end of the table: {table.above}",
            ),
            statistics={_AVERAGE: q},
            coverage=Coverage(_AVERAGE, table.lo, table.hi),
        )

    def maximise(self, target: Floats) -> Maximum:
        q = target[:, 0] / self.n_bonds
        covered = self.table.covers(q)
        found = self.table.read(q[covered])
        part = Maximum(found.coupling[:, None], found.log_z, (self.n_bonds / found.slope)[:, None, None])
        return Maximum.none(*target.shape).joined(covered, part)

    def infinite(self, moments: Moments) -> str:
        return f"every row is a ground state, so the maximum is infinite: {cure_by_prior(moments)}"

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """Whether every row is a ground state: the next ones differ by 8 in the sum over bonds, 4 if frustrated."""
        total = self.reduce(mean, pair)[:, 0]
        n = self.n_bonds
        out: NDArray[np.bool_] = n - total < 8.0 * existence.least(count)
        out |= total - n * float(reduced(self.label, self.side).least) < 4.0 * existence.least(count)
        return out

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        """The binary basis has a field where the spin basis has none: four bonds at each column, ``-2 J`` from each."""
        j = theta[:, 0]
        return {"h": -2.0 * j if self.options.basis == "binary" else np.zeros_like(j), "J": j}

    def flatten(self, parameters: Mapping[str, Floats]) -> Floats:
        return parameters["J"][:, None]

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        return shared_entries(name)

    @property
    def adjacency(self) -> Floats:
        """(d, d) number of bonds of every pair."""
        pairs = np.zeros((self.dimension, self.dimension))
        np.add.at(pairs, self.bonds, 1.0)
        np.add.at(pairs, self.bonds[::-1], 1.0)
        return pairs

    def couplings(self, theta: Floats) -> Couplings:
        return uniform_couplings(0.0, float(theta[0]) * self.adjacency)

    def as_couplings(self, parameters: Parameters) -> Couplings:
        return uniform_couplings(float(parameters["h"]), float(parameters["J"]) * self.adjacency)

    # --- testing and using the answer ------------------------------------------------------------------------------

    def implied(self, theta: Floats) -> PairAverages:
        """Exact averages of all pairs, by sums over all states: to side 4."""
        d = self.dimension
        masks = hypercube.pair_masks(d)[d:]
        values = np.stack([hypercube.averages(self.probabilities(one)[None], masks)[0] for one in theta])
        return PairAverages(np.zeros((len(theta), d)), pair_matrix(values, d) + np.eye(d))

    def forced(self, theta: Floats, seen: PairAverages) -> PairAverages:
        """Exact to side 4; beyond, zero means, and at equal distance equal averages, those of the data."""
        if self.dimension <= hypercube.LARGEST:
            return self.implied(theta)
        return PairAverages(np.zeros_like(seen.mean), np.stack([self._alike(pair) for pair in seen.pair]))

    def _alike(self, pair: Floats) -> Floats:
        """Pair averages (d, d) averaged over translations, reflections and the exchange of the two directions."""
        total = np.bincount(self._distance, weights=pair.ravel())
        shared: Floats = (total / np.maximum(np.bincount(self._distance), 1))[self._distance].reshape(pair.shape)
        return shared

    @cached_property
    def _distance(self) -> NDArray[np.intp]:
        """(d * d,) a number for the distance of every pair of columns."""
        row, column = np.divmod(np.arange(self.dimension), self.side)
        apart = [np.abs(np.subtract.outer(x, x)) for x in (row, column)]
        near, far = np.sort([np.minimum(x, self.side - x) for x in apart], axis=0)
        return np.asarray((near * self.side + far).ravel(), dtype=np.intp)

    def sums(self, theta: Floats) -> Sums:
        j = float(theta[0])
        try:
            found = torus(self.side, j)
        except (ValueError, OverflowError) as error:
            raise InvalidData(
                f"log Z of {self.label} with J={j:g} on a torus of side {self.side} cancels in double precision: pass "
                "a coupling nearer to zero, or an even side."
            ) from error
        return Sums(found.log_z, j * found.bond_sum, None, np.asarray(found.bond_sum / self.n_bonds))

    @property
    def binary(self) -> Floats:
        return np.array([[4.0]])

    @property
    def all_down(self) -> Floats:
        return np.array([float(self.n_bonds)])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows: independent, by their probabilities, to side 4; beyond, by Swendsen-Wang cluster updates."""
        if self.dimension <= hypercube.LARGEST:
            return hypercube.sample(self.probabilities(self.theta_of(parameters)), n, rng)
        return swendsen_wang.sample(self.side, float(self.theta_of(parameters)[0]), n, rng)


def side_of(dimension: int) -> int | None:
    """L of a lattice of L^2 columns with a table, 2 to 32; None where ``dimension`` is no such number."""
    side = math.isqrt(max(dimension, 0))
    return side if 2 <= side <= LARGEST_SIDE and side * side == dimension else None
