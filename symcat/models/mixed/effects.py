"""Real columns given the levels of discrete ones by least squares: ``x = mean + sum_j effect_j(c_j) + Gaussian noise``.

The effects of the levels of a column add up to nothing. Where columns follow from each other, as a town tells its
country, only sums of their effects are told: the smallest effects are given, and as many numbers counted as are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.models.mixed.contrasts import Contrasts
from symcat.models.mixed.least_squares import Conditional, condition

CONSTANT = "no discrete column varies"

_DEPENDENT = 1e-9
"""Share of the largest variance of a combination of contrasts below which it is constant."""


@dataclass(frozen=True)
class Effects:
    """The regressions of k real columns on the q contrasts, of which r combinations are told: (1, ...) arrays of these.

    ``kept`` (q, r) are the combinations, orthonormal.
    """

    contrasts: Contrasts
    kept: Floats
    given: Conditional
    squares: float  # average of the sum of squares of the real columns, about the moments' origin and in their unit

    @classmethod
    def of(cls, contrasts: Contrasts, moments: Moments) -> Effects | str:
        """From averages of contrasts, then real columns, of a batch of one; in words why there are none."""
        q = contrasts.number
        kept = _combinations(moments, q)
        if not kept.shape[1]:
            return CONSTANT
        change = np.eye(moments.dimension)[:, np.r_[0 : kept.shape[1], q : moments.dimension]]
        change[:q, : kept.shape[1]] = kept
        names = tuple(f"combination {e}" for e in range(kept.shape[1])) + moments.columns[q:]
        told = Moments(
            names,
            moments.count,
            moments.origin @ change,
            moments.unit,
            moments.first @ change,
            change.T @ moments.second @ change,
        )
        return cls(contrasts, kept, condition(told, range(kept.shape[1])), float(np.trace(moments.second[0, q:, q:])))

    @property
    def told(self) -> int:
        """r, how many numbers of each real column the levels tell."""
        return int(self.kept.shape[1])

    @property
    def all_told(self) -> bool:
        """Whether the effects of each column are told apart from those of the others."""
        return self.told == self.contrasts.number

    @cached_property
    def slopes(self) -> Floats:
        """(1 + q, k) the intercept and the slopes along the contrasts."""
        return np.concatenate([self.given.mean, self.kept @ self.given.slopes[0].T])

    @property
    def mean(self) -> Floats:
        """(k,)."""
        return np.asarray(self.slopes[0])

    @cached_property
    def effect(self) -> Floats:
        """(Q, k) of every level."""
        out: Floats = self.contrasts.matrix @ self.slopes[1:]
        return out

    @cached_property
    def design(self) -> Floats:
        """(1 + q, 1 + q) inverse of the averages of products of 1 and the contrasts, along what is told."""
        change = np.zeros((1 + len(self.kept), 1 + self.told))
        change[0, 0], change[1:, 1:] = 1.0, self.kept
        out: Floats = change @ self.given.design[0] @ change.T
        return out

    @cached_property
    def at_levels(self) -> Floats:
        """(1 + Q, 1 + q) what takes intercept and slopes to the mean and the effects."""
        out = np.zeros((1 + len(self.contrasts.matrix), 1 + len(self.kept)))
        out[0, 0], out[1:, 1:] = 1.0, self.contrasts.matrix
        return out

    def standard_errors(self, count: float) -> dict[str, Floats]:
        """Of ``mean``, ``effect`` and ``precision``, where the noise is as the class says: slopes vary by the design
        times the covariance, and the precision as the inverse of a Wishart matrix does."""
        levels = np.einsum("la,ab,lb->l", self.at_levels, self.design, self.at_levels)
        levels = np.maximum(levels, 0.0)  # by rounding, of a level that no row has
        errors = np.sqrt(np.outer(levels, np.diagonal(self.given.covariance[0])) / count)
        precision = self.given.precision[0]
        own = np.diagonal(precision)
        return {
            "mean": errors[0],
            "effect": errors[1:],
            "precision": np.sqrt((np.outer(own, own) + precision**2) / count),
        }

    def noise(self, contrasts: Floats, reals: Floats) -> Floats:
        """(m, k) what rows (m, q), (m, k) have beyond what their levels say."""
        return np.asarray(reals - self.slopes[0] - contrasts @ self.slopes[1:])

    def moved(self, contrasts: Floats, reals: Floats, count: float) -> tuple[Floats, Floats]:
        """(m, 1 + q, k) and (m, k, k) how far rows of a table of so many move slopes and covariance."""
        noise = self.noise(contrasts, reals)
        lever = np.column_stack([np.ones(len(noise)), contrasts]) @ self.design
        slopes = lever[:, :, None] * noise[:, None, :] / count
        return slopes, (noise[:, :, None] * noise[:, None, :] - self.given.covariance[0]) / count

    def named(self, slopes: Floats, covariance: Floats) -> dict[str, Floats]:
        """The same moves (m, 1 + q, k), (m, k, k) as those of the parameters."""
        levels = np.einsum("la,mak->mlk", self.at_levels, slopes)
        precision = self.given.precision[0]
        return {"mean": levels[:, 0], "effect": levels[:, 1:], "precision": -precision @ covariance @ precision}


def _combinations(moments: Moments, q: int) -> Floats:
    """(q, r) the combinations of the first q columns that vary: each contrast alone where all do."""
    spread = moments.centred.second[0, :q, :q]
    values, vectors = np.linalg.eigh(spread)
    varying = values > _DEPENDENT * values[-1] if q and values[-1] > 0.0 else np.zeros(q, dtype=np.bool_)
    return np.eye(q) if varying.all() else np.asarray(vectors[:, varying], dtype=np.float64)
