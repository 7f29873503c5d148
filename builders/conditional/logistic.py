"""Builder of the entry of the logistic likelihood: its maximum against known coefficients and against plain Newton."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from builders.base import Level, Row
from builders.conditional.plain_newton import newton
from builders.conditional.words import CLASS, COVERAGE, LABEL
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.replay import replay
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.search import maximum

Floats = NDArray[np.float64]

VERSION = "2"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261127
POINTS = 40
BOUND = 1e-7

_ROWS, _PREDICTORS = 500, 3


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """A population gives its coefficients back; of random rows, coefficients and errors are those of plain Newton."""
    dice = np.random.default_rng(seed)
    (population,) = replay(points, dice)
    start = LogOdds(_PREDICTORS, np.zeros(4), np.zeros((4, 4)), np.zeros(_PREDICTORS))
    coefficients, errors = [], []
    for _ in range(points):
        x = dice.normal(size=(_ROWS, _PREDICTORS))
        truth = dice.normal(scale=0.7, size=_PREDICTORS + 1)
        design = np.column_stack([np.ones(_ROWS), x])
        y = np.where(dice.random(_ROWS) * (1.0 + np.exp(-design @ truth)) < 1.0, 1.0, -1.0)
        rows = Rows(np.column_stack([x, y]), np.ones(_ROWS), everything=True)
        found = maximum(rows, start, np.ones(_PREDICTORS), ("a", "b", "c"), None).odds
        (beta,), covariance = newton(design, np.stack([y < 0.0, y > 0.0], axis=1).astype(np.float64))
        coefficients.append(float(np.abs(found.coefficients - beta).max()))
        errors.append(float(np.abs(np.sqrt(np.diagonal(found.covariance) / np.diagonal(covariance)) - 1.0).max()))
    plain = (
        f"{_ROWS} random rows of {_PREDICTORS} predictors, the search's maximum against plain Newton steps from zero"
    )
    known = "rows with both values of the target in the shares that random coefficients say"
    found_back = [population.residual] * points
    return [
        check_rounding(label, "coefficients of a population", known, level=level, residuals=found_back, bound=BOUND),
        check_rounding(label, "coefficients", plain, level=level, residuals=coefficients, bound=BOUND),
        check_rounding(label, "standard errors", plain, level=level, residuals=errors, bound=BOUND),
    ]


_CHECKED = Checked({LABEL: CLASS}, {LABEL: COVERAGE}, _checks, SEED, POINTS, {"fast": 20, "full": 200})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
