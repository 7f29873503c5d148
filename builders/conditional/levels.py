"""Builder of the entries of a categorical target: maxima against plain Newton, rows left out against fits without."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from builders.base import Level, Row
from builders.conditional.plain_newton import newton
from builders.conditional.words_of_levels import CLASSES, COVERAGE, LINEAR, MULTINOMIAL
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.conditional import softmax
from symcat.models.conditional.left_out import SHRINKAGES
from symcat.models.conditional.replay_levels import coefficients, left_out

Floats = NDArray[np.float64]

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261128
POINTS = 20
BOUND = 1e-7

_ROWS, _LEVELS = 400, 3


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
        beta, covariance = newton(design, seen)
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


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 8, "full": 100})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
