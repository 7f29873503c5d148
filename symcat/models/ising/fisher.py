"""Classes whose Fisher information is at hand as a matrix: errors in either basis, and the influence of rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center
from symcat.models.filled_states import SummedFilling
from symcat.models.fit import PRIOR_ROWS, Fit
from symcat.models.incomplete import Gaps
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import spin_averages
from symcat.models.ising.sums import Ising

Floats = NDArray[np.float64]


class FisherIsing(Ising):
    """Base of the classes with a matrix (K, K) of information, and one from the spin basis to the binary one."""

    missing = frozenset({"em"})

    @property
    @abstractmethod
    def binary(self) -> Floats:
        """(K, K) matrix that takes couplings of -1 and +1 to those of 0 and 1."""

    @property
    def evenly_spread(self) -> Floats:
        """(K, K) covariance of the sums over evenly spread states: products of different columns are uncorrelated."""
        return np.eye(self.n_free)

    @cached_property
    def _basis(self) -> Floats | None:
        """(K, K) matrix that takes them to those of the basis asked for; None where they are the same."""
        return self.binary if self.zero_one else None

    def in_basis(self, theta: Floats) -> Floats:
        return theta if self._basis is None else theta @ self._basis.T

    def from_basis(self, parameters: Mapping[str, Floats]) -> Floats:
        flat = self.flatten(parameters)
        return flat if self._basis is None else np.asarray(np.linalg.solve(self._basis, flat.T).T, dtype=np.float64)

    def errors(self, solved: Maximum, target: Floats, count: Floats) -> Floats:
        """From the inverse Fisher information over the rows."""
        out = np.full(solved.theta.shape, np.nan)
        found = solved.found
        if not found.any():
            return out
        carried = inverse(solved.covariance[found])
        if self._basis is not None:
            carried = self._basis @ carried @ self._basis.T
        out[found] = np.sqrt(np.einsum("gkk->gk", carried) / count[found, None])
        return out

    def filling(self, gaps: Gaps, center: Center = None) -> SummedFilling:
        """Rows with gaps, with all ways to fill them."""
        return SummedFilling(self, gaps, [np.array([-1.0, 1.0])] * self.dimension, gaps.columns)

    def features(self, rows: Floats) -> Floats:
        """The rows: -1 and +1 are the only contrast of two levels."""
        return rows

    def told(self, fit: Fit) -> Fit:
        """The fit, which has its information."""
        return fit

    def even_log_density(self, fit: Fit) -> float:
        """Of a batch of one: over evenly spread states every term of -F averages to nothing."""
        theta = self.from_basis(fit.parameters)[0]
        return -float(fit.log_partition[0]) - (float(theta @ self.all_down) if self.zero_one else 0.0)

    def errors_of(self, fit: Fit) -> dict[str, Floats]:
        """Standard errors of a batch of one from its ``information``."""
        assert fit.information is not None
        theta = self.from_basis(fit.parameters)
        solved = Maximum(theta, fit.log_partition, fit.information)
        return self.arrange(self.errors(solved, theta, fit.count + fit.statistics[PRIOR_ROWS]))

    def theta_influence(self, fit: Fit, groups: Moments, whole: Moments) -> Floats:
        """(B, K) how far each of B groups of rows moves the couplings of -1 and +1 of a fit of a batch of one."""
        rows = float(fit.statistics["prior_rows"][0])
        each = self.reduce(*spin_averages(groups)) - self._fitted(whole, rows)
        out: Floats = ((groups.count / (whole.count + rows))[:, None] * each) @ fit.once(covariance)
        return out

    def prior_influence(self, fit: Fit, whole: Moments) -> Floats:
        """(K + 1, K) likewise of the rows of the prior, which are spread evenly over all states: about the fit."""
        rows = float(fit.statistics["prior_rows"][0])
        spread = np.concatenate([np.linalg.cholesky(self.evenly_spread).T, self._fitted(whole, rows)])
        out: Floats = (np.sqrt(rows) / (float(whole.count[0]) + rows)) * (spread @ fit.once(covariance))
        return out

    def _fitted(self, whole: Moments, rows: float) -> Floats:
        """(1, K) the sums that the fit has: those of the prior, zero, are among them."""
        return self.reduce(*spin_averages(whole)) * (whole.count / (whole.count + rows))[:, None]

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows on the parameters (White 1982, eq. 3.3)."""
        return self.arrange(self.in_basis(self.theta_influence(fit, groups, whole)))

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Of the prior: where it decides a coupling, the rows, which show nothing there, must not say it is certain."""
        return self.arrange(self.in_basis(self.prior_influence(fit, whole))) if fit.statistics["prior_rows"][0] else {}


def covariance(fit: Fit) -> Floats:
    """(K, K) of the couplings of -1 and +1 of a batch of one, for one row."""
    assert fit.information is not None
    out: Floats = inverse(fit.information)[0]
    return out


def inverse(information: Floats) -> Floats:
    """(G, K, K) inverses through unit diagonals; not a number where a matrix is singular."""
    scale = 1.0 / np.sqrt(np.einsum("gkk->gk", information))
    scaled: Floats = information * scale[:, :, None] * scale[:, None, :]
    try:
        out: Floats = np.asarray(np.linalg.inv(scaled), dtype=np.float64)
    except np.linalg.LinAlgError:
        out = np.stack([_inverse_of_one(matrix) for matrix in scaled])
    out *= scale[:, :, None] * scale[:, None, :]
    return out


def _inverse_of_one(matrix: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)
