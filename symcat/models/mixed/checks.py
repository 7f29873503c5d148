"""Is what the discrete columns leave of the real ones Gaussian, of one covariance, and are the means additive in them?

From the sampled rows; the tests are those of multivariate analysis of variance (Anderson 2003, An Introduction to
Multivariate Statistical Analysis, chapters 8 and 10).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.fit import CheckResult, Observed
from symcat.models.gaussian.gaussian import Gaussian
from symcat.models.mixed.contrasts import Contrasts, digits_of
from symcat.models.mixed.rao import rao
from symcat.models.tails import chi_square_of, smallest_of

_LEAST_FREEDOM = 10
"""Rows of each level of a column, beyond the number of real columns, for their covariance to be tested."""

_MOST_PRODUCTS = 256  # of the contrasts of two columns
_VARYING = 1e-9


def run(
    discrete: Floats, residuals: Floats, precision: Floats, contrasts: Contrasts, real_names: Sequence[str]
) -> list[CheckResult]:
    """Checks of the sampled discrete columns (m, p), encoded, and residuals (m, k), with the precision (k, k)."""
    found = [replace(check, name=f"residual {check.name}") for check in _gaussian(residuals, precision, real_names)]
    equal = equal_covariance(discrete, residuals, contrasts.schema)
    added = linearity(discrete, residuals, contrasts)
    every = found + [check for check in (equal, added) if check is not None]
    return [replace(check, rows=len(residuals)) for check in every]


def _gaussian(residuals: Floats, precision: Floats, names: Sequence[str]) -> Sequence[CheckResult]:
    """Those of the Gaussian class: skewness and kurtosis of single columns and of all jointly."""
    m, k = residuals.shape
    model = Gaussian("gaussian.full", Schema.real(names))
    scale = 1.0 / np.sqrt(np.diagonal(precision))
    y = residuals / scale
    centred = y - y.mean(axis=0)
    powers = [(centred**power).mean(axis=0) for power in range(3, model.check_needs.power + 1)]
    moments = Moments(
        columns=tuple(names),
        count=np.array([float(m)]),
        origin=np.zeros((1, k)),
        unit=1.0,
        first=np.zeros((1, k)),
        second=(centred.T @ centred / m)[None],
        column_powers=np.stack(powers, axis=-1)[None],
    )
    fitted = {"mean": np.zeros((1, k)), "precision": (precision * np.outer(scale, scale))[None]}
    return model.checks(replace(model.fit(moments), parameters=fitted), Observed(moments, y))


def equal_covariance(discrete: Floats, residuals: Floats, schema: Schema) -> CheckResult | None:
    """Box's M for the levels of each column (Box 1949, with his correction to the chi-square); the worst decides.

    The p-value is that of the smallest of independent ones (Sidak 1967). Levels with few rows are left out. None where
    no column has two with enough.
    """
    k = residuals.shape[1]
    worst: tuple[float, float, int, str] | None = None
    tests = 0
    digits = digits_of(schema, discrete)
    for column, name in enumerate(schema.columns):
        sizes = np.bincount(digits[:, column], minlength=schema.sizes[column])
        levels = np.flatnonzero(sizes >= k + _LEAST_FREEDOM)
        if len(levels) < 2:
            continue
        tests += 1
        freedom = sizes[levels] - 1.0
        each = [np.atleast_2d(np.cov(residuals[digits[:, column] == level], rowvar=False)) for level in levels]
        logs = np.array([np.linalg.slogdet(matrix)[1] for matrix in each])
        pooled = np.tensordot(freedom / freedom.sum(), np.stack(each), axes=1)
        m = freedom.sum() * np.linalg.slogdet(pooled)[1] - freedom @ logs
        apart = len(levels) - 1
        shrink = (1.0 / freedom).sum() - 1.0 / freedom.sum()
        shrink *= (2.0 * k * k + 3.0 * k - 1.0) / (6.0 * (k + 1.0) * apart)
        statistic, degrees = float((1.0 - shrink) * m), k * (k + 1) // 2 * apart
        p_value = chi_square_of(statistic, degrees)
        if worst is None or p_value < worst[0]:
            worst = p_value, statistic, degrees, _spreads(name, schema, column, levels.tolist(), logs / k)
    if worst is None:
        return None
    detail = f"Box's M, chi-square with {worst[2]} degrees of freedom: {worst[3]}; the worst of {tests}"
    return CheckResult.single("equal covariance", worst[1], float(smallest_of(worst[0], tests)), detail)


def _spreads(name: str, schema: Schema, column: int, levels: Sequence[int], logs: Floats) -> str:
    """In words: the widest level against the narrowest; of two, the second against the first."""
    if len(schema.levels_of[name]) == 2:
        return f"where {name!r} is +1 the spread is {_ratio(logs[1] - logs[0])} times that where it is -1, {_MEAN}"
    wide, narrow = int(logs.argmax()), int(logs.argmin())
    said = schema.levels_of[name]
    ratio = _ratio(logs[wide] - logs[narrow])
    return (
        f"where {name!r} is {said[levels[wide]]!r} the spread is {ratio} times that where it is "
        f"{said[levels[narrow]]!r}, {_MEAN}"
    )


_MEAN = "in geometric mean"


def _ratio(log_of_variances: float) -> str:
    return f"{math.exp(0.5 * log_of_variances):.3g}"


def linearity(discrete: Floats, residuals: Floats, contrasts: Contrasts) -> CheckResult | None:
    """Whether two of the columns together add to the means of the real ones more than the two do by themselves.

    Wilks' ratio of the products of the contrasts of each two columns, with Rao's F, which of two-valued ones is
    Hotelling's T^2; the worst decides. None for one column, where nothing can be added, or if no product varies beyond
    the columns themselves.
    """
    m, k = residuals.shape
    values = contrasts.of(discrete)
    design = np.column_stack([np.ones(m), values])
    basis = _orthonormal(design)
    residuals = residuals - basis @ (basis.T @ residuals)
    total = residuals.T @ residuals
    root = np.linalg.inv(np.linalg.cholesky(total)).T if np.linalg.matrix_rank(total) == k else None
    tests: list[tuple[float, float, str]] = []
    for i, j in combinations(range(len(contrasts.at)), 2):
        first, second = values[:, contrasts.at[i]], values[:, contrasts.at[j]]
        number = first.shape[1] * second.shape[1]
        if root is None or number > _MOST_PRODUCTS:
            continue
        products = (first[:, :, None] * second[:, None, :]).reshape(m, number)
        products = _orthonormal(products - basis @ (basis.T @ products), m)
        h = products.shape[1]
        freedom = m - basis.shape[1] - h
        if not h or freedom - (k - 1) < 1:
            continue
        explained = products.T @ residuals @ root
        left = np.linalg.eigvalsh(np.eye(k) - explained.T @ explained)
        log_wilks = float(np.log(np.clip(left, 0.0, None)).sum()) if (left > 0.0).all() else -math.inf
        statistic, degrees, p_value = rao(log_wilks, k, h, float(freedom + h))
        names = contrasts.schema.columns
        words = f"F({degrees[0]:.0f}, {degrees[1]:.5g}) of {names[i]!r} times {names[j]!r}"
        tests.append((p_value, statistic, words))
    if not tests:
        return None
    p_value, statistic, words = min(tests, key=lambda test: (test[0], -test[1]))
    detail = f"{words}, the worst of {len(tests)} products"
    return CheckResult.single("linearity", statistic, float(smallest_of(p_value, len(tests))), detail)


def not_told_apart(told: int, contrasts: Contrasts) -> CheckResult:
    """That discrete columns follow from each other: nothing against the class, but a reader of effects must know."""
    names = ", ".join(map(repr, contrasts.schema.columns))
    detail = (
        f"the levels of {names} follow from each other in part ({told} of {contrasts.number} contrasts are told): only "
        "sums of such effects are known, and the smallest are given"
    )
    return CheckResult.single("effects told apart", math.nan, math.nan, detail, weight="told", verdict=False)


def _orthonormal(columns: Floats, rows: int | None = None) -> Floats:
    """(m, r) an orthonormal basis of what the columns (m, q) span; of those that vary by more than rounding."""
    values, vectors = np.linalg.eigh(columns.T @ columns)
    least = _VARYING * (values[-1] if rows is None else float(rows)) if len(values) else 0.0
    kept = values > least
    out: Floats = columns @ (vectors[:, kept] / np.sqrt(values[kept]))
    return out
