"""How far single rows move the law of the scores, whatever it is, the columns' classes being fitted to the same rows.

As in ``slopes``, with derivatives of the slope by the scores from differences of two: with s_i the slope of a row's
log-likelihood along the K coordinates of the law, J its information a row and ``theta_i`` what the row moves the
margins, ``n J dq_i = s_i + n (d s / d theta) theta_i`` (Joe 1997, section 10.1.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.models.base import Floats
from symcat.models.scores.margins import Margins
from symcat.models.scores.names import outer

_STEP = 1e-3  # of a score
_FEWER = 1024
"""Rows of the sample from which derivatives by the margins, and errors, are averaged."""


@dataclass(frozen=True)
class JointMoving:
    """What rows (m, d) move of all parameters of a fit to ``count`` rows."""

    margins: Margins
    columns: tuple[str, ...]
    count: float
    slope: Callable[[Floats], Floats]  # scores (m, d) to (m, K)
    bread: Floats  # (K, K) the inverse of J
    named: Callable[[Floats], dict[str, Floats]]  # (m, K) moved coordinates to parameters

    @cached_property
    def _few(self) -> slice:
        return slice(None, None, max(1, -(-len(self.margins.sampled) // _FEWER)))

    @cached_property
    def _of_margins(self) -> Floats:
        """(p, K) average derivatives of the slope by the free numbers of the margins."""
        z = self.margins.sampled[self._few]
        found = []
        for j, slopes in enumerate(self.margins.slopes):
            away = np.zeros(z.shape[1])
            away[j] = _STEP
            by_score = (self.slope(z + away) - self.slope(z - away)) / (2.0 * _STEP)
            found.append(slopes[self._few].T @ by_score / len(z))
        return np.concatenate(found)

    def coordinates(self, z: Floats, moved: Floats) -> Floats:
        """(m, K) of rows with scores (m, d) that move the margins by (m, p)."""
        return np.asarray((self.slope(z) / self.count + moved @ self._of_margins) @ self.bread)

    @cached_property
    def sampled(self) -> Floats:
        """(m, K) likewise of the sample."""
        return self.coordinates(self.margins.sampled, self.margins.moved)

    @cached_property
    def errors(self) -> dict[str, Floats]:
        """Standard errors of the law's parameters: those of rows like the sample's."""
        few = self._few
        moved = self.named(self.coordinates(self.margins.sampled[few], self.margins.moved[few]))
        return {name: self.count**0.5 * np.sqrt((value**2).mean(axis=0)) for name, value in moved.items()}

    def __call__(self, rows: Floats) -> dict[str, Floats]:
        out: dict[str, Floats] = {}
        moved = []
        for j, (name, one) in enumerate(zip(self.columns, self.margins.of_columns, strict=True)):
            own = one.model.row_influence(one.fit, rows[:, j : j + 1], one.moments)
            out |= {outer(name, key): value for key, value in own.items()}
            moved.append(one.flat(own, len(rows)))
        return self.named(self.coordinates(self.margins.mapped(rows), np.concatenate(moved, axis=1))) | out
