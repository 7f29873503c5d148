"""Builder of the entry of the logistic likelihood: its maximum against known coefficients and against plain Newton."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from builders.base import Level, Row, Tables
from builders.conditional.words import CLASS, COVERAGE, LABEL
from builders.tools.checks import check_rounding, require
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

_ROWS, _PREDICTORS, _STEPS = 500, 3, 50


def labels() -> list[str]:
    return [LABEL]


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


def _newton(design: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Coefficients (p + 1,) and their covariance, by Newton's steps on the log-likelihood (Cox 1958)."""
    beta: Floats = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        information = (design * (p * (1.0 - p))[:, None]).T @ design
        beta = beta + np.linalg.solve(information, design.T @ (0.5 * (1.0 + y) - p))
    return beta, np.asarray(np.linalg.inv(information), dtype=np.float64)


def _checks(seed: int, level: Level, points: int) -> list[Row]:
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
        beta, covariance = _newton(design, y)
        coefficients.append(float(np.abs(found.coefficients - beta).max()))
        errors.append(float(np.abs(np.sqrt(np.diagonal(found.covariance) / np.diagonal(covariance)) - 1.0).max()))
    plain = (
        f"{_ROWS} random rows of {_PREDICTORS} predictors, the search's maximum against plain Newton steps from zero"
    )
    known = "rows with both values of the target in the shares that random coefficients say"
    found_back = [population.residual] * points
    return [
        check_rounding(LABEL, "coefficients of a population", known, level=level, residuals=found_back, bound=BOUND),
        check_rounding(LABEL, "coefficients", plain, level=level, residuals=coefficients, bound=BOUND),
        check_rounding(LABEL, "standard errors", plain, level=level, residuals=errors, bound=BOUND),
    ]


def build(label: str) -> Tables:
    checks = _checks(SEED, "fast", POINTS)
    require(checks)
    return {"classes": [CLASS], "coverage": [COVERAGE], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(SEED + 1, level, 200 if level == "full" else 20)
