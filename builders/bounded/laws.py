"""Builder of the entries of the laws on an interval: sums over known densities, their equations by balls."""

from __future__ import annotations

import random
from importlib.metadata import version

import numpy as np
from flint import arb, ctx

from builders.base import Level, Row, Tables
from builders.bounded.table import CURVE
from builders.bounded.words import CLASSES, COVERAGE
from builders.tools import curve
from builders.tools.checks import check_rounding, require
from symcat.models.bounded.concentration import concentration_of
from symcat.models.bounded.replay import replay
from symcat.models.bounded.shapes import shapes_of

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"
SEED = 20261127
POINTS = 50
BOUND = 1e-8

_BITS = 200
_BETA = "beta.scalar"


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED, **({} if label == _BETA else curve.parameters())}


def _shapes(dice: np.random.Generator) -> float:
    """Relative error of the shapes from their exact averages."""
    exact = np.exp(dice.uniform(-3.0, 12.0, size=2))
    both = sum(map(arb, exact), arb(0)).digamma()
    first, second = (arb(one).digamma() - both for one in exact)
    narrowness = -(first.exp() + second.exp()).log()
    found = shapes_of(np.array([float(narrowness)]), np.array([float(first - second)]))
    return float(max(abs(one[0] / shape - 1.0) for one, shape in zip(found, exact, strict=True)))


def _concentration(dice: np.random.Generator) -> float:
    """Relative error of the concentration from its exact mean resultant length."""
    exact = float(np.exp(dice.uniform(-10.0, 15.0)))
    k = arb(exact)
    length = k.bessel_i(arb(1)) / k.bessel_i(arb(0))
    found = concentration_of(np.array([float(length)]), np.array([float(1 - length)]))
    return abs(float(found[0]) / exact - 1.0)


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    ctx.prec = _BITS
    dice = np.random.default_rng(seed)
    known = "a law with random parameters, summed by the trapezoid rule"
    checks = [
        check_rounding(label, one.check, known, level=level, residuals=[one.residual] * points, bound=BOUND)
        for one in replay(label, points, dice)
    ]
    one, functions = (_shapes, "digamma") if label == _BETA else (_concentration, "Bessel")
    balls = f"{functions} functions in ball arithmetic of {_BITS} bits"
    residuals = [one(dice) for _ in range(points)]
    name = "solution of the equation"
    return [*checks, check_rounding(label, name, balls, level=level, residuals=residuals, bound=BOUND)]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    tables: Tables = {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}
    if label != _BETA:
        tables["segments"] = curve.build(CURVE)
        checks += curve.built_checks(CURVE, tables["segments"], 4 * POINTS, random.Random(f"{SEED} {label}"))
    require(checks)
    return tables


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    checks = _checks(label, SEED + 1, level, 400 if level == "full" else 20)
    if label != _BETA:
        checks += curve.verified(CURVE, tables["segments"], level)
    return checks
