"""What a density of several columns says of rows whose values repeat: the probability of the cells that round to them.

A column of whole numbers, or of values rounded to a step, has a cell of that width around each value. A density may be
as high as one likes at the values and zero between them; its average over the cell may not. The average is over the
points of a lattice in the cell (Kronecker's, with the powers of the root of ``x^(d+1) = x + 1``), which at most misses
what is narrower than their distances, so that a spike is never worth more than it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.data.ties import ties
from symcat.models.base import Floats, Model
from symcat.models.fit import Fit
from symcat.models.special import of_whole_numbers

_POINTS = 32  # of a cell
_ROWS = 2048  # that are looked at
_LOWEST = -1e4  # log of what a cell has at least: one row that is impossible must not hide all others


@dataclass(frozen=True)
class RoundedRows:
    """Sampled rows (m, d), and the steps (d,) to which each column is rounded: zero where it is not."""

    rows: Floats
    steps: Floats

    @classmethod
    def of(cls, sample: Floats, columns: tuple[int, ...]) -> RoundedRows | None:
        """Of those of the real ``columns`` that repeat so much that it is told; None where none is rounded."""
        steps = np.zeros(sample.shape[1])
        for one in ties(sample, columns) if len(sample) else []:
            steps[one.column] = one.step or 0.0
        return cls(sample[:_ROWS], steps) if steps.any() else None

    def spread(self, rows: Floats, rng: np.random.Generator) -> Floats:
        """(m, d) rows, their rounded values spread evenly over the cells."""
        return np.asarray(rows + (rng.random(rows.shape) - 0.5) * self.steps)

    @cached_property
    def _distinct(self) -> tuple[Floats, Floats]:
        rows, times = np.unique(self.rows, axis=0, return_counts=True)
        return rows, times / len(self.rows)

    @cached_property
    def _lattice(self) -> Floats:
        """(points, columns that are rounded) in (-1/2, 1/2)."""
        d = int((self.steps > 0.0).sum())
        root = 1.0
        for _ in range(64):
            root = (1.0 + root) ** (1.0 / (d + 1))
        return np.asarray(((np.arange(_POINTS) + 0.5)[:, None] * root ** -np.arange(1.0, d + 1.0)) % 1.0 - 0.5)

    def cost(self, model: Model, fit: Fit) -> float:
        """Nats by which the log-likelihood of a batch of one is above that of the cells; columns of which the class has
        probabilities are taken as they are."""
        away = self.steps.copy()
        away[list(of_whole_numbers(model))] = 0.0
        if not away.any():
            return 0.0
        rows, share = self._distinct
        points = np.repeat(rows, _POINTS, axis=0)
        points[:, self.steps > 0.0] += np.tile(self._lattice, (len(rows), 1)) * away[self.steps > 0.0]
        parameters = {name: value[0] for name, value in fit.parameters.items()}
        log_z = float(fit.log_partition[0])
        with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
            at = np.maximum(model.log_density(parameters, log_z, rows), _LOWEST)
            within = np.maximum(model.log_density(parameters, log_z, points), _LOWEST).reshape(len(rows), _POINTS)
            top = within.max(axis=1)
            average = top + np.log(np.exp(within - top[:, None]).mean(axis=1))
        return float(fit.count[0]) * float(share @ (at - average))
