"""What every class of spins shares: its free energy, how an answer is used, the prior, and what refuses an answer.

``F = - sum_i h_i s_i - sum_{i<j} J_ij s_i s_j`` with ``s_i = +-1`` (Nguyen, Zecchina & Berg 2017, arXiv 1702.01522).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.models.base import Facts, Options, Parameters
from symcat.models.ising import existence, hypercube
from symcat.models.ising.couplings import Couplings

Floats = NDArray[np.float64]

NO_ROWS, IMPOSSIBLE, INFINITE, NOT_FOUND = 1, 2, 3, 4
"""Why a group has no answer."""

WEAK = 1.0
"""Rows, spread evenly over all states, that the weak prior adds where the maximum of the likelihood is infinite."""


def spin_averages(moments: Moments) -> tuple[Floats, Floats]:
    """Means (G, d) and pair averages (G, d, d) of columns of spins."""
    about = moments.about(np.zeros(moments.dimension)).in_unit(1.0)
    return about.first, about.second


class Spins(ABC):
    """Base of the classes of d spins; theta (K,) are their couplings in the spin basis."""

    tabulated = False
    table_size: int | None = None
    needs = Needs.SECOND
    check_needs = Needs.STATES
    label: str
    facts: Facts
    symmetric = True  # whether it forces equalities or zeros on the averages, which can then be tested

    def __init__(self, dimension: int, options: Options) -> None:
        self.dimension = dimension
        self.options = options

    @abstractmethod
    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """(G,) whether the maximum of the likelihood is infinite, as far as can be told from the averages."""

    @abstractmethod
    def theta_of(self, parameters: Parameters) -> Floats:
        """(K,) spin couplings of parameters in the basis asked for."""

    @abstractmethod
    def arrange(self, theta: Floats) -> dict[str, Floats]:
        """The vector of couplings, or of their errors, (G, K) as named parameters."""

    @abstractmethod
    def flatten(self, parameters: Parameters) -> Floats:
        """(K,) the inverse of ``arrange``, for one group."""

    @abstractmethod
    def couplings(self, theta: Floats) -> Couplings:
        """Fields and couplings of every column and pair, for spin couplings theta (K,)."""

    @property
    @abstractmethod
    def all_down(self) -> Floats:
        """(K,) the statistics of the state in which every spin is -1: the zero of energy of the binary basis."""

    def _prior_rows(self, shut: NDArray[np.bool_], count: Floats) -> Floats:
        """(G,) rows of the prior: those asked for, or the weak one where it is needed and rows were counted."""
        prior = self.options.prior
        if prior is None or np.isnan(count).all():
            return np.where(shut, np.nan, 0.0)
        if isinstance(prior, str):
            return np.where(shut, WEAK, 0.0)
        return np.full(len(shut), float(prior))

    def _reasons(self, moments: Moments, mean: Floats, pair: Floats, data: Floats, infinite: bool) -> tuple[str, ...]:
        named = self.never(moments, mean, pair, data) if infinite and moments.n_groups == 1 else ""
        cure = "ask for prior='weak' or a number of rows, or leave columns out"
        return (
            "",
            "there are no complete rows",
            "no table of two-valued columns has these averages",
            f"the likelihood has no finite maximum ({named or 'some states never occur'}): {cure}",
        )

    def never(self, moments: Moments, mean: Floats, pair: Floats, data: Floats) -> str:
        """In words, what never occurs in a batch of one that has no finite maximum."""
        return existence.in_words(self.empty(mean, pair, moments.count), moments.columns)

    def empty(self, mean: Floats, pair: Floats, count: Floats) -> existence.Empty:
        """Values and pairs of values of a batch of one that never occur and that the class would have to exclude."""
        return existence.empty(mean, pair, count)

    # --- using the answer ------------------------------------------------------------------------------------------

    def spin_log_partition(self, theta: Floats, log_partition: float) -> float:
        """log Z of the spin basis from that of the basis asked for."""
        return log_partition + (float(theta @ self.all_down) if self.options.basis == "binary" else 0.0)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of each row of spins ``x`` (m, d)."""
        theta = self.theta_of(parameters)
        return self.couplings(theta).minus_energy(x) - self.spin_log_partition(theta, log_partition)

    def probabilities(self, theta: Floats) -> Floats:
        """(2^d,) of all states, for at most ``hypercube.LARGEST`` columns."""
        c = self.couplings(theta)
        d = self.dimension
        sets = [(i,) for i in range(d)] + [(i, j) for i in range(d) for j in range(i + 1, d)] + list(c.sets)
        values = np.concatenate([c.h, c.J[np.triu_indices(d, 1)], c.higher])
        masks = np.array([hypercube.mask_of(chosen) for chosen in sets], dtype=np.int64)
        found: Floats = hypercube.normalised(hypercube.energies(d, masks, values[None]))[0][0]
        return found

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows of spins."""
        cumulative = np.cumsum(self.probabilities(self.theta_of(parameters)))
        codes = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
        rows: Floats = 2.0 * ((codes[:, None] >> np.arange(self.dimension)) & 1) - 1.0
        return rows

    def free_energy(self, parameters: Parameters, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, spins or binary values as the basis says."""
        import sympy

        theta = self.flatten(parameters)
        c = self.couplings(theta)
        s = [sympy.Symbol(name, real=True) for name in columns]
        d = self.dimension
        terms = [sympy.Float(float(c.h[i])) * s[i] for i in range(d)]
        terms += [
            sympy.Float(float(c.J[i, j])) * s[i] * s[j] for i in range(d) for j in range(i + 1, d) if c.J[i, j] != 0.0
        ]
        for strength, chosen in zip(c.higher, c.sets, strict=True):
            terms.append(sympy.Float(float(strength)) * sympy.prod([s[i] for i in chosen]))
        return -sympy.Add(*terms)


def uniform_couplings(h: float, pairs: Floats) -> Couplings:
    """One field for every column, and the couplings (d, d)."""
    return Couplings(np.full(len(pairs), h), pairs, np.empty(0))
