"""Classes of spins that depend on a few sums of averages: from those to parameters with errors, in either basis.

A class says which sums it depends on and how its couplings follow from them; everything else is here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center, CheckResult, Fit, Observed, Parameters, Table, blank_refused, counted
from symcat.models.ising import existence, spin_checks
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import IMPOSSIBLE, INFINITE, NO_ROWS, WEAK, Spins, spin_averages

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Predicted:
    """What a fit says of the averages: means (d,), pair averages (d, d)."""

    mean: Floats
    pair: Floats


class Ising(Spins):
    """Base of the classes of d spins whose couplings theta (G, K) follow from K sums of averages."""

    @abstractmethod
    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        """(G, K) the sums of averages the class depends on, zero for coin tosses."""

    @abstractmethod
    def maximise(self, target: Floats) -> Maximum:
        """The couplings (G, K) whose averages are the target (G, K)."""

    @abstractmethod
    def predict(self, theta: Floats) -> Predicted:
        """Means and pair averages of all columns, for spin couplings theta (K,)."""

    @property
    @abstractmethod
    def binary(self) -> Floats:
        """(K, K) matrix that takes spin couplings to those of the binary basis."""

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        return len(self.all_down)

    @property
    def log_structures(self) -> float:
        """Log of the number of arrangements of couplings that a fit searches; 0 where they are given."""
        return 0.0

    @cached_property
    def _basis(self) -> Floats | None:
        """(K, K) matrix that takes spin couplings to those of the basis asked for; None where they are the same."""
        return self.binary if self.options.basis == "binary" else None

    def in_basis(self, theta: Floats) -> Floats:
        """(G, K) couplings of the basis asked for, from those of the spin basis."""
        return theta if self._basis is None else theta @ self._basis.T

    def fit(self, moments: Moments, center: Center, table: Table | None = None) -> Fit:
        """Fields and couplings of every group, with model-based standard errors."""
        mean, pair = spin_averages(moments)
        count = moments.count
        data = self.reduce(mean, pair)
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            reason = np.zeros(len(count), dtype=np.int8)
            shut = self.at_boundary(mean, pair, count)
            reason[existence.impossible(mean, pair)] = IMPOSSIBLE
            reason[count == 0.0] = NO_ROWS
            rows = self._prior_rows(shut, count)
            solved, target, rows = self._solve(data, count, rows, reason)
            reason[(reason == 0) & ~solved.found] = INFINITE
            theta = self.in_basis(solved.theta)
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
                reasons=self._reasons(moments, mean, pair, data, bool((reason == INFINITE).any())),
                log_structures=self.log_structures,
                information=solved.covariance if moments.n_groups == 1 else None,
            )
        )

    def _solve(
        self, data: Floats, count: Floats, rows: Floats, reason: NDArray[np.int8]
    ) -> tuple[Maximum, Floats, Floats]:
        """The maximum of every group that may have one; once more with the prior where none was found without.

        Also the averages it has, and the rows of the prior.
        """

        def mixed(rows: Floats) -> Floats:
            """The averages with those of the prior's rows, which are zero, mixed in."""
            share = np.where(rows > 0.0, count / (count + rows), 1.0)
            return data * share[:, None]

        ready = (reason == 0) & ~np.isnan(rows)
        target = mixed(rows)
        found = Maximum.none(*data.shape)
        if ready.any():
            found = found.joined(ready, self.maximise(target[ready]))
        again = ready & ~found.found & (rows == 0.0) & (self.options.prior == "weak") & ~np.isnan(count)
        if again.any():
            rows = np.where(again, WEAK, rows)
            target = mixed(rows)
            found = found.joined(again, self.maximise(target[again]))
        return found, target, np.nan_to_num(rows)

    def _errors(self, solved: Maximum, target: Floats, count: Floats) -> Floats:
        """(G, K) one standard deviation of every parameter: inverse Fisher information over the rows."""
        out = np.full(solved.theta.shape, np.nan)
        found = solved.found
        if not found.any():
            return out
        carried = inverse(solved.covariance[found])
        if self._basis is not None:
            carried = self._basis @ carried @ self._basis.T
        out[found] = np.sqrt(np.einsum("gkk->gk", carried) / count[found, None])
        return out

    def theta_of(self, parameters: Parameters) -> Floats:
        flat = self.flatten(parameters)
        return flat if self._basis is None else np.asarray(np.linalg.solve(self._basis, flat), dtype=np.float64)

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]:
        """Sandwich errors for a batch of one, from averages over consecutive blocks of rows (White 1982, eq. 3.3)."""
        assert fit.information is not None
        mean, pair = spin_averages(blocks)
        each = self.reduce(mean, pair)
        weight = blocks.count / blocks.count.sum()
        influence = (weight[:, None] * (each - weight @ each)) @ inverse(fit.information)[0]
        return self.arrange(np.sqrt((self.in_basis(influence) ** 2).sum(axis=0))[None])

    def checks(self, fit: Fit, observed: Observed, center: Center) -> Sequence[CheckResult]:
        """Whether the maximum was finite, and what the fit did not use of the data against what it says of it."""
        return spin_checks.run(self, fit, observed)


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
