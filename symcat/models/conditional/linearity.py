"""Is the mean of a target linear in its predictors? What is left of it must go with no other function of these.

The score test of added functions whose covariance is that of the rows' own scores, so that neither the law of the
residuals nor their spread need be as the model says (White 1980, Econometrica 48:817; Wooldridge 1991, J. Econometrics
47:5). The functions are of the ranks of a predictor, so that no single row far away decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from symcat.data.moments import Floats
from symcat.models import tails
from symcat.models.conditional.rows import Rows
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.goodness import orthonormal
from symcat.models.special import Regressing

FEWEST = 20
"""Rows beyond the coefficients from which the test is made."""

_ROWS_A_FUNCTION = 10
_MOST_FUNCTIONS = 40
_POWERS = ((2, "the square"), (3, "the cube"), (1, "the ranks"))
_LEAST_LEFT = 1e-300
_NEW = 1e-4  # of its own variance, that a function must have beyond the predictors; and all of them along a direction
_ROUNDING = 1e-10


@dataclass(frozen=True)
class _Function:
    """Its values (m,) and, in words, of what it is."""

    values: Floats
    words: str


@dataclass(frozen=True)
class Residuals:
    """What a regression leaves of rows that count ``weight`` (m,) times; under it their variance goes with ``spread``.

    ``design`` (m, k) is what the coefficients multiply, its last columns the predictors. The coefficients need not be
    those of these rows.
    """

    design: Floats
    mean: Floats  # (m,) predicted
    left: Floats  # (m,) observed less this
    spread: Floats  # (m,)
    weight: Floats  # (m,)


def of_regression(model: Regressing, fit: Fit, observed: Observed, target: int) -> list[CheckResult]:
    """The check of a fit of a batch of one whose rows, or some of them, are at hand; none of others."""
    rows = Rows.at_hand(observed, model.schema) if len(fit.count) == 1 and fit.answered[0] else None
    if rows is None or not len(rows.values):
        return []
    others = np.delete(rows.values, target, axis=1)
    mean = model.predict({name: value[0] for name, value in fit.parameters.items()}, others)
    left = Residuals(model.design(others), mean, model.observed(rows.values) - mean, model.spread(mean), rows.weight)
    found = linearity(left, [name for j, name in enumerate(model.schema.columns) if j != target])
    return [] if found is None else [found]


def linearity(rows: Residuals, names: Sequence[str]) -> CheckResult | None:
    """Whether residuals go with squares, cubes and products of the scores of the predictors, which have these names.

    What moves with the coefficients is projected out. Where products are too many for the rows, curves of the fitted
    values stand for them (Ramsey 1969, J. R. Stat. Soc. B 31:350). None of too few rows, or where nothing could be
    added, as to a single predictor of two values.
    """
    design, weight = rows.design, rows.weight
    m, k = float(weight.sum()), design.shape[1]
    most = min(int((m - k) / _ROWS_A_FUNCTION), _MOST_FUNCTIONS)
    if m < FEWEST + k or most < 1:
        return None
    root = np.sqrt(weight * rows.spread)
    basis = _basis(root[:, None] * design)
    kept, words = [], []
    for function in _functions(rows, names, most):
        values = function.values - np.average(function.values, weights=weight)
        along = root * values
        size = float(along @ along)
        for _ in range(2):  # once leaves rounding
            along = along - basis @ (basis.T @ along)
        left = float(along @ along)
        if left > _NEW * size:
            kept.append(along)
            words.append(function.words)
    if not kept:
        return None
    found = _added(np.stack(kept), basis, root, rows)
    worst = int(np.abs(found.t).argmax())
    detail = (
        f"residuals against {len(kept)} {'curves and products' if len(names) > 1 else 'curves'} of the predictors' "
        f"ranks: chi-square {found.statistic:.4g} with {found.degrees} degrees of freedom; most with {words[worst]}, "
        f"t = {found.t[worst]:.3g}"
    )
    p_value = tails.chi_square_of(found.statistic, found.degrees) if found.degrees else math.nan
    check = CheckResult.single("linearity", found.statistic, p_value, detail, rows=m)
    return replace(check, gain=np.array([found.gain]))


@dataclass(frozen=True)
class _Added:
    """Of functions together a chi-square and its degrees of freedom, of each t (K,), and nats a row they would gain."""

    statistic: float
    degrees: int
    t: Floats
    gain: float


def _added(along: Floats, basis: Floats, root: Floats, rows: Residuals) -> _Added:
    """What functions ``along`` (K, m) explain of the residuals, all times the roots of what the rows tell.

    One is regressed on the scores of the rows: of what this explains, Bartlett's form of Wilks' ratio, of which the
    share of K of m normal variables has the law of a chi-square to the second order in 1/m. The residuals are those of
    the model without the functions: tests with those that these leave reject far too often (10 % for 0.1 % at 50 rows).
    """
    m, k = float(rows.weight.sum()), basis.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):  # a row that is certain under the model tells nothing
        scaled = np.where(root > 0.0, rows.weight * rows.left / root, 0.0)
    counts = np.sqrt(rows.weight)
    scores = along * (scaled / counts)
    total, size = scores @ counts, np.sqrt((scores**2).sum(axis=1))
    t = total / np.where(size > 0.0, size, 1.0)
    scores = scores[size > 0.0] / size[size > 0.0, None]
    values, vectors = np.linalg.eigh(scores @ scores.T)
    there = values > _NEW
    degrees = int(there.sum())
    explained = float(((vectors[:, there].T @ (scores @ counts)) ** 2 / values[there]).sum())
    statistic = -(m - k - 0.5 * degrees - 1.0) * math.log(max(1.0 - explained / m, _LEAST_LEFT))
    new = _basis(along.T)
    share = float(((new.T @ scaled) ** 2).sum() / (scaled @ scaled))
    gain = -0.5 * math.log(max(1.0 - share, _LEAST_LEFT)) - 0.5 * new.shape[1] / m
    return _Added(max(statistic, 0.0), degrees, t, max(gain, 0.0))


def _functions(rows: Residuals, names: Sequence[str], most: int) -> list[_Function]:
    """At most so many: curves of single predictors, as many of each, and products if there is room for all."""
    predictors = rows.design[:, rows.design.shape[1] - len(names) :].T
    scores = [_score(column, rows.weight) for column in predictors]
    curved = [j for j, column in enumerate(predictors) if len(np.unique(column)) > 2]
    pairs = list(combinations(range(len(names)), 2))

    def curves(room: int) -> list[_Function]:
        each = min(room // len(curved), len(_POWERS)) if curved else 0
        return [_Function(scores[j] ** p, f"{said} of {names[j]!r}") for p, said in _POWERS[:each] for j in curved]

    if len(pairs) + len(curved) <= most:
        products = [_Function(scores[i] * scores[j], f"{names[i]!r} times {names[j]!r}") for i, j in pairs]
        return curves(most - len(pairs)) + products
    fitted = _score(rows.mean, rows.weight)
    of_fitted = [_Function(fitted**p, f"{said} of what is fitted") for p, said in _POWERS[: min(most, 2)]]
    return of_fitted + curves(most - len(of_fitted))


def _score(column: Floats, weight: Floats) -> Floats:
    """(m,) log-odds of the share of the rows that are below each, in units of their spread."""
    _, place = np.unique(column, return_inverse=True)
    held = np.bincount(place, weight)
    below = (np.cumsum(held) - 0.5 * held) / held.sum()
    score = np.log(below / (1.0 - below))[place]
    score = score - np.average(score, weights=weight)
    size = math.sqrt(np.average(score**2, weights=weight))
    return np.asarray(score / size if size else score)


def _basis(columns: Floats) -> Floats:
    """(m, r) an orthonormal basis of what the columns (m, k), of any units, span."""
    size = np.sqrt((columns**2).sum(axis=0))
    return orthonormal(columns / np.where(size > 0.0, size, 1.0), _ROUNDING)
