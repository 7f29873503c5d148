"""``multinomial.linear``: multinomial logistic regression by maximum likelihood.

Nothing is said of the predictors, and in return all distinct rows are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.data.states import MOST_COLUMNS, codes_of
from symcat.models.base import WEAK, Center, Entry, Facts, Masses, Options, Parameters
from symcat.models.batches import refused_fit
from symcat.models.conditional import softmax
from symcat.models.conditional.classification import Classification, calibration
from symcat.models.conditional.level_rows import Batch
from symcat.models.conditional.search import NOT_ENDED
from symcat.models.fit import FINITE_MAXIMUM, CheckResult, Fault, Fit, Moves, Observed, Regression
from symcat.models.prior import HELD

LABEL = "multinomial.linear"

_MOST_COEFFICIENTS = 600
_MOST_UNASKED = 200  # that are searched for where another class has an answer
_NEEDS_ROWS = "its maximum of the likelihood needs all rows, not only averages"


class Multinomial(Classification):
    """Log-odds of every level of the categorical column ``target`` against the first one, linear in all other columns.

    Parameters: ``intercept`` (K - 1,), unless there is to be none, and ``coefficients`` (K - 1, p).
    """

    facts = Facts("One categorical column given the others: multinomial logistic regression", "none")
    takes = frozenset({"prior", "intercept"})

    def __init__(self, schema: Schema, target: int, options: Options) -> None:
        super().__init__(LABEL, schema, target, intercept=options.intercept)
        self.prior = options.prior
        self.weighed_last = (len(self.of_target) - 1) * self.width > _MOST_UNASKED

    @property
    def width(self) -> int:
        """Coefficients of each level."""
        return len(self.others) + int(self.intercept)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The fit of a batch of one from all its rows."""
        moments = observed.moments
        batches = self.batches(rows, observed)
        if batches is None:
            return refused_fit(self.label, moments.count, _NEEDS_ROWS)
        levels, c = len(self.of_target), (len(self.of_target) - 1) * self.width
        if c > _MOST_COEFFICIENTS:
            return refused_fit(
                self.label, moments.count, f"its {c} coefficients are more than the {_MOST_COEFFICIENTS} searched for"
            )
        x, counts = self._distinct(batches())
        own = self.own(moments)
        fault = self.fault(own, counts.sum(axis=0))
        if fault:
            return refused_fit(self.label, moments.count, fault)
        origin, scale = self._coordinates(own)
        problem = softmax.Levels(self._design(x, origin, scale), counts)
        stated = None if self.prior in (None, "weak") else float(self.prior)
        found = softmax.maximum(
            problem,
            self._beginning(problem),
            ["", *own.columns] if self.intercept else own.columns,
            [repr(level) for level in self.of_target],
            stated,
            0.0 if self.prior is None else WEAK,
        )
        if not found.ended:
            return refused_fit(self.label, moments.count, Fault(self._refusal(found)))
        best = found.maximum
        back = self._own_scale(origin, scale)
        every = np.kron(np.eye(levels - 1), back)
        covariance = every @ best.covariance @ every.T
        point = problem.at(best.beta)
        turned = best.covariance @ every.T

        def moved(some: Floats) -> dict[str, Floats]:
            own_rows, place, _ = self.parts(some, np.ones(len(some)))
            there = softmax.Levels(self._design(own_rows, origin, scale), np.zeros((len(some), levels)))
            return self._named(there.scores(best.beta, place).reshape(len(some), -1) @ turned)

        return Fit(
            label=self.label,
            count=moments.count,
            parameters=self._named((every @ best.beta.ravel())[None]),
            standard_errors=self._named(np.sqrt(np.diagonal(covariance))[None]),
            log_partition=np.zeros(1),
            log_likelihood=np.array([point.likelihood]),
            n_parameters=c,
            statistics={},
            reason=np.zeros(1, dtype=np.int8),
            note="maximum of the multinomial logistic likelihood",
            regression=Regression(
                self.target, "softmax", np.array([np.inf]), intercept=self.intercept, covariance=covariance[None]
            ),
            leave_one_out=np.array([problem.left_out(best.beta, best.covariance)]),
            checks=self._checks(found, problem, point),
            moves=Moves(moved, self._named(self._of_prior(found, problem) @ turned)),
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those made while the rows were at hand: was the maximum finite; observed against predicted shares."""
        return fit.checks

    def _distinct(self, batches: Iterable[Batch]) -> tuple[Floats, Floats]:
        """(m, p) rows of the predictors, the distinct ones where all are two-valued, (m, K) counts of each level."""
        levels = len(self.of_target)
        two_valued = all(pair is not None for pair in self.levels) and len(self.levels) <= MOST_COLUMNS
        found: list[tuple[Floats, Floats]] = []
        for x, place, weight in batches:
            rows, counts = x, np.zeros((len(x), levels))
            counts[np.arange(len(x)), place] = weight
            found.append(_summed(rows, counts) if two_valued else (rows, counts))
        x, counts = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return _summed(x, counts) if two_valued else (x, counts)

    def _coordinates(self, own: Moments) -> tuple[Floats, Floats]:
        """(p,) from where the predictors are counted in the search, and (p,) by what each is divided."""
        origin = own.mean[0] if self.intercept else np.zeros(own.dimension)
        about = own.about(origin)
        return origin, np.sqrt(np.maximum(np.diagonal(about.second[0]), 0.0)) * own.unit

    def _design(self, x: Floats, origin: Floats, scale: Floats) -> Floats:
        scaled = (x - origin) / scale
        return np.column_stack([np.ones(len(x)), scaled]) if self.intercept else scaled

    def _beginning(self, problem: softmax.Levels) -> Floats:
        """(K - 1, k) no slopes, and the log-odds of all rows together."""
        beginning = np.zeros((len(self.of_target) - 1, self.width))
        if self.intercept:
            share = problem.counts.sum(axis=0)
            beginning[:, 0] = np.log(share[1:] / share[0])
        return beginning

    def _own_scale(self, origin: Floats, scale: Floats) -> Floats:
        """(k, k) what takes the coefficients of a level to those of the data's own values."""
        first = int(self.intercept)
        out = np.eye(self.width)
        out[first:, first:] = np.diag(1.0 / scale)
        if self.intercept:
            out[0, 1:] = -origin / scale
        return out

    def _named(self, values: Floats) -> dict[str, Floats]:
        """(G, c) coefficients level by level, or their errors, by name."""
        shaped = values.reshape(len(values), len(self.of_target) - 1, self.width)
        start = {"intercept": shaped[:, :, 0]} if self.intercept else {}
        return start | {"coefficients": shaped[:, :, int(self.intercept) :]}

    def _of_prior(self, found: softmax.Found, problem: softmax.Levels) -> Floats:
        """(A, c) a square root of the sum of squares of the scores of the prior's rows; (0, c) where there is none."""
        if not found.prior_rows:
            return np.empty((0, problem.coefficients))
        total, levels = problem.total, problem.counts.shape[1]
        share = found.prior_rows * total / total.sum() / levels
        square = np.zeros((problem.coefficients, problem.coefficients))
        for y in range(levels):
            score = problem.scores(found.maximum.beta, np.full(len(total), y)).reshape(len(total), -1)
            square += (score * share[:, None]).T @ score
        values, vectors = np.linalg.eigh(square)
        return np.asarray(np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T)

    def _refusal(self, found: softmax.Found) -> str:
        said = found.parted
        if not said:
            return NOT_ENDED.replace("logistic", "multinomial logistic")
        return (
            f"{said[0].upper()}{said[1:]}: the maximum of the likelihood is infinite. Ask for prior='weak' or a number "
            "of rows, or leave the columns out with columns=."
        )

    def _checks(self, found: softmax.Found, problem: softmax.Levels, point: softmax.Point) -> tuple[CheckResult, ...]:
        rows = found.prior_rows
        checks = []
        if rows:
            prior = (
                f"a prior worth {rows:g} row{'s' * (rows != 1.0)} was added, spread over the rows of the data, the "
                "levels in equal shares (Clogg et al. 1991)"
            )
            why = f"{found.parted}: the maximum of the likelihood is infinite, so " if found.parted else ""
            checks.append(
                CheckResult.single(
                    FINITE_MAXIMUM,
                    rows,
                    np.nan,
                    f"{why}{prior}{f'; {HELD}' if why else ''}",
                    weight="told",
                    verdict=not found.parted,
                )
            )
        row, place = np.nonzero(problem.counts)
        checks += calibration(point.logs[row], place, problem.counts[row, place], self.of_target)
        return tuple(checks)

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_probabilities(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, K) natural logs of the probabilities of the levels, at encoded rows (m, p) of the other columns."""
        slopes = np.asarray(parameters["coefficients"]).reshape(len(self.of_target) - 1, -1)
        start = np.asarray(parameters.get("intercept", np.zeros(len(slopes))))
        return softmax.log_shares(self.design(x), np.column_stack([start, slopes]) if self.intercept else slopes)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """An intercept, or a coefficient for every predictor, of each level but the first."""
        levels = list(enumerate(map(str, self.of_target[1:])))
        if name == "intercept":
            return [((a,), level) for a, level in levels]
        columns = [(i, self.schema.columns[j]) for i, j in enumerate(self.others)]
        return [((a, i), f"{level}, {column}") for a, level in levels for i, column in columns]

    def formula(self, parameters: Parameters) -> str:
        """F in one line."""
        return f"-({self.combination}) of the level, 0 of {self.of_target[0]!r}"


def _summed(x: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """The distinct ones of rows of two values each, and their counts added up."""
    codes = codes_of(np.where(x == x.max(axis=0, initial=-np.inf), 1.0, -1.0))
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    total = np.zeros((len(first), counts.shape[1]))
    np.add.at(total, place, counts)
    return x[first], total
