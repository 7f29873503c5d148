"""Builder of the five Gaussian entries: closed forms, checked at random points by independent computations."""

from __future__ import annotations

import math
from importlib.metadata import version

import numpy as np

from builders.gaussian import forms
from builders.quartic.ball import require
from builders.store.text import Level, Row, Tables, check
from builders.gaussian.words import CLASSES

NAME = "gaussian"
VERSION = "1"
SOURCES: tuple[str, ...] = ("gaussian.py", "gaussian_forms.py", "gaussian_text.py", "entry.py")
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261122
POINTS = 50
BOUND = 1e-9


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


def _check(label: str, name: str, method: str, level: Level, residuals: list[float]) -> Row:
    # Rounding differs between linear algebra libraries: state its power of ten.
    residual = 10.0 ** math.ceil(math.log10(max(*residuals, 1e-16)))
    return check(label, name, method, level=level, points=len(residuals), residual=residual, bound=BOUND)


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random covariances of 2 to 8 columns: the closed form, the stationarity of the likelihood, and log Z."""
    dice = np.random.default_rng(seed)
    inverse: list[float] = []
    stationary: list[float] = []
    partition: list[float] = []
    for _ in range(points):
        d = int(dice.integers(2, 9))
        sample = forms.random_covariance(dice, d)
        fitted = forms.PROJECTIONS[label](sample)  # the group average of the sample covariance
        precision = forms.PRECISIONS[label](sample)
        inverse.append(forms.gap(precision @ fitted, np.eye(d)))
        stationary.append(forms.likelihood_slope(label, precision, sample))
        partition.append(abs(forms.log_partition(precision) - forms.log_partition_by_conditioning(fitted)))
    return [
        _check(
            label, "precision", "closed form times the group average of the covariance is the identity", level, inverse
        ),
        _check(
            label,
            "maximum likelihood",
            "slope of the log-likelihood at the raw covariance is zero in every direction the symmetry leaves free",
            level,
            stationary,
        ),
        _check(
            label,
            "log_z",
            "from the determinant of the precision against one variable conditioned after another",
            level,
            partition,
        ),
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    require(checks)
    return {
        "classes": [CLASSES[label]],
        "coverage": [
            {
                "label": label,
                "statistic": "positive definite covariance",
                "lo": None,
                "hi": None,
                "below": "a singular covariance (too few rows, dependent columns) has no normalisable solution.",
                "above": "nothing.",
                "max_error": 0.0,
            }
        ],
        "checks": checks,
    }


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(label, SEED + 1, level, 400 if level == "full" else 20)
