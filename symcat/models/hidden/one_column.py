"""The fit of a hidden category to one real column, over all its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Floats
from symcat.models.batches import refused_fit
from symcat.models.fit import Fit, Moves
from symcat.models.hidden.cells import condensed, distinct
from symcat.models.hidden.choice import chosen, free_numbers
from symcat.models.hidden.line_search import LineSearch
from symcat.models.hidden.mixture import Mixture
from symcat.models.hidden.newton import Slope, free, maximum, scores
from symcat.models.hidden.resolution import fewest_rows, narrowest

_COARSE, _FINE = 256, 2048
"""Cells of the search, and those in which the number of components is chosen where not every value is one."""


def fitted(label: str, values: Iterable[tuple[Floats, Floats | None]], sample: Floats, moments: Moments) -> Fit:
    """The fit of a batch of one to ``(x - origin) / unit`` in pieces with what each row counts; ``sample`` of these."""
    count = float(moments.count[0])
    if count < 2 * fewest_rows(1):
        few = f"{2 * fewest_rows(1)} rows are needed for two components"
        return refused_fit(label, moments.count, few)
    every = distinct(values)
    seen = np.unique(sample) if every is None else every.values
    if len(seen) < 2:
        return refused_fit(label, moments.count, "the column has a single value")
    # In units of the spread about the mean, in which no square leaves double precision.
    first = float(moments.first[0, 0])
    spread = float(np.sqrt(moments.second[0, 0, 0] - first * first))
    if not spread > 0.0:
        return refused_fit(label, moments.count, "the spread of the column is lost to rounding")
    standard = _Standard(values, first, spread)
    sample = (sample - first) / spread
    fine = condensed(standard, sample, _FINE) if every is None else every.placed(first, spread)
    coarse = fine if len(fine.values) <= _COARSE else condensed([fine.piece], fine.values, _COARSE)
    least = narrowest((seen - first) / spread)
    search = LineSearch(coarse, fine, least, count)
    choice = chosen(search)
    found = maximum(choice.mixture.ordered, standard if every is None else [fine.piece], least)
    if found is None or not search.admissible(found[0]):
        return refused_fit(label, moments.count, "the search for the maximum of the likelihood came to no end")
    mixture, slope = found
    unit = moments.unit * spread
    moving = Moving(mixture, slope, free(mixture, slope, least), moments.origin[0, 0] + moments.unit * first, unit)
    return Fit(
        label=label,
        count=moments.count,
        parameters={name: value[None] for name, value in moving.parameters.items()},
        standard_errors={name: value[None] for name, value in moving.errors.items()},
        log_partition=np.zeros(1),
        log_likelihood=np.array([slope.value - slope.count * np.log(unit)]),
        n_parameters=free_numbers(len(mixture)),
        statistics=choice.statistics,
        reason=np.zeros(1, dtype=np.int8),
        note=choice.words,
        moves=Moves(moving),
    )


@dataclass(frozen=True)
class _Standard:
    """Pieces of values less their mean, in units of their spread."""

    values: Iterable[tuple[Floats, Floats | None]]
    mean: float
    spread: float

    def __iter__(self) -> Iterator[tuple[Floats, Floats | None]]:
        return (((piece - self.mean) / self.spread, counts) for piece, counts in self.values)


@dataclass(frozen=True)
class Moving:
    """How far rows move the parameters: their scores through the inverse of the likelihood's own curvature."""

    mixture: Mixture
    slope: Slope
    free: NDArray[np.intp]
    center: float
    unit: float

    @cached_property
    def parameters(self) -> dict[str, Floats]:
        """In the units of the column, in order of the means."""
        own = self.mixture
        return {
            "weights": own.weights,
            "means": (self.center + self.unit * own.means)[:, None],
            "covariances": ((self.unit * own.spreads) ** 2)[:, None, None],
        }

    @cached_property
    def inverse(self) -> Floats:
        """Of the curvature of the log-likelihood in the free coordinates."""
        return np.asarray(np.linalg.inv(-self.slope.hessian[np.ix_(self.free, self.free)]))

    @cached_property
    def jacobian(self) -> Floats:
        """(3K, 3K) of weights, means and variances in the coordinates of the search."""
        size, w, s = len(self.mixture), self.mixture.weights, self.mixture.spreads
        out = np.zeros((3 * size, 3 * size))
        out[:size, :size] = np.diag(w) - np.outer(w, w)
        at = np.arange(size, 2 * size)
        out[at, at] = self.unit * s
        out[at + size, at + size] = 2.0 * (self.unit * s) ** 2
        return out

    @cached_property
    def errors(self) -> dict[str, Floats]:
        """By the observed information; none of a spread that the data's resolution holds, which is not estimated."""
        across = self.jacobian[:, self.free]
        return self._named(np.sqrt(np.einsum("ij,jk,ik->i", across, self.inverse, across))[None], whole=True)

    def __call__(self, rows: Floats) -> dict[str, Floats]:
        score = scores(self.mixture, (rows[:, 0] - self.center) / self.unit)[:, self.free]
        return self._named(score @ self.inverse @ self.jacobian[:, self.free].T)

    def _named(self, values: Floats, *, whole: bool = False) -> dict[str, Floats]:
        """Numbers (m, 3K) by parameter; those of a single row without its axis."""
        size = len(self.mixture)
        weights, means, variances = values[:, :size], values[:, size : 2 * size], values[:, 2 * size :]
        found = {"weights": weights, "means": means[:, :, None], "covariances": variances[:, :, None, None]}
        return {name: value[0] for name, value in found.items()} if whole else found
