"""Classes whose columns are all alike: one field, and one coupling between certain pairs.

The two sums they depend on are those of the columns and of the coupled pairs. Where the first vanishes there is no
field, and J is a function of the average q over the coupled pairs alone, for each number of columns. That function is
in the catalogue, certified, and is read there, by the same polynomials as the SQL macros evaluate: for the same size
and q, SQL and Python give the same numbers. Elsewhere the sums over states are solved.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.base import Entry, Options, Parameters
from symcat.models.ising import existence
from symcat.models.ising.couplings import Couplings
from symcat.models.ising.fisher import FisherIsing
from symcat.models.ising.lattice.table import CouplingTable
from symcat.models.ising.law import Sums
from symcat.models.ising.newton import Maximum, Space, maximise
from symcat.models.ising.sums import Place
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

_NO_FIELD = np.finfo(float).eps
"""Mean of all columns that is zero to rounding."""


class Uniform(FisherIsing):
    """Base of the classes with a field h and a coupling J, two numbers, for d columns.

    Every column is coupled to ``partners`` others; ``space`` sums over the states for any h and J. A fit that reads the
    table says so in its ``source``; of a batch as soon as one group is read, for the table's error, at most 1e-10, is
    then the largest.
    """

    terms: ClassVar[Mapping[str, str]] = {"h": "h s_i", "J": "J s_i s_j"}
    partners: int
    space: Space

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        super().__init__(schema, options, tables)
        self.table = CouplingTable(tables, self.label, self.dimension)

    @property
    @abstractmethod
    def adjacency(self) -> Floats:
        """(d, d) one for each pair that is coupled."""

    @property
    def n_pairs(self) -> int:
        """Number of coupled pairs."""
        return self.dimension * self.partners // 2

    @property
    def evenly_spread(self) -> Floats:
        """Fisher's information without field and coupling."""
        evaluated, _ = self.space.evaluate(np.zeros((1, 2)))
        return np.asarray(self.space.statistics(evaluated)[1][0])

    def empty(self, mean: Floats, pair: Floats, count: Floats) -> existence.Empty:
        """Of the coupled pairs alone: of the others nothing is asked."""
        found = super().empty(mean, pair, count)
        return existence.Empty(found.constant, tuple(c for c in found.cells if self.adjacency[c[0], c[1]]))

    def place(self, target: Floats) -> Place:
        """Without field, in the sizes and averages that the entry has."""
        inside: NDArray[np.bool_] = np.abs(target[:, 0]) <= _NO_FIELD * self.dimension
        if inside.any():
            inside &= self.table.exists and self.table.covers(target[:, 1] / self.n_pairs)
        return Place(inside, np.zeros(len(target), dtype=np.int8))

    def maximise(self, target: Floats) -> Maximum:
        inside = self.place(target).inside
        found = Maximum.none(*target.shape)
        if not inside.all():
            found = found.joined(~inside, self._summed(target[~inside]))
        if inside.any():
            found = found.joined(inside, self._read(target[inside]))
        return found

    def _summed(self, target: Floats) -> Maximum:
        start = np.zeros_like(target)
        start[:, 0] = np.arctanh(np.clip(target[:, 0] / self.dimension, -0.999, 0.999))
        return maximise(self.space, target, start)

    def _read(self, target: Floats) -> Maximum:
        """J and log Z from the table; the information from the sums at that J."""
        found = self.table.read(target[:, 1] / self.n_pairs)
        theta = np.stack([np.zeros_like(found.coupling), found.coupling], axis=1)
        evaluated, _ = self.space.evaluate(theta)
        return Maximum(theta, found.log_z, self.space.statistics(evaluated)[1])

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        return {"h": theta[:, 0], "J": theta[:, 1]}

    def flatten(self, parameters: Mapping[str, Floats]) -> Floats:
        return np.stack([parameters["h"], parameters["J"]], axis=1)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        return shared_entries(name)

    def couplings(self, theta: Floats) -> Couplings:
        return uniform_couplings(theta[0], theta[1] * self.adjacency)

    def sums(self, theta: Floats) -> Sums:
        evaluated, log_z = self.space.evaluate(theta[None])
        total = self.space.statistics(evaluated)[0][0]
        return Sums(float(log_z[0]), float(theta @ total), total[0] / self.dimension, total[1] / self.n_pairs)

    @property
    def binary(self) -> Floats:
        return np.array([[2.0, -2.0 * self.partners], [0.0, 4.0]])

    @property
    def all_down(self) -> Floats:
        return np.array([-float(self.dimension), float(self.n_pairs)])


def uniform_couplings(h: float, pairs: Floats) -> Couplings:
    """One field for every column, and the couplings (d, d)."""
    return Couplings(np.full(len(pairs), h), pairs, np.empty(0))


def shared_entries(name: str) -> list[Entry]:
    """The one number of a parameter that all columns, or all coupled pairs, share."""
    return [((), "all columns" if name == "h" else "all coupled pairs")]
