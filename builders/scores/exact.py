"""Builder of the entries of normal scores: correlations come back, and densities have integrals of one."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row
from builders.scores.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.scores.densities import residuals_of_mixtures, residuals_of_quartics, residuals_of_students
from symcat.models.scores.matrices import residuals_of_matrices

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}"
SEED = 20261205
BOUND = 1e-7
OF_DENSITIES = {
    "scores(student)": residuals_of_students,
    "scores(hidden.gaussian)": residuals_of_mixtures,
    "scores(polynomial.quartic)": residuals_of_quartics,
}
POINTS = 40


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    rng = np.random.default_rng(seed)
    if label in OF_DENSITIES:
        return [
            check_rounding(
                label,
                "integral",
                "random laws of two scores: the integral of the density with columns that are normal already",
                level=level,
                residuals=OF_DENSITIES[label](points // 4, rng),
                bound=BOUND,
            )
        ]
    return [
        check_rounding(
            label,
            "correlations",
            "random correlations of 2 to 6 columns, read back from their exact second moments",
            level=level,
            residuals=residuals_of_matrices(label, points, rng),
            bound=BOUND,
        ),
    ]


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 20, "full": 400})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
