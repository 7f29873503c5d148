"""Rows of two-valued columns with gaps: a sum over all ways to fill those of each distinct row.

The information is that of complete rows less the covariance, given the seen cells, of the sums that the class depends
on (Louis 1982, J. R. Stat. Soc. B 44:226).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.errors import InvalidData
from symcat.models import robust
from symcat.models.base import Center, Parameters
from symcat.models.fit import PRIOR_ROWS, Fit
from symcat.models.incomplete import DETERMINED, Expected, Gaps, Judged

_MOST_GAPS = 12  # of a row
_MOST_NUMBERS = 1 << 24  # of all ways to fill all distinct rows
_AT_ONCE = 1 << 22  # numbers


class SummedModel(Protocol):
    """What is asked of a class here."""

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        """(G, K) the sums of averages that it depends on."""

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) log probability of rows."""

    def even_log_density(self, fit: Fit) -> float:
        """Mean log probability over evenly spread states, of a batch of one."""

    def errors_of(self, fit: Fit) -> dict[str, Floats]:
        """Standard errors of a batch of one from its information of a row."""

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """How far groups of rows move the parameters."""

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """How far the prior moves them."""


class SummedFilling:
    """Distinct rows with all ways to fill each.

    Raises InvalidData where these are too many.
    """

    def __init__(self, model: SummedModel, gaps: Gaps) -> None:
        self.model, self.columns = model, gaps.columns
        self.mean = gaps.mean()
        rows, place = np.unique(np.where(gaps.seen, gaps.rows, 0.0), axis=0, return_inverse=True)
        self.times = np.bincount(place.reshape(-1), gaps.times)
        self.count = gaps.count
        number = (rows == 0.0).sum(axis=1)
        if number.max(initial=0) > _MOST_GAPS:
            raise InvalidData(
                f"A row lacks {number.max()} cells, and missing='em' sums over the values of {_MOST_GAPS} at most: "
                "leave such rows out, or the columns with most gaps."
            )
        ways = 1 << number
        most = _MOST_NUMBERS // rows.shape[1]
        if ways.sum() > most:
            raise InvalidData(
                f"There are {ways.sum():,} ways to fill the gaps, and missing='em' sums over {most:,} at most: "
                "leave out the rows or the columns with most gaps."
            )
        self.starts = np.concatenate([[0], np.cumsum(ways)[:-1]])
        self.row = np.repeat(np.arange(len(rows)), ways)
        self.states = rows[self.row]
        within = np.arange(len(self.row)) - self.starts[self.row]
        lacking = self.states == 0.0
        bit = np.maximum(np.cumsum(lacking, axis=1) - 1, 0)
        self.states[lacking] = (2.0 * ((within[:, None] >> bit) & 1) - 1.0)[lacking]

    @property
    def start(self) -> Moments:
        """Independent columns, with the means of the cells seen of each."""
        pair = np.outer(self.mean, self.mean)
        np.fill_diagonal(pair, 1.0)
        return self._moments(self.mean[None], pair[None])

    def expected(self, fit: Fit) -> Expected:
        """The averages of the rows filled in, and the log-likelihood of the seen cells."""
        weight, log_likelihood = self._weights(fit)
        weight = weight * (self.times / self.count)[self.row]
        pair = (self.states * weight[:, None]).T @ self.states
        np.fill_diagonal(pair, 1.0)
        of_prior = float(fit.statistics[PRIOR_ROWS][0]) * self.model.even_log_density(fit)
        moments = self._moments((weight @ self.states)[None], pair[None])
        return Expected(moments, log_likelihood, log_likelihood + of_prior)

    def judged(self, fit: Fit, moments: Moments) -> Judged:
        """Errors in the basis asked for."""
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
        log_p = self.model.log_density(parameters, float(fit.log_partition[0]), self.states)
        top = np.maximum.reduceat(log_p, self.starts)
        weight = np.exp(log_p - top[self.row])
        total = np.add.reduceat(weight, self.starts)
        return weight / total[self.row], float(self.times @ (top + np.log(total)))

    def _moments(self, mean: Floats, pair: Floats) -> Moments:
        groups, d = mean.shape
        return Moments(self.columns, np.full(groups, self.count), np.zeros((groups, d)), 1.0, mean, pair)
