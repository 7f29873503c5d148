"""What the Ising classes share: from averages of spins to parameters with errors, in either basis.

A class says which sums of averages it depends on and how its couplings follow from them; everything else is here.
``F = - sum_i h_i s_i - sum_{i<j} J_ij s_i s_j`` with ``s_i = +-1`` (Nguyen, Zecchina & Berg 2017, arXiv 1702.01522).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import (
    Center,
    CheckResult,
    Facts,
    Fit,
    Observed,
    Options,
    Parameters,
    Table,
    blank_refused,
    counted,
)
from symcat.models.ising import existence, hypercube, spin_checks
from symcat.models.ising.couplings import Couplings
from symcat.models.ising.newton import Maximum
from symcat.moments import Moments, Needs

Floats = NDArray[np.float64]

_NO_ROWS, _IMPOSSIBLE, _INFINITE = 1, 2, 3
WEAK = 1.0
"""Rows, spread evenly over all states, that the weak prior adds where the maximum of the likelihood is infinite."""


@dataclass(frozen=True)
class Predicted:
    """What a fit says of the averages: means (d,), pair averages (d, d)."""

    mean: Floats
    pair: Floats


def spin_averages(moments: Moments) -> tuple[Floats, Floats]:
    """Means (G, d) and pair averages (G, d, d) of columns of spins."""
    about = moments.about(np.zeros(moments.dimension)).in_unit(1.0)
    return about.first, about.second


class Ising(ABC):
    """Base of the classes of d spins whose couplings theta (G, K) follow from K sums of averages."""

    tabulated = False
    needs = Needs.SECOND
    check_needs = Needs.STATES
    label: str
    facts: Facts
    symmetric = True  # whether it forces equalities or zeros on the averages, which can then be tested

    def __init__(self, dimension: int, options: Options) -> None:
        self.dimension = dimension
        self.options = options

    # --- what a class says ---------------------------------------------------------------------------------------

    @abstractmethod
    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        """(G, K) the sums of averages the class depends on, zero for coin tosses."""

    @abstractmethod
    def maximise(self, target: Floats) -> Maximum:
        """The couplings (G, K) whose averages are the target (G, K)."""

    @abstractmethod
    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        """(G,) whether the maximum of the likelihood is infinite, as far as can be told from the averages."""

    @abstractmethod
    def arrange(self, theta: Floats) -> dict[str, Floats]:
        """The vector of couplings, or of their errors, (G, K) as named parameters."""

    @abstractmethod
    def flatten(self, parameters: Parameters) -> Floats:
        """(K,) the inverse of ``arrange``, for one group."""

    @abstractmethod
    def couplings(self, theta: Floats) -> Couplings:
        """Fields and couplings of every column and pair, for spin couplings theta (K,)."""

    @abstractmethod
    def predict(self, theta: Floats) -> Predicted:
        """Means and pair averages of all columns, for spin couplings theta (K,)."""

    @property
    @abstractmethod
    def binary(self) -> Floats:
        """(K, K) matrix that takes spin couplings to those of the binary basis."""

    @property
    @abstractmethod
    def all_down(self) -> Floats:
        """(K,) the statistics of the state in which every spin is -1: the zero of energy of the binary basis."""

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        return len(self.all_down)

    # --- fitting -------------------------------------------------------------------------------------------------

    @cached_property
    def basis(self) -> Floats:
        """(K, K) matrix that takes spin couplings to those of the basis asked for."""
        return self.binary if self.options.basis == "binary" else np.eye(len(self.all_down))

    def fit(self, moments: Moments, center: Center, table: Table | None = None) -> Fit:
        """Fields and couplings of every group, with model-based standard errors."""
        mean, pair = spin_averages(moments)
        count = moments.count
        data = self.reduce(mean, pair)
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            reason = np.zeros(len(count), dtype=np.int8)
            shut = self.at_boundary(mean, pair, count)
            reason[existence.impossible(mean, pair)] = _IMPOSSIBLE
            reason[count == 0.0] = _NO_ROWS
            rows = self._prior_rows(shut, count)
            solved, target, rows = self._solve(data, count, rows, reason)
            reason[(reason == 0) & ~solved.found] = _INFINITE
            theta = solved.theta @ self.basis.T
            log_z = solved.log_z - (solved.theta @ self.all_down if self.options.basis == "binary" else 0.0)
            log_likelihood = count * (np.einsum("gk,gk->g", solved.theta, data) - solved.log_z)
            errors = self.arrange(self._errors(solved, target, count + rows)) if counted(moments) else {}
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=self.arrange(theta),
                standard_errors=errors,
                log_partition=log_z,
                log_likelihood=log_likelihood,
                n_parameters=self.n_free,
                statistics={"m": mean, "q": pair, "prior_rows": rows},
                reason=reason,
                reasons=self._reasons(moments, mean, pair, data, bool((reason == _INFINITE).any())),
                information=solved.covariance if moments.n_groups == 1 else None,
            )
        )

    def _prior_rows(self, shut: NDArray[np.bool_], count: Floats) -> Floats:
        """(G,) rows of the prior: those asked for, or the weak one where it is needed and rows were counted."""
        prior = self.options.prior
        if prior is None or np.isnan(count).all():
            return np.where(shut, np.nan, 0.0)
        if isinstance(prior, str):
            return np.where(shut, WEAK, 0.0)
        return np.full(len(shut), float(prior))

    def _solve(
        self, data: Floats, count: Floats, rows: Floats, reason: NDArray[np.int8]
    ) -> tuple[Maximum, Floats, Floats]:
        """The maximum of every group that may have one; once more with the prior where none was found without.

        Also the averages it has, and the rows of the prior.
        """
        target = np.array(data)

        def attempt(chosen: NDArray[np.bool_]) -> None:
            share = np.where(rows[chosen] > 0.0, count[chosen] / (count[chosen] + rows[chosen]), 1.0)
            target[chosen] = data[chosen] * share[:, None]
            part = self.maximise(target[chosen])
            theta[chosen], log_z[chosen], information[chosen] = part.theta, part.log_z, part.covariance

        groups, size = data.shape
        theta, log_z = np.full((groups, size), np.nan), np.full(groups, np.nan)
        information = np.full((groups, size, size), np.nan)
        ready = (reason == 0) & ~np.isnan(rows)
        if ready.any():
            attempt(ready)
        again = ready & np.isnan(log_z) & (rows == 0.0) & (self.options.prior == "weak") & ~np.isnan(count)
        if again.any():
            rows = np.where(again, WEAK, rows)
            attempt(again)
        return Maximum(theta, log_z, information), target, np.nan_to_num(rows)

    def _errors(self, solved: Maximum, target: Floats, count: Floats) -> Floats:
        """(G, K) one standard deviation of every parameter: inverse Fisher information over the rows."""
        out = np.full(solved.theta.shape, np.nan)
        found = solved.found
        carried = self.basis @ inverse(solved.covariance[found]) @ self.basis.T
        out[found] = np.sqrt(np.einsum("gkk->gk", carried) / count[found, None])
        return out

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
        return existence.in_words(existence.empty(mean, pair, moments.count), moments.columns)

    # --- errors that trust less, and tests -------------------------------------------------------------------------

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]:
        """Sandwich errors for a batch of one, from averages over consecutive blocks of rows (White 1982, eq. 3.3)."""
        mean, pair = spin_averages(blocks)
        each = self.reduce(mean, pair)
        weight = blocks.count / blocks.count.sum()
        influence = (weight[:, None] * (each - weight @ each)) @ self._sensitivity(fit).T
        return self.arrange(np.sqrt((influence**2).sum(axis=0))[None])

    def _sensitivity(self, fit: Fit) -> Floats:
        """(K, K) derivative of the parameters by the averages: the inverse information, in the basis asked for."""
        assert fit.information is not None
        return np.asarray(self.basis @ inverse(fit.information)[0])

    def checks(self, fit: Fit, observed: Observed, center: Center) -> Sequence[CheckResult]:
        """Whether the maximum was finite, and what the fit did not use of the data against what it says of it."""
        return spin_checks.run(self, fit, observed)

    # --- using the answer ------------------------------------------------------------------------------------------

    def theta_of(self, parameters: Parameters) -> Floats:
        """(K,) spin couplings of parameters in the basis asked for."""
        return np.asarray(np.linalg.solve(self.basis, self.flatten(parameters)), dtype=np.float64)

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


def inverse(information: Floats) -> Floats:
    """(G, K, K) inverses through unit diagonals; not a number where a matrix is singular."""
    scale = 1.0 / np.sqrt(np.einsum("gkk->gk", information))
    scaled: Floats = information * scale[:, :, None] * scale[:, None, :]
    out: Floats = np.full_like(scaled, np.nan)
    for g, matrix in enumerate(scaled):
        try:
            out[g] = np.linalg.inv(matrix)
        except np.linalg.LinAlgError:
            continue
    out *= scale[:, :, None] * scale[:, None, :]
    return out


def uniform_couplings(h: float, pairs: Floats) -> Couplings:
    """One field for every column, and the couplings (d, d)."""
    return Couplings(np.full(len(pairs), h), pairs, np.empty(0))
