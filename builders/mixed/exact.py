"""Builder of the entries for tables of two-valued and continuous columns, checked over all states."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row, Tables
from builders.mixed.words import CLASSES, COVERAGE
from builders.tools.checks import check_rounding, require
from builders.tools.no_tables import NoTables
from symcat.models.base import Options
from symcat.models.mixed.conditional_gaussian import ConditionalGaussian
from symcat.models.mixed.replay import errors, random_parameters, schema

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261122
POINTS = 40
BOUND = 1e-8


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random parameters -> averages over all states -> the class's answer: the same parameters and log Z."""
    dice = np.random.default_rng(seed)
    worst: dict[str, list[float]] = {}
    for _ in range(points):
        p, k = int(dice.integers(2, 6)), int(dice.integers(1, 4))
        truth = random_parameters(p, k, label == ConditionalGaussian.label, dice)
        model = ConditionalGaussian(schema(p, k), Options(), NoTables())
        for name, error in errors(model, truth).items():
            worst.setdefault(name, []).append(error)
    method = "random parameters of 2 to 5 spins and 1 to 3 real columns, read back from averages over all states"
    return [
        check_rounding(label, name, method, level=level, residuals=residuals, bound=BOUND)
        for name, residuals in worst.items()
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    require(checks)
    return {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(label, SEED + 1, level, 200 if level == "full" else 20)
