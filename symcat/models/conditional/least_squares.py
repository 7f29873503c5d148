"""Ordinary least squares of one column on the others, for a batch: from averages, or from all rows of every group.

From averages by the normal equations about the mean, in correlation units, as stable as one pass over the data allows:
their condition number is the square of the design's. From rows by an orthogonal factorisation, which needs no square.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments

REFUSE_CONDITION = 1e12
"""Of the correlation matrix: the square of the condition number of the standardised design matrix."""

_FEWEST_DIGITS = 2.0  # of coefficients from rows, below which there is no answer
_ROUNDING = 4.0 * np.finfo(float).eps


@dataclass(frozen=True)
class LeastSquares:
    """Least-squares fits of a batch of G groups, in the units of the data: k coefficients, the intercept first if any.

    A fit is ``perfect`` where no residual can be told from rounding. ``residual_variance`` is then that of rounding, so
    that errors are those of rounding too.
    """

    coefficients: Floats  # (G, k)
    covariance: Floats  # (G, k, k) of the coefficients, from the unbiased variance of the residuals
    residual_variance: Floats  # (G,) maximum-likelihood: divided by n
    degrees_of_freedom: Floats  # (G,) n - k
    r_squared: Floats  # (G,) about the mean, or about zero without an intercept
    perfect: NDArray[np.bool_]  # (G,)
    condition: Floats  # (G,) of the predictors' correlation matrix, or that of their products about zero
    weakest: Floats  # (G, p) its eigenvector of the smallest eigenvalue: the columns that nearly depend on each other
    digits: Floats  # (G,) that rounding leaves of the largest standardised coefficient
    digits_of_variance: Floats  # (G,) that it leaves of the residual variance; infinite where this is zero

    @property
    def errors(self) -> Floats:
        """(G, k) of the coefficients."""
        out: Floats = np.sqrt(np.einsum("gii->gi", self.covariance))
        return out

    def put(self, groups: NDArray[np.intp], other: LeastSquares) -> None:
        """Those of some groups, in the place of what they were."""
        for f in fields(self):
            getattr(self, f.name)[groups] = getattr(other, f.name)


def fit(moments: Moments, target: int, *, intercept: bool = True) -> LeastSquares:
    """Regression of column ``target`` on all others. Groups that cannot be solved hold NaN; ``condition`` tells."""
    about = moments.about(moments.mean if intercept else np.zeros_like(moments.origin))
    d, n, unit = moments.dimension, about.count, about.unit
    others = [j for j in range(d) if j != target]
    deviation = np.sqrt(np.einsum("gii->gi", about.second))
    with np.errstate(all="ignore"):
        correlation = about.second / (deviation[:, :, None] * deviation[:, None, :])
    inner = correlation[:, others][:, :, others]
    across = correlation[:, others, target]
    freedom = n - d + (not intercept)
    solvable = np.isfinite(correlation).all(axis=(1, 2)) & ~(freedom <= 0)
    eigenvalues, vectors = np.linalg.eigh(np.where(solvable[:, None, None], inner, np.eye(d - 1)))
    with np.errstate(all="ignore"):
        condition = np.where(eigenvalues[:, 0] > 0.0, eigenvalues[:, -1] / eigenvalues[:, 0], np.inf)
        solvable &= condition < REFUSE_CONDITION
        inverse = np.einsum("gik,gk,gjk->gij", vectors, 1.0 / eigenvalues, vectors)
        # Cholesky for the coefficients themselves; the spectral inverse for their errors.
        beta = np.linalg.solve(np.where(solvable[:, None, None], inner, np.eye(d - 1)), across[:, :, None])[:, :, 0]
        explained = np.einsum("gi,gi->g", beta, across)
        perfect = 1.0 - explained < _ROUNDING * d
        left = np.where(perfect, _ROUNDING * d, 1.0 - explained)
        residual = deviation[:, target] ** 2 * left * unit**2
        slopes = beta * deviation[:, target, None] / deviation[:, others]
        lengths = deviation[:, others] * unit
        spread = inverse / (lengths[:, :, None] * lengths[:, None, :] * n[:, None, None])
        centre = about.mean[:, others] if intercept else None
        level = about.mean[:, target] - np.einsum("gi,gi->g", slopes, about.mean[:, others])
        scale = (residual * n / freedom)[:, None, None]
        digits = -np.log10(_ROUNDING * np.maximum(condition, 1.0))
        covariance = _with_intercept(spread, centre, n) * scale
        of_variance = np.where(perfect, 0.0, 15.0 + np.log10(left))
    blank = np.where(solvable, 1.0, np.nan)
    return LeastSquares(
        coefficients=_with_level(level, slopes, intercept) * blank[:, None],
        covariance=covariance * blank[:, None, None],
        residual_variance=residual * blank,
        degrees_of_freedom=freedom,
        r_squared=np.where(perfect, 1.0, explained) * blank,
        perfect=perfect & solvable,
        condition=condition,
        weakest=vectors[:, :, 0],
        digits=digits,
        digits_of_variance=of_variance,
    )


def of_rows(rows: Floats, weight: Floats, target: int, *, intercept: bool = True) -> LeastSquares:
    """Likewise of all rows (G, m, d) of G groups, by the singular values of their designs (Golub 1965).

    ``weight`` (G, m) is what each row counts; rows that count nothing fill up groups of fewer rows than others.
    """
    groups, _, d = rows.shape
    short = d - rows.shape[1]
    if short > 0:  # as many singular values as predictors
        rows = np.concatenate([rows, np.zeros((groups, short, d))], axis=1)
        weight = np.concatenate([weight, np.zeros((groups, short))], axis=1)
    n, there = weight.sum(axis=1), (weight > 0.0)[:, :, None]
    origin = np.einsum("gm,gmi->gi", weight, rows) / n[:, None] if intercept else np.zeros((groups, d))
    about = (rows - origin[:, None]) * there
    x, y = np.delete(rows, target, axis=2), rows[:, :, target]
    centre, level = np.delete(origin, target, axis=1), origin[:, target]
    design, aim = np.delete(about, target, axis=2), about[:, :, target]
    root = np.sqrt(weight / n[:, None])
    with np.errstate(all="ignore"):
        length = np.sqrt(np.einsum("gm,gmi->gi", weight, design**2) / n[:, None])
        weighed = design / length[:, None] * root[:, :, None]
        usable = np.isfinite(weighed).all(axis=(1, 2))
        u, singular, v = np.linalg.svd(np.where(usable[:, None, None], weighed, 0.0), full_matrices=False)
        along = np.einsum("gmk,gm->gk", u, aim * root) / singular
        slopes = np.einsum("gki,gk->gi", v, along) / length
        residual = aim - np.einsum("gmi,gi->gm", design, slopes)
        # What rounding of the rows themselves, and of the sum, leaves.
        size = (np.abs(y) + np.einsum("gmi,gi->gm", np.abs(x), np.abs(slopes))) * there[:, :, 0]
        rounding = _ROUNDING * size.max(axis=1)
        found, whole = ((root * values) ** 2 for values in (residual, aim))
        found, whole = found.sum(axis=1), whole.sum(axis=1)
        perfect = found <= rounding**2
        variance = np.where(perfect, rounding**2, found)
        condition = (singular[:, 0] / singular[:, -1]) ** 2
        stretch = np.sqrt(condition) + condition * np.sqrt(found / np.maximum(whole - found, 1e-300))
        digits = -np.log10(_ROUNDING * np.where(perfect, np.sqrt(condition), stretch))
        freedom = n - d + (not intercept)
        inverse = v.transpose(0, 2, 1) / singular[:, None, :] / length[:, :, None]
        spread = inverse @ inverse.transpose(0, 2, 1) / n[:, None, None]
        solvable = usable & np.isfinite(slopes).all(axis=1) & (digits >= _FEWEST_DIGITS) & (freedom > 0.0)
        blank = np.where(solvable, 1.0, np.nan)
        covariance = _with_intercept(spread, centre if intercept else None, n)
        return LeastSquares(
            coefficients=_with_level(level - np.einsum("gi,gi->g", centre, slopes), slopes, intercept) * blank[:, None],
            covariance=covariance * (variance * n / freedom * blank)[:, None, None],
            residual_variance=variance * blank,
            degrees_of_freedom=freedom,
            r_squared=np.where(perfect, 1.0, 1.0 - found / whole) * blank,
            perfect=perfect & solvable,
            condition=condition,
            weakest=v[:, -1],
            digits=digits,
            digits_of_variance=np.where(perfect, np.inf, np.log10(np.sqrt(variance) / rounding)),
        )


def _with_level(level: Floats, slopes: Floats, intercept: bool) -> Floats:
    """(G, k) coefficients, the intercept first if there is one."""
    return np.concatenate([level[:, None], slopes], axis=1) if intercept else slopes


def _with_intercept(spread: Floats, centre: Floats | None, n: Floats) -> Floats:
    """(G, k, k) covariance for a residual variance of one: of slopes (G, p, p), and of the value where they start.

    ``centre`` (G, p) are the means of the predictors, None without an intercept.
    """
    if centre is None:
        return spread
    lever = np.einsum("gij,gj->gi", spread, centre)
    out = np.empty((len(spread), spread.shape[1] + 1, spread.shape[1] + 1))
    out[:, 0, 0] = 1.0 / n + np.einsum("gi,gi->g", centre, lever)
    out[:, 0, 1:] = out[:, 1:, 0] = -lever
    out[:, 1:, 1:] = spread
    return out
