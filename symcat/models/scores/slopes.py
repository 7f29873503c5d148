"""How far single rows move the correlations of scores, the columns' own classes being fitted to the same rows.

With ``s_i`` the slope of a row's log-likelihood along the correlations, J less its second derivatives a row and
``theta_i`` what the row moves the margins, ``n J dR_i = s_i + n (d s / d theta) theta_i`` (Joe 1997, section 10.1.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.models.base import Floats
from symcat.models.scores.correlation import curvature
from symcat.models.scores.margins import Margins
from symcat.models.scores.names import outer
from symcat.models.scores.pattern import Pattern


@dataclass(frozen=True)
class Moving:
    """What rows (m, d) move of all parameters of a fit to ``count`` rows with this correlation matrix."""

    margins: Margins
    columns: tuple[str, ...]
    matrix: Floats
    pattern: Pattern
    count: float
    correlation: str  # the name of the matrix among the parameters

    @cached_property
    def _inverse(self) -> Floats:
        return np.asarray(np.linalg.inv(self.matrix))

    @cached_property
    def _bread(self) -> Floats:
        """(K, K)."""
        return np.asarray(np.linalg.inv(curvature(self._inverse, self.margins.second, self.pattern)))

    @cached_property
    def _of_margins(self) -> Floats:
        """(p, K) average derivatives of the slope by the free numbers of the margins."""
        pulled, m = self.margins.sampled @ self._inverse, len(self.margins.sampled)
        found = []
        for j, slopes in enumerate(self.margins.slopes):
            with_slope = slopes.T @ pulled / m  # (p, d)
            product = with_slope[:, :, None] * self._inverse[:, j]
            found.append(self.pattern.pairs(product + np.swapaxes(product, 1, 2)) @ self.pattern.members)
        return np.concatenate(found)

    def __call__(self, rows: Floats) -> dict[str, Floats]:
        out: dict[str, Floats] = {}
        for j, (name, one) in enumerate(zip(self.columns, self.margins.of_columns, strict=True)):
            own = one.model.row_influence(one.fit, rows[:, j : j + 1], one.moments)
            out |= {outer(name, key): value for key, value in own.items()}
        if not self.pattern.size:
            return out | {self.correlation: np.zeros((len(rows), *self.matrix.shape))}
        pulled = self.margins.mapped(rows) @ self._inverse
        first, second = pulled[:, self.pattern.first], pulled[:, self.pattern.second]
        slope = (first * second - self.pattern.pairs(self._inverse)) @ self.pattern.members
        moved = (slope / self.count + self.margins.movement(rows) @ self._of_margins) @ self._bread
        return {self.correlation: self.pattern.matrix(moved[:, self.pattern.orbit], 0.0)} | out
