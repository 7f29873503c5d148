"""Rows with missing cells: the maximum of the likelihood of the cells that were seen, and averages of pairs that were.

Of an exponential family the expectation step of EM (Dempster, Laird & Rubin 1977) gives averages, and a class knows its
maximum from averages already: so a class says only what it expects of the missing cells, and is fitted as ever. The
steps are accelerated by squared extrapolation (Varadhan & Roland 2008, Scand. J. Stat. 35:335, scheme S3). It is right
where whether a cell is missing depends on nothing but cells that were seen.
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
_DETERMINED = 1e-6
"""Share of the information of complete rows below which the seen cells do not tell a combination of parameters."""


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
    """The rows of one table, as a class fills their gaps."""

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
    at = filling.start
    fit = model.fit(at, center)
    if not fit.answered[0]:
        return Maximum(fit, at, {})
    found = filling.expected(fit)
    path, spread = [found.objective], _spread(found.moments)
    for _ in range(_MOST_STEPS):
        clock.check()
        after = model.fit(found.moments, center)
        if not after.answered[0]:
            return Maximum(after, found.moments, {}, tuple(path))
        then = filling.expected(after)
        path.append(then.objective)
        first, second = _step(at, found.moments, spread), _step(found.moments, then.moments, spread)
        if np.abs(second).max() < _CLOSE:
            return _judged(model, gaps, filling, after, then, center, tuple(path))
        at, fit, found = found.moments, after, then
        length = float(np.linalg.norm(first) / max(float(np.linalg.norm(second - first)), np.finfo(float).tiny))
        if length > 1.0:
            jump = _extrapolated(at, first, second, length, spread)
            there = model.fit(jump, center)
            if there.answered[0]:
                reached = filling.expected(there)
                if reached.objective >= then.objective:
                    at, fit, found = jump, there, reached
                    path.append(reached.objective)
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
    if not judged.share > _DETERMINED:
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


def _step(before: Moments, after: Moments, spread: Floats) -> Floats:
    """The change of all averages, in units of the columns' spreads."""
    first = (after.first - before.first)[0] / spread
    second = (after.second - before.second)[0] / spread / spread[:, None]
    return np.concatenate([first, second[np.triu_indices(len(first))]])


def _extrapolated(at: Moments, first: Floats, second: Floats, length: float, spread: Floats) -> Moments:
    """From the point between two steps, as far as their shrinking says."""
    d = at.dimension
    # Scheme S3 is T0 + 2 a r + a^2 v, with r the first step and v what the second adds; here from T1 = T0 + r.
    move = (2.0 * length - 1.0) * first + length**2 * (second - first)
    change = np.zeros((d, d))
    change[np.triu_indices(d)] = move[d:]
    change = np.triu(change) + np.triu(change, 1).T
    return replace(
        at,
        first=at.first + move[:d] * spread,
        second=at.second + change * spread * spread[:, None],
        column_powers=None,
    )


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
