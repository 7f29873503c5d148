"""Builder of the entries of a categorical target: maxima against plain Newton, rows left out against fits without."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from builders.base import Level, Row, Tables
from builders.conditional.words_of_levels import CLASSES, COVERAGE, LINEAR, MULTINOMIAL
from builders.tools.checks import check_rounding, require
from symcat.models.conditional import softmax
from symcat.models.conditional.left_out import SHRINKAGES
from symcat.models.conditional.replay_levels import coefficients, left_out

Floats = NDArray[np.float64]

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261128
POINTS = 20
BOUND = 1e-7

_ROWS, _LEVELS, _STEPS = 400, 3, 50


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


def _newton(design: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Coefficients (K - 1, k) and their covariance, by Newton's steps on the log-likelihood (Theil 1969)."""
    k, levels = design.shape[1], seen.shape[1]
    beta: Floats = np.zeros((levels - 1, k))
    for _ in range(_STEPS):
        p = np.exp(np.column_stack([np.zeros(len(design)), design @ beta.T]))
        p /= p.sum(axis=1, keepdims=True)
        information = np.zeros((beta.size, beta.size))
        for row, x in zip(p[:, 1:], design, strict=True):
            information += np.kron(np.diag(row) - np.outer(row, row), np.outer(x, x))
        step = np.linalg.solve(information, ((seen - p)[:, 1:].T @ design).ravel())
        beta = beta + step.reshape(beta.shape)
    return beta, np.asarray(np.linalg.inv(information), dtype=np.float64)


def _of_maxima(seed: int, level: Level, points: int) -> list[Row]:
    """A population gives its coefficients back; of random rows, coefficients and errors are those of plain Newton."""
    dice = np.random.default_rng(seed)
    (population,) = coefficients(points, dice)
    values, errors = [], []
    for _ in range(points // 4):
        design = np.column_stack([np.ones(_ROWS), dice.normal(size=(_ROWS, 3))])
        truth = dice.normal(scale=0.7, size=(_LEVELS - 1, 4))
        p = np.exp(softmax.log_shares(design, truth))
        place = np.minimum((dice.random((_ROWS, 1)) > p.cumsum(axis=1)).sum(axis=1), _LEVELS - 1)
        seen = (place[:, None] == np.arange(_LEVELS)).astype(np.float64)
        found = softmax.newton(softmax.Levels(design, seen), np.zeros_like(truth), softmax.MOST_STEPS)
        beta, covariance = _newton(design, seen)
        values.append(float(np.abs(found.beta - beta).max()))
        errors.append(float(np.abs(np.sqrt(np.diagonal(found.covariance) / np.diagonal(covariance)) - 1.0).max()))
    known = "rows with all levels of the target in the shares that random coefficients say"
    plain = f"{_ROWS} random rows of 3 predictors, the search's maximum against plain Newton steps from zero"
    back = [population.residual] * points
    return [
        check_rounding(MULTINOMIAL, "coefficients of a population", known, level=level, residuals=back, bound=BOUND),
        check_rounding(MULTINOMIAL, "coefficients", plain, level=level, residuals=values, bound=BOUND),
        check_rounding(MULTINOMIAL, "standard errors", plain, level=level, residuals=errors, bound=BOUND),
    ]


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    if label == MULTINOMIAL:
        return _of_maxima(seed, level, points)
    shrinkages = np.ones(1) if label == LINEAR else SHRINKAGES
    (found,) = left_out(points, np.random.default_rng(seed), shrinkages)
    how = "41 random rows of three levels in three columns, the closed formula against a fit without the row"
    residuals = [found.residual] * points
    return [check_rounding(label, "densities of rows left out", how, level=level, residuals=residuals, bound=BOUND)]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    require(checks)
    return {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(label, SEED + 1, level, 100 if level == "full" else 8)
