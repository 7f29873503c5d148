"""Rows with missing cells: the maximum of the likelihood of the cells that were seen, and averages of pairs that were.

Of an exponential family the expectation step of EM (Dempster, Laird & Rubin 1977) gives averages, and a class knows its
maximum from averages already: so a class says only what it expects of the missing cells, and is fitted as ever. Several
steps are put together as Anderson (1965, J. ACM 12:547) does, as long as the likelihood rises. It is right where
whether a cell is missing depends on nothing but cells that were seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.data.moments import Floats, Moments
from symcat.errors import InvalidData, NotConverged
from symcat.models import averages
from symcat.models.base import Center, Model, fixed_center
from symcat.models.batches import refused_fit
from symcat.models.fit import Fit

_CLOSE = 1e-11
"""Change of every average, in units of the columns' spreads, at which the steps have come to an end."""
_MOST_STEPS = 2000
_MEMORY = 8  # steps that are put together
_ROUNDING = 64.0 * np.finfo(float).eps  # of the likelihood
DETERMINED = 1e-9
"""Share of the information of complete rows up to which the seen cells do not tell a combination of parameters. Of what
they do not tell at all, rounding leaves 1e-11."""


@dataclass(frozen=True)
class Gaps:
    """Encoded rows (m, d), NaN where a cell is missing, each with a value at least, and how often each occurred."""

    columns: tuple[str, ...]
    rows: Floats
    times: Floats  # (m,)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(m, d) whether a cell has a value."""
        return ~np.isnan(self.rows)

    @property
    def count(self) -> float:
        """Rows that have a value."""
        return float(self.times.sum())

    @property
    def together(self) -> Floats:
        """(d, d) the number of rows in which two columns both have a value."""
        seen = self.seen.astype(np.float64)
        counts: Floats = (seen * self.times[:, None]).T @ seen
        return counts

    @property
    def apart(self) -> str:
        """In words, two columns that are never seen together; empty if there are none."""
        pairs = np.argwhere(self.together == 0.0)
        return "" if not len(pairs) else " and ".join(repr(self.columns[j]) for j in sorted(set(pairs[0].tolist())))

    def mean(self) -> Floats:
        """(d,) the mean of every column over the cells that were seen."""
        number = np.diagonal(self.together)
        if not number.all():
            name = self.columns[int(np.argmin(number))]
            raise InvalidData(f"Column {name!r} has no value in any row: leave it out with columns=[...].")
        found: Floats = (self.times @ np.where(self.seen, self.rows, 0.0)) / number
        return found

    def alone(self) -> Moments:
        """Averages of independent columns, each with the mean and variance of its cells that were seen."""
        mean = self.mean()
        y = np.where(self.seen, self.rows - mean, 0.0)
        variance = (self.times @ y**2) / np.diagonal(self.together)
        unit = averages.unit_of(np.sqrt(variance))
        second = np.diag(variance / unit**2)[None]
        return Moments(self.columns, np.array([self.count]), mean[None], unit, np.zeros((1, len(mean))), second)


@dataclass(frozen=True)
class Expected:
    """What a fit expects of rows with gaps: the averages of the rows filled in, and how likely the seen cells are.

    ``objective`` is what rises at every step: the log-likelihood, and with it what the rows of a prior add.
    """

    moments: Moments  # of a batch of one
    log_likelihood: float
    objective: float


@dataclass(frozen=True)
class Judged:
    """A fit with errors of the information that the seen cells have (Louis 1982), and the robust errors (1, ...).

    ``share`` is what they have of the information of complete rows, in the direction in which they have least.
    """

    fit: Fit
    robust: dict[str, Floats]
    share: float


