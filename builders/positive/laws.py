"""Builder of the entries of the laws of positive numbers: sums over known densities, the shape's equation and its
table by balls."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from flint import acb, arb

from builders.base import Level, Row
from builders.positive.table import CURVE
from builders.positive.words import CLASSES, COVERAGE
from builders.tools.checks import check_rounding
from builders.tools.laws import BOUND, Laws, replayed
from symcat.models.positive.replay import replay
from symcat.models.positive.shape import gap, shape_of

VERSION = "2"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"

_BITS = 200


def _equation(shape: float) -> tuple[float, float]:
    """Relative errors of both sides of the equation of the shape and its slope, and of the solution."""
    a = arb(shape)
    exact, slope = a.log() - a.digamma(), a * acb(2).zeta(acb(a)).real - 1
    value, found = (float(one[0]) for one in gap(np.array([shape])))
    solved = float(shape_of(np.array([float(exact)]))[0])
    return max(abs(float(arb(value) / exact - 1)), abs(float(arb(found) / slope - 1))), abs(solved / shape - 1.0)


def _checks(label: str, dice: np.random.Generator, level: Level, points: int) -> list[Row]:
    known = "a law with random parameters, summed by the trapezoid rule in log x"
    checks = replayed(label, replay(label, points, dice), known, level, points)
    if label != CURVE.label:
        return checks
    errors = [_equation(float(a)) for a in np.exp(dice.uniform(-15.0, 20.0, size=points))]
    balls = f"digamma and zeta functions in ball arithmetic of {_BITS} bits, shapes from 3e-7 to 5e8"
    names = ("equation of the shape", "solution of the equation")
    return checks + [
        check_rounding(label, name, balls, level=level, residuals=list(residuals), bound=BOUND)
        for name, residuals in zip(names, zip(*errors, strict=True), strict=True)
    ]


_LAWS = Laws(CLASSES, COVERAGE, 20261203, _BITS, _checks, CURVE)
labels, parameters, build, verify = _LAWS.labels, _LAWS.parameters, _LAWS.build, _LAWS.verify
