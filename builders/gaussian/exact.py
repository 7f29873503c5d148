"""Builder of the five Gaussian entries: formulas, checked at random points by independent computations."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row, Tables
from builders.gaussian import forms
from builders.gaussian.words import CLASSES, COVERAGE
from builders.tools.checks import check_rounding, require

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261122
POINTS = 50
BOUND = 1e-9


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


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
    found = (
        ("precision", "closed form times the group average of the covariance is the identity", inverse),
        (
            "maximum likelihood",
            "slope of the log-likelihood at the raw covariance is zero in every direction the symmetry leaves free",
            stationary,
        ),
        ("log_z", "from the determinant of the precision against one variable conditioned after another", partition),
    )
    return [
        check_rounding(label, name, method, level=level, residuals=residuals, bound=BOUND)
        for name, method, residuals in found
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    require(checks)
    return {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(label, SEED + 1, level, 400 if level == "full" else 20)
