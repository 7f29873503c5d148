"""What the order of the rows means: whether they depend on their neighbours in time, and how many they are worth then.

A class is likely, tested and sure by as many independent rows as the scores of its fit vary like (the integrated
autocorrelation time, averaged over its parameters: the first-order correction of Rao & Scott 1981, J. Am. Stat. Assoc.
76:221). Every parameter has the error of its own scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from symcat.data.measure import Measured
from symcat.data.runs import in_runs
from symcat.errors import InvalidData
from symcat.models import long_run
from symcat.models.base import Center, Floats, Model
from symcat.models.candidates import Weighed
from symcat.models.fit import Fit
from symcat.notices import warn
from symcat.strategies.robust import Answer, Asked, Scores

Meaning = Literal["detect", "time"] | None

_MATTERS = 0.75
"""Of an independent row: where rows that were found to depend on each other are worth more, the check alone tells."""


@dataclass(frozen=True)
class Order:
    """How much of an independent row each row is worth, and how that is known."""

    share: float = 1.0
    known: Literal["declared", "found"] | None = None  # None: rows are taken as independent

    def of_all(self, model: Model, fit: Fit) -> Fit:
        """The fit of a class of series with the likelihood of all rows, not of as many as independent ones are worth
        that."""
        if model.measure != "series":
            return fit
        return replace(fit, count=fit.count / self.share, log_likelihood=fit.log_likelihood / self.share)

    def in_time(self, fit: Fit, inflation: Mapping[str, Floats]) -> Fit:
        """The fit, each of its errors that of its own scores."""
        if self.known is None or not inflation:
            return fit
        factor = {name: np.sqrt(value * self.share) for name, value in inflation.items()}
        errors = {
            name: value * factor[name] if name in factor else value for name, value in fit.standard_errors.items()
        }
        found = fit.regression
        if found is not None and found.covariance is not None:
            of_all = np.concatenate([np.ravel(factor[name]) for name in fit.parameters if name in factor])
            if len(of_all) == found.covariance.shape[1]:
                found = replace(found, covariance=found.covariance * np.outer(of_all, of_all))
        return replace(fit, standard_errors=errors, regression=found)


def order_of(
    meaning: Meaning,
    measured: Measured,
    weighed: Weighed,
    center: Center,
    seed: int,
    asked: Asked,
    known: dict[str, Any],
) -> Order:
    """What the order of the rows means for the best class.

    Declared to be that of time, it costs what the scores say. Else that is so where a test finds that rows depend on
    their neighbours, and they look like a series: less on those further on, and no column has all its equal values
    together. Of sorted and grouped files the check alone tells.
    """
    for candidate in weighed.ordered():
        if not candidate.fit.answered[0] or not np.isfinite(candidate.fit.log_likelihood[0]):
            continue
        answer = Answer(candidate.model, candidate.fit, measured, center, seed, known)
        scores = answer.scores(asked.leverage)
        inflation = scores.inflation
        if inflation:
            return _declared(inflation, measured) if meaning == "time" else _found(scores, inflation, measured)
        if meaning != "time":
            break
    if meaning == "time":
        raise InvalidData(
            f"order='time' needs {long_run.FEWEST} rows or more in their order, and a class of which it is known how "
            "far single rows move its parameters: give more rows, or leave order= out."
        )
    return Order()


def _declared(inflation: Mapping[str, Floats], measured: Measured) -> Order:
    return Order(1.0 / _average(inflation, measured), "declared")


def _found(scores: Scores, inflation: Mapping[str, Floats], measured: Measured) -> Order:
    dependence, n = scores.dependence, measured.statistics.n_rows
    if dependence is None or not dependence.found:
        return Order()
    moved, of_rows = scores.moved[dependence.parameter], scores.rows.plain[dependence.parameter]
    one = moved.reshape(len(moved), -1)[:, int(np.ravel_multi_index(dependence.index, of_rows.shape))]
    share = 1.0 / _average(inflation, measured)
    if share > _MATTERS or not long_run.fades(one, float(of_rows[dependence.index]), n) or in_runs(measured.rows()):
        return Order()
    warn(
        f"Consecutive rows depend on each other (p = {dependence.p_value:.1g}): the {n:,} rows are worth "
        f"{n * share:,.0f} independent ones, by which classes are weighed and tested; the errors are those of rows in "
        "order of time. order='time' says that it is one, order=None that it means nothing."
    )
    return Order(share, "found")


def _average(inflation: Mapping[str, Floats], measured: Measured) -> float:
    """Over the parameters; two rows at least are left."""
    every = np.concatenate([np.ravel(value) for value in inflation.values()])
    return float(min(every.mean(), max(1.0, 0.5 * measured.statistics.n_rows)))
