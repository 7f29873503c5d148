"""What every class of two-valued columns shares: its free energy, how an answer is used, the prior, the refusals.

``F = - sum_i h_i s_i - sum_{i<j} J_ij s_i s_j`` with ``s_i = +-1`` (Nguyen, Zecchina & Berg 2017, arXiv 1702.01522).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.base import Class, Entry, Facts, Options, Parameters, Rest, counted
from symcat.models.ising import existence, hypercube
from symcat.models.ising.couplings import Couplings, pair_values
from symcat.models.ising.law import IsingLaw, Sums
from symcat.models.law import Law
from symcat.models.prior import prior_rows
from symcat.models.remaining import coupled_still
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

INDEPENDENT, PAIRWISE = "ising.independent", "ising.pairwise"
"""Labels of what any of the classes may be where some columns are known."""

NO_ROWS, IMPOSSIBLE, INFINITE = 1, 2, 3
"""Why a group has no answer, in every class; the next codes are those of a class alone."""

REASONS = ("", "there are no complete rows", "no table of two-valued columns has these averages")
"""In words, the codes before ``INFINITE``."""


class PairAverages(NamedTuple):
    """Means (G, d) and averages of products of two columns (G, d, d), with ones on the diagonal."""

    mean: Floats
    pair: Floats


def spin_averages(moments: Moments) -> PairAverages:
    """The averages of two-valued columns as -1 and +1."""
    about = moments.about(np.zeros(moments.dimension)).in_unit(1.0)
    return PairAverages(about.first, about.second)


class Spins(Class, ABC):
    """Base of the classes of d two-valued columns; theta (G, K) are the couplings of -1 and +1 of G groups.

    ``terms`` says what each parameter multiplies in ``-F``, and ``symmetric`` whether the class forces equalities or
    zeros on the averages, which can then be tested.
    """

    label: str
    facts: Facts
    terms: ClassVar[Mapping[str, str]]
    needs = Needs()
    check_needs = Needs(states=True)
    takes = frozenset({"prior", "basis"})
    symmetric = True
    rest = PAIRWISE  # the class of several columns where the others are known

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        self.schema = schema
        self.options = options
        self.tables = tables
        self.dimension = len(schema)

    @property
    def zero_one(self) -> bool:
        """Whether the parameters multiply 0 and 1 instead of -1 and +1."""
        return self.options.basis == "binary"

    # --- the parameters of a class --------------------------------------------------------------------------------

    @abstractmethod
    def arrange(self, theta: Floats) -> dict[str, Floats]:
        """The vectors of couplings, or of their errors, (G, K) as named parameters."""

    @abstractmethod
    def flatten(self, parameters: Mapping[str, Floats]) -> Floats:
        """(G, K) the inverse of ``arrange``."""

    @abstractmethod
    def in_basis(self, theta: Floats) -> Floats:
        """(G, K) couplings of the basis asked for, from those of -1 and +1."""

    @abstractmethod
    def from_basis(self, parameters: Mapping[str, Floats]) -> Floats:
        """(G, K) couplings of -1 and +1, from the parameters of G groups in the basis asked for."""

    @abstractmethod
    def couplings(self, theta: Floats) -> Couplings:
        """Fields and couplings of every column and pair, for the couplings theta (K,) of one group."""

    def as_couplings(self, parameters: Parameters) -> Couplings:
        """The parameters of one group as they stand, in whichever basis."""
        return self.couplings(self.flatten(with_axis(parameters))[0])

    @property
    @abstractmethod
    def all_down(self) -> Floats:
        """(K,) the statistics of the state in which every column is -1: the zero of energy of the binary basis."""

    @abstractmethod
    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter, each once."""

    def theta_of(self, parameters: Parameters) -> Floats:
        """(K,) couplings of -1 and +1, from the parameters of one group in the basis asked for."""
        theta: Floats = self.from_basis(with_axis(parameters))[0]
        return theta

    # --- what never occurs, and the prior -------------------------------------------------------------------------

    @abstractmethod
    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """(G,) whether the maximum of the likelihood is infinite, as far as can be told from the averages."""

    def lacks(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """(G,) whether there are values or pairs of values, as in ``empty``, that never occur."""
        unpaired = existence.unpaired(mean, pair, count).any(axis=(1, 2))
        return np.asarray(unpaired | existence.constant(mean, count).any(axis=1), dtype=bool)

    def empty(self, mean: Floats, pair: Floats, count: Floats) -> existence.Empty:
        """Values and pairs of values of a batch of one that never occur and that the class would have to exclude."""
        return existence.empty(mean, pair, count)

    def never(self, moments: Moments) -> str:
        """In words, what never occurs in a batch of one that has no finite maximum; empty if it was not found."""
        return existence.in_words(self.empty(*spin_averages(moments), moments.count), moments.columns)

    def infinite(self, moments: Moments) -> str:
        """In words, why a group of these has no finite maximum; of a batch of one, what never occurs in it."""
        named = self.never(moments) if moments.n_groups == 1 else ""
        cure = cure_by_prior(moments) + ", or leave columns out" * counted(moments)
        return f"the likelihood has no finite maximum ({named or 'some states never occur'}): {cure}"

    def prior_rows(self, shut: NDArray[np.bool_], count: Floats) -> Floats:
        """(G,) rows of the prior: those asked for, or the weak one where it is needed and rows were counted.

        Not a number where it would be needed and there is none.
        """
        return prior_rows(self.options.prior, shut, count)

    def posed(self, averages: PairAverages, count: Floats) -> tuple[Floats, NDArray[np.int8]]:
        """Of each of G groups, the rows of the prior, and the reason why nothing is to be fitted, or 0."""
        return self.posed_where(self.at_boundary(*averages, count), averages, count)

    def posed_where(
        self, shut: NDArray[np.bool_], averages: PairAverages, count: Floats
    ) -> tuple[Floats, NDArray[np.int8]]:
        """The same, where it is known in which groups the maximum is infinite."""
        rows = self.prior_rows(shut, count)
        reason = np.zeros(len(count), dtype=np.int8)
        reason[np.isnan(rows)] = INFINITE
        reason[existence.impossible(*averages)] = IMPOSSIBLE
        reason[count == 0.0] = NO_ROWS
        return np.nan_to_num(rows), reason

    def reasons(self, moments: Moments, reason: NDArray[np.signedinteger[Any]]) -> tuple[str, ...]:
        """In words, the codes up to ``INFINITE``, as far as groups have them."""
        return (*REASONS, self.infinite(moments) if (reason == INFINITE).any() else "")

    # --- using the answer ------------------------------------------------------------------------------------------

    def sums(self, theta: Floats) -> Sums:
        """Sums over all states under couplings theta (K,). Raises SymcatError where they are out of reach."""
        raise Law(self.label).unknown("log Z")

    def law(self, parameters: Parameters) -> IsingLaw:
        """By sums over all states."""
        return IsingLaw(self.label, self.dimension, self.sums(self.theta_of(parameters)), self.zero_one)

    def normalised(self, parameters: Parameters) -> float:
        """log Z by sums over all states."""
        theta = self.theta_of(parameters)
        return self.sums(theta).log_z - (float(theta @ self.all_down) if self.zero_one else 0.0)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of each row (m, d) of -1 and +1."""
        theta = self.theta_of(parameters)
        log_z = log_partition + (float(theta @ self.all_down) if self.zero_one else 0.0)
        out: Floats = self.couplings(theta).minus_energy(x) - log_z
        return out

    def probabilities(self, theta: Floats) -> Floats:
        """(2^d,) of all states under couplings theta (K,), for at most ``hypercube.LARGEST`` columns."""
        c = self.couplings(theta)
        d = self.dimension
        higher = np.array([hypercube.mask_of(chosen) for chosen in c.sets], dtype=np.int64)
        masks = np.concatenate([hypercube.pair_masks(d), higher])
        values = np.concatenate([c.h, pair_values(c.J[None])[0], c.higher])
        found: Floats = hypercube.normalised(hypercube.energies(d, masks, values[None]))[0][0]
        return found

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """The same couplings of the other columns, on which those that are known act as fields."""
        values = {j: 0.5 * (value + 1.0) if self.zero_one else value for j, value in known.items()}
        sets = coupled_still(self.options.interactions, self.dimension, known)
        left = self.as_couplings(parameters).given(values, sets)
        if len(left.h) == 1 or not (left.J.any() or left.higher.any()):
            return Rest(INDEPENDENT, {"h": left.h})
        return self.rest_of(left, sets)

    def rest_of(self, left: Couplings, sets: tuple[tuple[int, ...], ...]) -> Rest:
        """Couplings of several columns that are left, and sets of them, as a class."""
        higher = {"interactions": left.higher} if len(left.higher) else {}
        return Rest(self.rest, {"h": left.h, "J": left.J, **higher}, interactions=sets)

    def tilted(self, parameters: Parameters, fields: Floats, pairs: Floats) -> Rest:
        """The law of the same columns with further fields (2d,) and couplings (2d, 2d) by level, in the gauge in which
        those of a column add up to nothing; of a class that couples no sets of three."""
        mine = self.couplings(self.theta_of(parameters))
        h, j = mine.h + fields[1::2], mine.J + pairs[1::2, 1::2]
        return Rest(PAIRWISE, {"h": h, "J": j}) if j.any() else Rest(INDEPENDENT, {"h": h})

    @abstractmethod
    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows of -1 and +1."""

    def formula(self, parameters: Parameters) -> str:
        """F in one line; every parameter has its term."""
        values = "0, 1" if self.zero_one else "-1, +1"
        return " ".join(f"- sum {self.terms[name]}" for name in parameters) + f",   s = {values}"

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, which are -1 and +1 or 0 and 1 as the basis says."""
        import sympy

        c = self.as_couplings(parameters)
        s = [sympy.Symbol(name, real=True) for name in columns]
        d = self.dimension
        terms = [sympy.Float(float(c.h[i])) * s[i] for i in range(d)]
        terms += [
            sympy.Float(float(c.J[i, j])) * s[i] * s[j] for i in range(d) for j in range(i + 1, d) if c.J[i, j] != 0.0
        ]
        for strength, chosen in zip(c.higher, c.sets, strict=True):
            terms.append(sympy.Float(float(strength)) * sympy.prod([s[i] for i in chosen]))
        return -sympy.Add(*terms)


def cure_by_prior(moments: Moments) -> str:
    """What to ask for where the maximum is infinite: rows of a prior count only beside rows that were counted."""
    return ("" if counted(moments) else "state n= and ") + "ask for prior='weak' or a number of rows"


def with_axis(parameters: Parameters) -> dict[str, Floats]:
    """The parameters of one group as those of a batch of one."""
    return {name: np.asarray(value, dtype=np.float64)[None] for name, value in parameters.items()}


def field_entries(dimension: int) -> list[Entry]:
    """A field for every column."""
    return [((i,), (i,)) for i in range(dimension)]
