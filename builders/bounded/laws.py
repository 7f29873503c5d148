"""Builder of the entries of the laws on an interval: sums over known densities, their equations by balls."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from flint import arb

from builders.base import Level, Row
from builders.bounded.table import CURVE
from builders.bounded.words import CLASSES, COVERAGE
from builders.tools.checks import check_rounding
from builders.tools.laws import BOUND, Laws, replayed
from symcat.models.bounded.concentration import concentration_of
from symcat.models.bounded.replay import replay
from symcat.models.bounded.shapes import shapes_of

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"

_BITS = 200


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


def _checks(label: str, dice: np.random.Generator, level: Level, points: int) -> list[Row]:
    known = "a law with random parameters, summed by the trapezoid rule"
    checks = replayed(label, replay(label, points, dice), known, level, points)
    one, functions = (_concentration, "Bessel") if label == CURVE.label else (_shapes, "digamma")
    balls = f"{functions} functions in ball arithmetic of {_BITS} bits"
    residuals = [one(dice) for _ in range(points)]
    name = "solution of the equation"
    return [*checks, check_rounding(label, name, balls, level=level, residuals=residuals, bound=BOUND)]


_LAWS = Laws(CLASSES, COVERAGE, 20261127, _BITS, _checks, CURVE)
labels, parameters, build, verify = _LAWS.labels, _LAWS.parameters, _LAWS.build, _LAWS.verify
