"""``logistic.linear``: logistic regression by maximum likelihood.

Nothing is said of the predictors, and in return all distinct rows are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symcat.data.grouped import GroupRows
from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.states import MOST_COLUMNS
from symcat.loops import side_by_side
from symcat.models.base import Center, Masses, Options
from symcat.models.batches import blank_refused, refused_fit
from symcat.models.conditional import linearity, validity
from symcat.models.conditional.calibration import Shares, shares
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.logistic import LogisticRegression
from symcat.models.conditional.problem import Problem
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.search import Maxima, maxima, of_one
from symcat.models.conditional.values import middle_and_half, own_moments
from symcat.models.fit import FINITE_MAXIMUM, CheckResult, Fault, Fit, Moves, Observed
from symcat.models.prior import HELD

LABEL = "logistic.linear"

_NEEDS_ROWS = "its maximum of the likelihood needs all rows, not only averages"


class Logistic(LogisticRegression):
    """The logistic regression of ``target`` on all other columns that is fitted to rows."""

    needs = Needs(states=True)
    takes = frozenset({"prior", "intercept"})
    outranks = True  # what classes of averages say of the same regression is evidence beside it

    def __init__(self, schema: Schema, target: int, options: Options) -> None:
        super().__init__(LABEL, schema, target, intercept=options.intercept)
        self.prior = options.prior

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the maximum."""
        return refused_fit(self.label, moments.count, _NEEDS_ROWS)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The fits of all groups whose complete encoded rows are at hand, or of a batch of one from all its ``rows``.

        Rows of two-valued columns are counted, so that each distinct one is looked at once.
        """
        moments = observed.moments
        own = own_moments(moments, self.schema.levels)
        fault, _ = validity.faults(own, self.target, self.intercept)
        sound = fault == 0
        table = self._rows(rows, observed, sound) if sound.any() else None
        if table is None and sound.any():
            return refused_fit(self.label, moments.count, _NEEDS_ROWS)
        k = len(self.others) + int(self.intercept)
        found = _Found.nothing(moments.n_groups, k)
        origin, scale = self._coordinates(moments)
        names = [self.schema.columns[j] for j in self.others]
        refusals: dict[int, str] = {}
        maximum: Maxima | None = None

        def searched(groups: NDArray[np.intp]) -> Maxima:
            assert table is not None
            some = table.side_by_side(groups)
            problem = self._problem(some.values, some.weight, origin[groups], scale[groups])
            maximum = maxima(problem, self._beginning(problem), names, self.prior, intercept=self.intercept)
            found.put(groups, maximum, scale[groups])
            return maximum

        pieces = [] if table is None else table.pieces(np.flatnonzero(sound))
        for at, maximum in zip(pieces, side_by_side(searched, pieces), strict=True):
            refusals |= {int(at[g]): maximum.refusal(g) for g in np.flatnonzero(~maximum.ended).tolist()}
        refusals |= {int(g): self._fault(own, int(g)) for g in np.flatnonzero(~sound)}
        reasons = ("", *dict.fromkeys(refusals.values()))
        place = {text: code for code, text in enumerate(reasons)}
        reason = np.zeros(moments.n_groups, dtype=np.int32)
        for group, text in refusals.items():
            reason[group] = place[text]
        matrix = self._own_scale(origin)
        beta = (matrix @ found.beta[:, :, None])[:, :, 0]
        covariance = matrix @ found.covariance @ matrix.transpose(0, 2, 1)
        fit = Fit(
            label=self.label,
            count=moments.count,
            parameters=self.named(beta),
            standard_errors=self.named(np.sqrt(np.einsum("gkk->gk", covariance))),
            log_partition=np.zeros(moments.n_groups),
            log_likelihood=found.likelihood,
            n_parameters=k,
            statistics={},
            reason=reason,
            reasons=tuple(Fault(text) if text else "" for text in reasons),
            note="maximum of the logistic likelihood",
            regression=self.regression(moments.n_groups, covariance if moments.n_groups == 1 else None),
            checks=found.checks(reason == 0),
        )
        if moments.n_groups == 1 and maximum is not None and not refusals:
            start = LogOdds(self.target, np.zeros(k), np.zeros((k, k)), origin[0], self.intercept)
            best = of_one(maximum, start, scale[0])
            turned = matrix[0].T
            moves = Moves(lambda some: self.named(best.odds.influence(some) @ turned), self.named(best.prior @ turned))
            fit = replace(fit, moves=moves)
        return blank_refused(fit)

    def _coordinates(self, moments: Moments) -> tuple[Floats, Floats]:
        """(G, p) from where the predictors are counted in the search, and (G, k) by what each is divided."""
        real = self.schema.part(self.others).mask("real")
        about = moments.about(moments.mean if self.intercept else np.zeros(moments.dimension))
        variance = np.einsum("gii->gi", about.second)[:, self.others]
        spread = np.sqrt(np.maximum(variance, 0.0)) * moments.unit  # a constant column may be below zero by rounding
        deviation = np.where(real, spread, 1.0)
        if self.intercept:
            first = np.ones((moments.n_groups, 1))
            return np.where(real, about.mean[:, self.others], 0.0), np.concatenate([first, deviation], axis=1)
        middle, half = middle_and_half(self.levels)  # where the data's own values are zero
        return np.broadcast_to(np.where(real, 0.0, -middle / half), deviation.shape), deviation

    def _problem(self, values: Floats, weight: Floats, origin: Floats, scale: Floats) -> Problem:
        """Of groups side by side; where there is no row the design is zero."""
        groups, m, _ = values.shape
        first = int(self.intercept)
        design = np.empty((groups, scale.shape[1], m))
        if first:
            design[:, 0] = weight > 0.0
        there = None if groups == 1 else weight > 0.0
        for i, j in enumerate(self.others):
            column = (values[:, :, j] - origin[:, i, None]) / scale[:, first + i, None]
            design[:, first + i] = column if there is None else column * there
        return Problem(design, weight, weight * (values[:, :, self.target] > 0.0))

    def _beginning(self, problem: Problem) -> Floats:
        """(g, k) no slopes, and the log-odds of all rows together."""
        beginning = np.zeros(problem.design.shape[:2])
        if self.intercept:
            share = problem.up.sum(axis=1) / problem.total.sum(axis=1)
            beginning[:, 0] = np.log(share / (1.0 - share))
        return beginning

    def _own_scale(self, origin: Floats) -> Floats:
        """(G, k, k) what takes the coefficients, from ``origin`` (G, p), to those of the data's own values."""
        middle, half = middle_and_half(self.levels)
        first = int(self.intercept)
        out = np.zeros((len(origin), len(half) + first, len(half) + first))
        out[:, range(first, len(half) + first), range(first, len(half) + first)] = 1.0 / half
        if self.intercept:
            out[:, 0, 0] = 1.0
            out[:, 0, 1:] = -middle / half - origin
        return out

    def _fault(self, own: Moments, group: int) -> str:
        """What is wrong with the data of a group, in the words for a single table."""
        fault, faults = validity.faults(own.groups(slice(group, group + 1)), self.target, self.intercept)
        return faults[int(fault[0])]

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those made while the rows were at hand: finite maximum, predicted shares; and the curve."""
        if any(check.name == FINITE_MAXIMUM for check in fit.checks):
            return fit.checks  # a prior bends the curve
        return [*fit.checks, *linearity.of_regression(self, fit, observed, self.target)]

    def _rows(self, rows: Masses | None, observed: Observed, groups: NDArray[np.bool_]) -> GroupRows | None:
        """Rows with what each counts, the distinct ones where all columns are two-valued; None unless they are all."""
        counted = self.schema.only("two-valued") and len(self.schema) <= MOST_COLUMNS
        if observed.rows_of is not None:
            table = observed.rows_of(groups)
            return table.distinct() if counted and table is not None else table
        at_hand = Rows.at_hand(observed, self.schema)
        if at_hand is not None and at_hand.everything and (counted or rows is None):
            return GroupRows.of_one(at_hand.values, at_hand.weight)
        if rows is None:
            return None
        one = (GroupRows.of_one(*batch) for batch in rows)
        batches = [(some.values, some.weight) for some in ((part.distinct() for part in one) if counted else one)]
        table = GroupRows.of_one(*(np.concatenate(parts) for parts in zip(*batches, strict=True)))
        return table.distinct() if counted else table


@dataclass(frozen=True)
class _Found:
    """What the searches of all groups have found so far."""

    beta: Floats  # (G, k) from where the predictors are counted in the search, in the units of the data
    covariance: Floats  # (G, k, k) of these
    likelihood: Floats  # (G,)
    prior_rows: Floats  # (G,)
    infinite: NDArray[np.bool_]  # (G,)
    shares: Shares
    why: dict[int, tuple[Maxima, int]]  # of each group with a prior: the search, and its place there

    @classmethod
    def nothing(cls, groups: int, k: int) -> _Found:
        unknown = np.full(groups, np.nan)
        beta, covariance = np.full((groups, k), np.nan), np.full((groups, k, k), np.nan)
        none = np.zeros(groups, dtype=np.bool_)
        return cls(beta, covariance, unknown, np.zeros(groups), none, Shares.none(groups), {})

    def put(self, at: NDArray[np.intp], found: Maxima, scale: Floats) -> None:
        """The maxima of some groups, ``scale`` (g, k) being those of the search."""
        problem = found.problem
        self.beta[at] = found.beta / scale
        self.covariance[at] = found.covariance / (scale[:, :, None] * scale[:, None, :])
        log_odds = problem.log_odds(found.beta)
        self.likelihood[at] = problem.at(log_odds).likelihood
        self.prior_rows[at], self.infinite[at] = found.prior_rows, found.infinite
        self.shares.put(at, shares(log_odds, problem.total, problem.up))
        self.why.update({int(at[g]): (found, g) for g in np.flatnonzero(found.prior_rows).tolist()})

    def checks(self, answered: NDArray[np.bool_]) -> tuple[CheckResult, ...]:
        """Was the maximum finite; observed against predicted shares."""
        with_prior = (self.prior_rows > 0.0) & answered
        checks = [self._finite(with_prior)] if with_prior.any() else []
        calibrated = self.shares.check()
        return tuple(checks if calibrated is None else [*checks, calibrated])

    def _finite(self, made: NDArray[np.bool_]) -> CheckResult:
        def detail(group: int) -> str:
            rows = float(self.prior_rows[group])
            prior = (
                f"a prior worth {rows:g} row{'s' * (rows != 1.0)} was added, spread over the rows of the data, half +1 "
                "and half -1 (Clogg et al. 1991)"
            )
            found, place = self.why[group]
            said = found.why_infinite(place)
            return f"{said}, so {prior}; {HELD}" if said else prior

        return CheckResult(
            FINITE_MAXIMUM,
            self.prior_rows,
            np.full(len(made), np.nan),
            detail,
            weight="told",
            verdict=~self.infinite,
            made=None if made.all() else made,
        )
