"""Rows of discrete columns with gaps: a sum over all ways to fill those of each distinct row.

The information is that of complete rows less the covariance, given the seen cells, of the sums that the class depends
on (Louis 1982, J. R. Stat. Soc. B 44:226).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.errors import InvalidData
from symcat.models import robust
from symcat.models.base import Parameters
from symcat.models.fit import PRIOR_ROWS, Fit
from symcat.models.incomplete import DETERMINED, Expected, Gaps, Judged

_MOST_WAYS = 1 << 12  # of a row: twelve two-valued cells
_MOST_NUMBERS = 1 << 24  # of all ways to fill all distinct rows
_AT_ONCE = 1 << 22  # numbers


class SummedModel(Protocol):
    """What is asked of a class here: it depends on averages of ``features`` of the columns, and of their products."""

    def features(self, rows: Floats) -> Floats:
        """(m, q) of encoded rows (m, d): functions of single columns, missing where the column is."""

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        """(G, K) the sums of averages of these, and of their products, that it depends on."""

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) log probability of encoded rows."""

    def even_log_density(self, fit: Fit) -> float:
        """Mean log probability over evenly spread states, of a batch of one."""

    def told(self, fit: Fit) -> Fit:
        """The fit of a batch of one with its information of a complete row, (1, K, K)."""

    def errors_of(self, fit: Fit) -> dict[str, Floats]:
        """Standard errors of a batch of one from its information of a row."""

    def influence(self, fit: Fit, groups: Moments, whole: Moments) -> dict[str, Floats]:
        """How far groups of rows, by averages of features, move the parameters."""

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """How far the prior moves them."""