class Filling(Protocol):
    """The rows of one table, as a class fills their gaps.

    ``gaps`` are those of what the class takes averages of: the columns, or functions of single ones.
    """

    @property
    def gaps(self) -> Gaps:
        """Rows of what averages are taken of, not a number where the column is missing."""

    @property
    def start(self) -> Moments:
        """Averages to begin with, of a batch of one: columns independent, with the mean and spread seen of each."""

    def expected(self, fit: Fit) -> Expected:
        """What a fit of a batch of one expects."""

    def judged(self, fit: Fit, moments: Moments) -> Judged:
        """The fit at the maximum, where ``moments`` are the averages that it expects."""


class IncompleteModel(Model, Protocol):
    """A class that can be fitted to rows with gaps."""

    def filling(self, gaps: Gaps, center: Center = None) -> Filling:
        """The rows, ready to be filled. Raises InvalidData where there is too much to fill."""


@dataclass(frozen=True)
class Maximum:
    """The fit to the seen cells, of a batch of one; what it expects, its robust errors, and the path to it."""

    fit: Fit
    moments: Moments
    robust: dict[str, Floats]
    path: tuple[float, ...] = ()  # the objective at every step


def allows(model: Model, way: str) -> TypeGuard[IncompleteModel]:
    """Whether a class has this way with missing cells."""
    return way in model.missing


def maximum(model: IncompleteModel, gaps: Gaps, center: Center = None) -> Maximum:
    """The maximum of the likelihood of the seen cells, or a refused fit.

    Raises NotConverged where the steps come to no end, InvalidData where there is too much to fill.
    """
    filling = model.filling(gaps, center)
    start = filling.start
    fit = model.fit(start, center)
    if not fit.answered[0]:
        return Maximum(fit, start, {})
    found = filling.expected(fit)
    spread = _spread(found.moments)
    at = np.zeros_like(_vector(start, start, spread))
    path = [found.objective]
    points: list[Floats] = []
    residuals: list[Floats] = []
    for _ in range(_MOST_STEPS):
        clock.check()
        after = _vector(found.moments, start, spread)
        if np.abs(after - at).max() < _CLOSE:
            return _judged(model, gaps, filling, fit, found, center, tuple(path))
        points, residuals = [*points[-_MEMORY:], at], [*residuals[-_MEMORY:], after - at]
        least = found.objective - _ROUNDING * abs(found.objective)
        mixed = _mixed(points, residuals)
        if mixed is not None:
            fit = model.fit(_moments(mixed, start, spread), center)
            reached = filling.expected(fit) if fit.answered[0] else None
            if reached is None or not reached.objective >= least:
                mixed, points, residuals = None, [], []
        if mixed is None:
            fit = model.fit(found.moments, center)
            if not fit.answered[0]:
                return Maximum(fit, found.moments, {}, tuple(path))
            reached = filling.expected(fit)
        assert reached is not None
        at, found = after if mixed is None else mixed, reached
        path.append(found.objective)
    raise NotConverged(
        f"The likelihood of the seen cells still rises after {_MOST_STEPS} steps for {model.label}: too much is "
        "missing; leave out the columns with most gaps.",
        label=model.label,
        detail=f"{_MOST_STEPS} steps of EM",
    )


def _judged(
    model: IncompleteModel,
    gaps: Gaps,
    filling: Filling,
    fit: Fit,
    found: Expected,
    center: Center,
    path: tuple[float, ...],
) -> Maximum:
    judged = filling.judged(fit, found.moments)
    if not judged.share > DETERMINED:
        pair = gaps.apart
        why = f"columns {pair} never have a value in the same row" if pair else "too much is missing"
        cure = "leave one of them out" if pair else "leave out the columns with most gaps"
        refused = refused_fit(model.label, fit.count, f"the seen cells do not determine it, as {why}: {cure}")
        return Maximum(refused, found.moments, {}, path)
    done = replace(judged.fit, log_likelihood=np.array([found.log_likelihood]))
    return Maximum(done, found.moments, judged.robust, path)


def _spread(moments: Moments) -> Floats:
    """(d,) the size of every column, which changes of its averages are measured in."""
    spread: Floats = np.sqrt(np.einsum("ii->i", moments.second[0]))
    return spread


