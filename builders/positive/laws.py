"""Builder of the entries of the laws of positive numbers: sums over known densities, the shape's equation and its
table by balls."""

from __future__ import annotations

import random
from importlib.metadata import version

import numpy as np
from flint import acb, arb, ctx

from builders.base import Level, Row, Tables
from builders.positive.table import CURVE
from builders.positive.words import CLASSES, COVERAGE
from builders.tools import curve
from builders.tools.checks import check_rounding, require
from symcat.models.positive.replay import replay
from symcat.models.positive.shape import gap, shape_of

VERSION = "2"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"
SEED = 20261203
POINTS = 50
BOUND = 1e-8

_BITS = 200
_SHAPED = "gamma.scalar"


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED, **(curve.parameters() if label == _SHAPED else {})}


def _equation(shape: float) -> tuple[float, float]:
    """Relative errors of both sides of the equation of the shape and its slope, and of the solution."""
    a = arb(shape)
    exact, slope = a.log() - a.digamma(), a * acb(2).zeta(acb(a)).real - 1
    value, found = (float(one[0]) for one in gap(np.array([shape])))
    solved = float(shape_of(np.array([float(exact)]))[0])
    return max(abs(float(arb(value) / exact - 1)), abs(float(arb(found) / slope - 1))), abs(solved / shape - 1.0)


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    ctx.prec = _BITS
    dice = np.random.default_rng(seed)
    known = "a law with random parameters, summed by the trapezoid rule in log x"
    checks = [
        check_rounding(label, one.check, known, level=level, residuals=[one.residual] * points, bound=BOUND)
        for one in replay(label, points, dice)
    ]
    if label != _SHAPED:
        return checks
    errors = [_equation(float(a)) for a in np.exp(dice.uniform(-15.0, 20.0, size=points))]
    balls = f"digamma and zeta functions in ball arithmetic of {_BITS} bits, shapes from 3e-7 to 5e8"
    names = ("equation of the shape", "solution of the equation")
    return checks + [
        check_rounding(label, name, balls, level=level, residuals=list(residuals), bound=BOUND)
        for name, residuals in zip(names, zip(*errors, strict=True), strict=True)
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    tables: Tables = {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}
    if label == _SHAPED:
        tables["segments"] = curve.build(CURVE)
        checks += curve.built_checks(CURVE, tables["segments"], 4 * POINTS, random.Random(f"{SEED} {label}"))
    require(checks)
    return tables


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    checks = _checks(label, SEED + 1, level, 400 if level == "full" else 20)
    if label == _SHAPED:
        checks += curve.verified(CURVE, tables["segments"], level)
    return checks
