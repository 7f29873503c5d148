"""What an answer with corrected margins says of its columns: integrals over the law of each column's score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from symcat.models.base import Floats
from symcat.models.hidden.law import MixtureLaw
from symcat.models.law import Law
from symcat.models.scores.normal import scores, values_of

_FEW = np.polynomial.hermite_e.hermegauss(40)
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(100)


class CorrectedLaw(Law):
    """The columns whose normal scores, each under its own law, have a mixture of Gaussians together."""

    def __init__(self, label: str, laws: Sequence[Law], of_scores: MixtureLaw) -> None:
        super().__init__(label)
        self.laws, self.of_scores = laws, of_scores

    @cached_property
    def _points(self) -> tuple[list[Floats], list[Floats]]:
        """(K, 100) values of each column at Gauss's nodes of each component, and their weights, which add up to one."""
        share = _WEIGHTS / _WEIGHTS.sum() * self.of_scores.weights[:, None]
        values = []
        for j, law in enumerate(self.laws):
            spread = np.sqrt(self.of_scores.covariances[:, j, j])
            z = self.of_scores.means[:, j, None] + spread[:, None] * _NODES
            values.append(values_of(law, z.ravel()).reshape(z.shape))
        return values, [share] * len(self.laws)

    @cached_property
    def mean(self) -> Floats:
        values, shares = self._points
        return np.array([float((share * x).sum()) for x, share in zip(values, shares, strict=True)])

    def central(self, order: int) -> Floats:
        values, shares = self._points
        away = [x - m for x, m in zip(values, self.mean, strict=True)]
        return np.array([float((share * x**order).sum()) for x, share in zip(away, shares, strict=True)])

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """The mean and the covariance."""
        d = len(self.laws)
        covariance = np.diag(self.central(2))
        first, second = np.repeat(_FEW[0], len(_FEW[0])), np.tile(_FEW[0], len(_FEW[0]))
        weight = np.outer(_FEW[1], _FEW[1]).ravel() / _FEW[1].sum() ** 2
        for i, j in combinations(range(d), 2):
            for w, m, c in zip(self.of_scores.weights, self.of_scores.means, self.of_scores.covariances, strict=True):
                (a, _), (b, left) = np.linalg.cholesky(c[np.ix_((i, j), (i, j))])
                of_first = values_of(self.laws[i], m[i] + a * first) - self.mean[i]
                of_second = values_of(self.laws[j], m[j] + b * first + left * second) - self.mean[j]
                covariance[i, j] += w * float(weight @ (of_first * of_second))
            covariance[j, i] = covariance[i, j]
        return {"mean": self.mean, "covariance": covariance}

    def of_column(self, column: int) -> CorrectedLaw:
        """The law of one of the columns."""
        return CorrectedLaw(self.label, [self.laws[column]], self.of_scores.of_column(column))

    def cdf(self, x: Floats) -> Floats:
        if len(self.laws) > 1:
            raise self.unknown("The distribution function")
        return self.of_scores.cdf(scores(self.laws[0], x))

    def ppf(self, p: Floats) -> Floats:
        if len(self.laws) > 1:
            raise self.unknown("The quantile function")
        return values_of(self.laws[0], self.of_scores.ppf(p))
