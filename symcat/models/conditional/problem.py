"""The logistic likelihood of all groups of a batch: its value, score and information, and what separates the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.models.conditional.log_odds import logistic
from symcat.models.conditional.separation import TOLERANCE, separated

Groups = NDArray[np.intp]


@dataclass(frozen=True)
class Problem:
    """Rows of the designs of g groups side by side: how many each stands for, and in how many the target is +1.

    A group of fewer rows than others has rows of zeros, which stand for none.
    """

    design: Floats  # (g, k, m): column by column, which is how it is multiplied
    total: Floats  # (g, m)
    up: Floats  # (g, m)

    def of(self, groups: Groups | NDArray[np.bool_]) -> Problem:
        """Some of the groups."""
        return Problem(self.design[groups], self.total[groups], self.up[groups])

    def thinned(self, step: int) -> Problem:
        """Every so many-th of the rows."""
        return Problem(
            np.ascontiguousarray(self.design[:, :, ::step]),
            np.ascontiguousarray(self.total[:, ::step]),
            np.ascontiguousarray(self.up[:, ::step]),
        )

    def with_prior(self, rows: Floats) -> Problem:
        """With (g,) so many rows more, spread over these as their weights are, half of them +1 and half -1."""
        if not rows.any():
            return self
        share = self._share(rows)
        return Problem(self.design, self.total + share, self.up + 0.5 * share)

    def _share(self, rows: Floats) -> Floats:
        return np.asarray(rows[:, None] * self.total / self.total.sum(axis=1, keepdims=True))

    def log_odds(self, beta: Floats) -> Floats:
        """(g, m) where the coefficients are (g, k)."""
        return np.asarray((beta[:, None, :] @ self.design)[:, 0])

    def at(self, log_odds: Floats) -> Point:
        """What the likelihoods are, and how they change, where the rows have these log-odds (g, m)."""
        size = np.abs(log_odds)
        small = np.exp(-size)
        nearer = 1.0 / (1.0 + small)
        farther = small * nearer
        positive = log_odds >= 0.0
        down = self.total - self.up
        against, towards = np.where(positive, down, self.up), np.where(positive, self.up, down)
        # All digits where it is near zero.
        lost = size * against + self.total * np.log1p(small)
        score = towards * farther - against * nearer
        return Point(-lost.sum(axis=1), np.where(positive, score, -score), self.total * nearer * farther)

    def information(self, spread: Floats) -> Floats:
        """(g, k, k) Fisher's, which is also the observed one."""
        out: Floats = (self.design * spread[:, None]) @ self.design.transpose(0, 2, 1)
        return out

    def score_of_prior(self, beta: Floats, rows: float) -> Floats:
        """(k, k) of a batch of one, a square root of the sum of squares of the scores of the rows of ``with_prior``.

        Of ``share`` rows at each, half of them +1 and half -1. (0, k) where it added none.
        """
        if not rows:
            return np.empty((0, beta.shape[1]))
        share, p = self._share(np.array([rows]))[0], logistic(self.log_odds(beta)[0])
        square = 0.5 * share * ((1.0 - p) ** 2 + p**2)
        return np.asarray(np.linalg.qr(self.design[0].T * np.sqrt(square)[:, None], mode="r"))

    def agree(self, beta: Floats) -> NDArray[np.bool_]:
        """(g,) whether the log-odds are on the side of what was observed in every row: complete separation."""
        log_odds = self.log_odds(beta)
        margin = TOLERANCE * np.abs(beta).max(axis=1, initial=0.0)[:, None]
        against = ((self.up > 0.0) & ~(log_odds > margin)) | ((self.total > self.up) & ~(log_odds < -margin))
        return np.asarray(~against.any(axis=1))

    def separation(self, group: int, names: Sequence[str], *, intercept: bool) -> str:
        """In words, what separates the two values of the target in a group; empty if nothing does."""
        there = self.total[group] > 0.0
        design = self.design[group].T[there]
        return separated(design, self.total[group, there], self.up[group, there], names, intercept=intercept)


@dataclass(frozen=True)
class Point:
    """Log-likelihoods (g,); by what the designs are to be multiplied for each row's score, and for the information."""

    likelihood: Floats
    score: Floats  # (g, m)
    spread: Floats  # (g, m)

    def of(self, groups: Groups | NDArray[np.bool_]) -> Point:
        """Some of the groups."""
        return Point(self.likelihood[groups], self.score[groups], self.spread[groups])
