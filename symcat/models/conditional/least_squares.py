"""Ordinary least squares from the averages, for a batch: the Gaussian conditional model of one column given the others.

With precision matrix K of the joint Gaussian, ``beta = -K_xy / K_yy``; written with the covariance it is the normal
equations about the mean, solved here in correlation units, which is as stable as one pass over the data allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats, Moments

REFUSE_CONDITION = 1e12
"""Of the correlation matrix: the square of the condition number of the standardised design matrix."""


@dataclass(frozen=True)
class LeastSquares:
    """Least-squares fits of a batch of G groups with p predictors, in the units of the data."""

    intercept: Floats  # (G,)
    coefficients: Floats  # (G, p)
    intercept_error: Floats  # (G,)
    coefficient_errors: Floats  # (G, p)
    residual_variance: Floats  # (G,) maximum-likelihood: divided by n
    degrees_of_freedom: Floats  # (G,) n - p - 1
    r_squared: Floats  # (G,)
    condition: Floats  # (G,) of the predictors' correlation matrix
    weakest: Floats  # (G, p) its eigenvector of the smallest eigenvalue: the columns that nearly depend on each other


def fit(moments: Moments, target: int) -> LeastSquares:
    """Regression of column ``target`` on all others. Groups that cannot be solved hold NaN; ``condition`` tells."""
    about = moments.about(moments.mean)
    d, n, unit = moments.dimension, about.count, about.unit
    others = [j for j in range(d) if j != target]
    deviation = np.sqrt(np.einsum("gii->gi", about.second))
    with np.errstate(all="ignore"):
        correlation = about.second / (deviation[:, :, None] * deviation[:, None, :])
    inner = correlation[:, others][:, :, others]
    across = correlation[:, others, target]
    solvable = np.isfinite(correlation).all(axis=(1, 2)) & ~(n <= d)
    eigenvalues, vectors = np.linalg.eigh(np.where(solvable[:, None, None], inner, np.eye(d - 1)))
    with np.errstate(all="ignore"):
        condition = np.where(eigenvalues[:, 0] > 0.0, eigenvalues[:, -1] / eigenvalues[:, 0], np.inf)
        solvable &= condition < REFUSE_CONDITION
        inverse = np.einsum("gik,gk,gjk->gij", vectors, 1.0 / eigenvalues, vectors)
        # Cholesky for the coefficients themselves; the spectral inverse for their errors.
        beta = np.linalg.solve(np.where(solvable[:, None, None], inner, np.eye(d - 1)), across[:, :, None])[:, :, 0]
        explained = np.einsum("gi,gi->g", beta, across)
        residual = deviation[:, target] ** 2 * np.maximum(1.0 - explained, 0.0) * unit**2
        coefficients = beta * deviation[:, target, None] / deviation[:, others]
        freedom = n - d
        scale = residual * n / freedom
        centre = about.mean
        variance = np.einsum("gii->gi", inverse) / (deviation[:, others] * unit) ** 2 / n[:, None]
        lever = centre[:, others] / (deviation[:, others] * unit)
        lift = (1.0 + np.einsum("gi,gij,gj->g", lever, inverse, lever)) / n
        intercept = centre[:, target] - np.einsum("gi,gi->g", coefficients, centre[:, others])
        errors = np.sqrt(scale * lift), np.sqrt(scale[:, None] * variance)
    blank = np.where(solvable, 1.0, np.nan)
    return LeastSquares(
        intercept=intercept * blank,
        coefficients=coefficients * blank[:, None],
        intercept_error=errors[0] * blank,
        coefficient_errors=errors[1] * blank[:, None],
        residual_variance=residual * blank,
        degrees_of_freedom=freedom,
        r_squared=explained * blank,
        condition=condition,
        weakest=vectors[:, :, 0],
    )


def digits(condition: Floats) -> Floats:
    """(G,) decimal digits of the coefficients that rounding leaves, at these condition numbers."""
    return np.asarray(-np.log10(np.finfo(float).eps * np.maximum(condition, 1.0) * 4.0))
