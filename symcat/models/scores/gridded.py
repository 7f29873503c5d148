"""What an answer whose scores were integrated over says of its columns: averages over the grid of the scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law
from symcat.models.scores.normal import scores, values_of
from symcat.models.scores.quartic_law import QuarticLaw

_NODES = np.linspace(-6.5, 6.5, 651)
"""Scores between which the values of a column are interpolated."""


class GriddedLaw(Law):
    """The columns whose normal scores, each under its own law, have a quartic F together."""

    def __init__(self, label: str, laws: Sequence[Law], of_scores: QuarticLaw) -> None:
        super().__init__(label)
        self.laws, self.of_scores = laws, of_scores

    @cached_property
    def _values(self) -> Floats:
        """(m, d) those of the columns at the points of the grid."""
        points = self.of_scores.grid.points
        found = [
            np.interp(points[:, j], _NODES, values_of(law, _NODES))
            if len(self.laws) > 1
            else values_of(law, points[:, j])
            for j, law in enumerate(self.laws)
        ]
        return np.stack(found, axis=1)

    @cached_property
    def mean(self) -> Floats:
        return np.asarray(self.of_scores.grid.shares @ self._values)

    def central(self, order: int) -> Floats:
        return np.asarray(self.of_scores.grid.shares @ (self._values - self.mean) ** order)

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """The mean and the covariance."""
        away = self._values - self.mean
        return {"mean": self.mean, "covariance": (away * self.of_scores.grid.shares[:, None]).T @ away}

    def cdf(self, x: Floats) -> Floats:
        if len(self.laws) > 1:
            raise self.unknown("The distribution function")
        ends, below = self._steps
        return np.interp(scores(self.laws[0], x), ends, below)

    def ppf(self, p: Floats) -> Floats:
        if len(self.laws) > 1:
            raise self.unknown("The quantile function")
        ends, below = self._steps
        return values_of(self.laws[0], np.interp(p, below, ends))

    @cached_property
    def _steps(self) -> tuple[Floats, Floats]:
        """Of one column: ends of the cells of the grid, and the mass below each."""
        grid = self.of_scores.grid
        order = np.argsort(grid.points[:, 0])
        half = 0.5 * abs(float(grid.steps[0, 0]))
        middles = grid.points[order, 0]
        return np.append(middles - half, middles[-1] + half), np.append(0.0, np.cumsum(grid.shares[order]))
