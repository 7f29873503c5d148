"""Builder of the Gaussian entries: formulas, checked at random points by independent computations."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row
from builders.gaussian import forms
from builders.gaussian.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261122
POINTS = 50
BOUND = 1e-9


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random covariances of 2 to 8 columns: the closed form, the stationarity of the likelihood, and log Z."""
    dice = np.random.default_rng(seed)
    inverse: list[float] = []
    stationary: list[float] = []
    partition: list[float] = []
    for _ in range(points):
        d = int(dice.integers(2, 9))
        sample = forms.random_covariance(dice, d)
        projection = forms.projection(label, dice, d)
        fitted = projection(sample)  # the group average of the sample covariance
        precision = forms.precision(label, sample, fitted)
        inverse.append(forms.gap(precision @ fitted, np.eye(d)))
        stationary.append(forms.likelihood_slope(projection, precision, sample))
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


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 20, "full": 400})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