def _vector(moments: Moments, start: Moments, spread: Floats) -> Floats:
    """The averages less those of the start, which are about the same origin, in units of the columns' sizes."""
    first = (moments.first - start.first)[0] / spread
    second = (moments.second - start.second)[0] / spread / spread[:, None]
    return np.concatenate([first, second[np.triu_indices(len(first))]])


def _moments(vector: Floats, start: Moments, spread: Floats) -> Moments:
    """The inverse."""
    d = start.dimension
    change = np.zeros((d, d))
    change[np.triu_indices(d)] = vector[d:]
    change = np.triu(change) + np.triu(change, 1).T
    first, second = start.first + vector[:d] * spread, start.second + change * spread * spread[:, None]
    return replace(start, first=first, second=second)


def _mixed(points: list[Floats], residuals: list[Floats]) -> Floats | None:
    """Where the step would vanish if it depended linearly on the point; None of a single point."""
    if len(points) < 2:
        return None
    of_points = np.diff(np.stack(points, axis=1), axis=1)
    of_residuals = np.diff(np.stack(residuals, axis=1), axis=1)
    share = np.linalg.lstsq(of_residuals, residuals[-1], rcond=1e-10)[0]
    out: Floats = points[-1] + residuals[-1] - (of_points + of_residuals) @ share
    return out


def pairwise(model: Model, gaps: Gaps, center: Center, seen: Callable[[Fit], float]) -> Maximum:
    """The fit to averages of every pair of columns over the rows that have both.

    Errors are those of as many rows as the rarest pair has. ``seen`` is the log-likelihood of the seen cells.
    Raises InvalidData where no rows have such averages.
    """
    moments = pairwise_moments(gaps, center)
    fit = model.fit(moments, center)
    if not fit.answered[0]:
        return Maximum(fit, moments, {})
    likely = np.array([seen(fit)])
    statistics: dict[str, Any] = {**fit.statistics, "pairwise_rows": moments.count}
    shown = (*fit.shown, "pairwise_rows")
    done = replace(fit, count=np.array([gaps.count]), log_likelihood=likely, statistics=statistics, shown=shown)
    return Maximum(done, moments, {})


def pairwise_moments(gaps: Gaps, center: Center = None) -> Moments:
    """The averages of a batch of one about the means of the seen cells, or about a known centre; the count is that of
    the rarest pair.

    Raises InvalidData for pairs that are never seen together, and averages that no rows have.
    """
    if gaps.apart:
        raise InvalidData(
            f"Columns {gaps.apart} never have a value in the same row, so that missing='pairwise' has no average of "
            "their product: leave one of them out."
        )
    mean, seen, together = gaps.mean(), gaps.seen, gaps.together
    y = np.where(seen, gaps.rows - mean, 0.0)
    weighed = y * gaps.times[:, None]
    covariance = (weighed.T @ y) / together
    unit = averages.unit_of(np.sqrt(np.diagonal(covariance)))
    y = y / unit
    number = np.diagonal(together)
    powers = np.stack([gaps.times @ y**3 / number, gaps.times @ y**4 / number], axis=1)
    spread = np.sqrt(np.diagonal(covariance))
    if not spread.all():
        name = gaps.columns[int(np.argmin(spread))]
        raise InvalidData(f"Column {name!r} is constant: leave it out with columns=[...].")
    smallest = float(np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0])
    if not smallest > 0.0:
        raise InvalidData(
            f"missing='pairwise' gives correlations that no rows have (smallest eigenvalue {smallest:.3g}), as every "
            "pair is averaged over other rows: ask for missing='em'."
        )
    moments = Moments(
        columns=gaps.columns,
        count=np.array([together.min()]),
        origin=mean[None],
        unit=unit,
        first=np.zeros((1, len(mean))),
        second=(covariance / unit / unit)[None],
        column_powers=powers[None],
    )
    known = fixed_center(center, moments)
    return moments if known is None else moments.about(known)
