"""What a regression answers beside its coefficients: intervals of predictions, residuals, leverages, hypotheses.

Written once for every link: the class says how the mean follows from the linear combination, and how it spreads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from symcat.answer.records import Floats, HypothesisTest, RegressionSummary
from symcat.answer.significance import critical
from symcat.errors import InvalidData, SymcatError
from symcat.models.base import INTERCEPT, Model, Parameters
from symcat.models.special import Regressing

Hypothesis = str | Sequence[str] | Mapping[str, float] | Floats
"""Coefficients by name, each of them zero; one combination by weights; or rows of weights (q, k)."""


def covariance(summary: RegressionSummary) -> Floats:
    """(k, k) of the coefficients. Raises SymcatError where it is not known."""
    if summary.covariance is None:
        raise SymcatError("No standard errors are known: give lookup the number of rows, n=.")
    return np.atleast_2d(summary.covariance)


def intervals(
    model: Model, summary: RegressionSummary, parameters: Parameters, x: Floats, level: float
) -> dict[str, Floats]:
    """The mean at encoded rows of the predictors with its interval, and where there are residuals that of one
    observation."""
    regression = cast(Regressing, model)
    width = critical(level, summary.student_degrees)
    design = regression.design(x)
    along = design @ _joined(parameters)
    variance = np.einsum("mi,ij,mj->m", design, covariance(summary), design)
    reach = width * np.sqrt(variance)
    found = {
        "mean": model.predict(parameters, x),
        "lower": regression.response(along - reach),
        "upper": regression.response(along + reach),
    }
    if summary.residual_standard_deviation is not None:
        reach = width * np.sqrt(variance + summary.residual_standard_deviation**2)
        found |= {"observation_lower": along - reach, "observation_upper": along + reach}
    return found


def leverage(model: Model, summary: RegressionSummary, parameters: Parameters, x: Floats) -> Floats:
    """(m,) by how much each of these rows, of those fitted, draws its own prediction: they add up to k."""
    regression = cast(Regressing, model)
    design = regression.design(x)
    weight = regression.spread(model.predict(parameters, x))
    found: Floats = weight * np.einsum("mi,ij,mj->m", design, covariance(summary), design)
    deviation = summary.residual_standard_deviation
    if deviation is None:
        return found
    if deviation == 0.0:
        raise SymcatError("The fit is perfect, so its errors do not tell the leverages.")
    return found / deviation**2


def residuals(model: Model, parameters: Parameters, x: Floats, others: Sequence[int]) -> Floats:
    """(m,) the target less its mean, at encoded rows of all columns."""
    return cast(Regressing, model).observed(x) - model.predict(parameters, x[:, list(others)])


def wald(summary: RegressionSummary, parameters: Parameters, hypothesis: Hypothesis, value: Any) -> HypothesisTest:
    """Whether combinations of the coefficients have these values: F with residuals, chi-square without."""
    spread = covariance(summary)
    names = (*[INTERCEPT] * summary.intercept, *summary.predictors)
    rows = _combinations(hypothesis, names)
    try:
        off = rows @ _joined(parameters) - np.broadcast_to(np.asarray(value, dtype=np.float64), (len(rows),))
    except (TypeError, ValueError) as error:
        raise InvalidData(f"value={value!r} is not one number, or one for each of {len(rows)} combinations.") from error
    if not np.isfinite(off).all():
        raise InvalidData(f"value={value!r} is not finite, or too large.")
    with np.errstate(over="ignore", invalid="ignore"):
        inner = rows @ spread @ rows.T
    if not np.isfinite(inner).all():
        raise InvalidData("The combinations leave double precision: choose smaller factors.")
    scale = 1.0 / np.sqrt(np.diagonal(inner))
    if not (np.linalg.eigvalsh(inner * np.outer(scale, scale)) > 1e-12).all():
        raise InvalidData("The combinations depend on each other: leave out those that follow from the others.")
    statistic = float((off * scale) @ np.linalg.solve(inner * np.outer(scale, scale), off * scale))
    from scipy.special import chdtrc, fdtrc

    q = len(rows)
    if summary.residual_standard_deviation is None:
        p_value = float(chdtrc(q, statistic))
        return HypothesisTest(statistic=statistic, law="chi-square", degrees_of_freedom=(q,), p_value=p_value)
    freedom, f = summary.degrees_of_freedom, statistic / q
    return HypothesisTest(statistic=f, law="F", degrees_of_freedom=(q, freedom), p_value=float(fdtrc(q, freedom, f)))


def _joined(parameters: Parameters) -> Floats:
    """(k,) the coefficients in one, as their covariance has them."""
    names = sorted(parameters, key=lambda name: name != INTERCEPT)
    return np.concatenate([np.atleast_1d(np.asarray(parameters[name], dtype=np.float64)) for name in names])


def _combinations(hypothesis: Any, names: Sequence[str]) -> Floats:
    """(q, k) weights. Raises InvalidData for a name that is none of a coefficient, or another number of weights."""
    if isinstance(hypothesis, str):
        hypothesis = [hypothesis]
    try:
        if isinstance(hypothesis, Mapping):
            weights: Mapping[Any, Any] = hypothesis
            rows = np.zeros((1, len(names)))
            for name, weight in weights.items():
                rows[0, _place(name, names)] = weight
        elif len(hypothesis) and all(isinstance(name, str) for name in hypothesis):
            rows = np.eye(len(names))[[_place(name, names) for name in hypothesis]]
        else:
            rows = np.atleast_2d(np.asarray(hypothesis, dtype=np.float64))
    except SymcatError:
        raise
    except (TypeError, ValueError):
        rows = np.empty((0, 0))  # no numbers
    if rows.shape[1:] != (len(names),) or not np.isfinite(rows).all() or not rows.any(axis=1).all():
        raise InvalidData(
            f"The hypothesis {hypothesis!r} is no combination of {', '.join(names)}: name some of them, or give a "
            f"weight for each of the {len(names)}, not all zero."
        )
    return rows


def _place(name: Any, names: Sequence[str]) -> int:
    if name not in names:
        raise InvalidData(f"There is no coefficient {name!r}; there are: {', '.join(names)}.")
    return list(names).index(name)
