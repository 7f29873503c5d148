"""Builder of the entries of normal scores: the density integrates to one, and correlations come back."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row, Tables
from builders.scores.words import CLASSES, COVERAGE
from builders.tools.checks import check_rounding, require
from builders.tools.no_tables import NoTables
from symcat.models.scores.replay import BOUND, residuals

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}"
SEED = 20261205
POINTS = 40
DENSITIES = 6


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "densities": DENSITIES, "seed": SEED}


def _checks(label: str, seed: int, level: Level, densities: int, points: int) -> list[Row]:
    integrals, matrices = residuals(label, densities, points, np.random.default_rng(seed), NoTables())
    return [
        check_rounding(
            label,
            "integral of the density",
            "Gauss's rule over the normal scores of a gamma and a Student column with random parameters",
            level=level,
            residuals=integrals,
            bound=BOUND,
        ),
        check_rounding(
            label,
            "correlations",
            "random correlations of 2 to 6 columns, read back from their exact second moments",
            level=level,
            residuals=matrices,
            bound=BOUND,
        ),
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", DENSITIES, POINTS)
    require(checks)
    return {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(label, SEED + 1, level, *((40, 400) if level == "full" else (4, 20)))