class SummedFilling:
    """Distinct rows with all ways to fill each, of columns with these encoded ``levels``.

    Raises InvalidData where the ways are too many.
    """

    def __init__(self, model: SummedModel, gaps: Gaps, levels: Sequence[Floats], names: tuple[str, ...]) -> None:
        self.model = model
        self.gaps = Gaps(names, model.features(gaps.rows), gaps.times)
        self.column_of = np.repeat(np.arange(len(levels)), [len(own) - 1 for own in levels])
        self.mean = self.gaps.mean()
        distinct, place = np.unique(np.where(gaps.seen, gaps.rows, np.inf), axis=0, return_inverse=True)
        self.times = np.bincount(place.reshape(-1), gaps.times)
        self.count = gaps.count
        lacking = np.isinf(distinct)
        sizes = np.where(lacking, [len(own) for own in levels], 1)
        ways = sizes.prod(axis=1, dtype=np.float64)
        if ways.max(initial=1.0) > _MOST_WAYS:
            raise InvalidData(
                f"A row lacks {lacking[int(ways.argmax())].sum()} cells, which can be filled in {ways.max():,.0f} "
                f"ways, and missing='em' sums over {_MOST_WAYS:,} at most (twelve two-valued cells): leave such rows "
                "out, or the columns with most gaps."
            )
        most = _MOST_NUMBERS // self.gaps.rows.shape[1]
        if ways.sum() > most:
            raise InvalidData(
                f"There are {ways.sum():,.0f} ways to fill the gaps, and missing='em' sums over {most:,} at most: "
                "leave out the rows or the columns with most gaps."
            )
        number = ways.astype(np.intp)
        self.starts = np.concatenate([[0], np.cumsum(number)[:-1]])
        self.row = np.repeat(np.arange(len(distinct)), number)
        self.rows = distinct[self.row]
        within = np.arange(len(self.row)) - self.starts[self.row]
        for j, own in enumerate(levels):
            here = lacking[self.row, j]
            self.rows[here, j] = own[within[here] % len(own)]
            within[here] //= len(own)
        self.states = model.features(self.rows)

    @property
    def start(self) -> Moments:
        """Independent columns, with the averages of the cells seen of each."""
        x = np.where(self.gaps.seen, self.gaps.rows, 0.0)
        within = (x * self.gaps.times[:, None]).T @ x / np.diagonal(self.gaps.together)
        same = self.column_of[:, None] == self.column_of
        return self._moments(self.mean[None], np.where(same, within, np.outer(self.mean, self.mean))[None])

    def expected(self, fit: Fit) -> Expected:
        """The averages of the rows filled in, and the log-likelihood of the seen cells."""
        weight, log_likelihood = self._weights(fit)
        weight = weight * (self.times / self.count)[self.row]
        pair = (self.states * weight[:, None]).T @ self.states
        of_prior = float(fit.statistics[PRIOR_ROWS][0]) * self.model.even_log_density(fit)
        moments = self._moments((weight @ self.states)[None], pair[None])
        return Expected(moments, log_likelihood, log_likelihood + of_prior)

    def judged(self, fit: Fit, moments: Moments) -> Judged:
        """By the information of complete rows less what the gaps have lost."""
        fit = self.model.told(fit)
        assert fit.information is not None
        weight, _ = self._weights(fit)
        rows = self.count + float(fit.statistics[PRIOR_ROWS][0])
        lost = np.zeros_like(fit.information[0])
        for first, last in self._pieces():
            way = slice(self.starts[first], self.starts[last] if last < len(self.starts) else None)
            states, times = self.states[way], self.times[self.row[way]]
            sums = self.model.reduce(states, states[:, :, None] * states[:, None, :])
            sums = (
                sums
                - np.add.reduceat(weight[way, None] * sums, self.starts[first:last] - self.starts[first])[
                    self.row[way] - first
                ]
            )
            lost += (sums * (times * weight[way])[:, None]).T @ sums
        complete = fit.information[0]
        seen = complete - lost / rows
        root = np.linalg.inv(np.linalg.cholesky(complete))
        share = float(np.linalg.eigvalsh(root @ seen @ root.T)[0])
        if not share > DETERMINED:
            return Judged(fit, {}, share)
        told = replace(fit, information=seen[None])
        variances: dict[str, Floats] = {}
        for first, last in self._pieces():
            groups = self._rows_filled(weight, first, last)
            for name, moved in self.model.influence(told, groups, moments).items():
                square = np.tensordot(self.times[first:last], moved**2, axes=(0, 0))
                variances[name] = variances.get(name, 0.0) + square
        found = robust.errors_of(variances, self.model.influence_besides(told, moments))
        return Judged(replace(told, standard_errors=self.model.errors_of(told)), found, share)

    def _rows_filled(self, weight: Floats, first: int, last: int) -> Moments:
        """The averages of each of some distinct rows over the ways to fill it, as a group of one row."""
        way = slice(self.starts[first], self.starts[last] if last < len(self.starts) else None)
        states, at = self.states[way], self.starts[first:last] - self.starts[first]
        mean = np.add.reduceat(weight[way, None] * states, at)
        pair = np.add.reduceat(weight[way, None, None] * states[:, :, None] * states[:, None, :], at)
        return replace(self._moments(mean, pair), count=np.ones(last - first))

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Runs of distinct rows, so many at a time as their pairs fit in memory."""
        most = max(1, _AT_ONCE // self.states.shape[1] ** 2)
        first = 0
        while first < len(self.starts):
            last = int(np.searchsorted(self.starts, self.starts[first] + most, side="right")) - 1
            last = len(self.starts) if len(self.states) - self.starts[first] <= most else max(last, first + 1)
            yield first, last
            first = last

    def _weights(self, fit: Fit) -> tuple[Floats, float]:
        """The probability of each way given what was seen, and the log-likelihood of all that was."""
        parameters = {name: value[0] for name, value in fit.parameters.items()}
        log_p = self.model.log_density(parameters, float(fit.log_partition[0]), self.rows)
        top = np.maximum.reduceat(log_p, self.starts)
        weight = np.exp(log_p - top[self.row])
        total = np.add.reduceat(weight, self.starts)
        return weight / total[self.row], float(self.times @ (top + np.log(total)))

    def _moments(self, mean: Floats, pair: Floats) -> Moments:
        groups, q = mean.shape
        return Moments(self.gaps.columns, np.full(groups, self.count), np.zeros((groups, q)), 1.0, mean, pair)
