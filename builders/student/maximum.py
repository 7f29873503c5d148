"""Builder of the entry of Student's law: its table by balls, its maximum against known densities, its constant and
moments by balls."""

from __future__ import annotations

import random
from importlib.metadata import version

import numpy as np
from flint import acb, arb, ctx

from builders.base import Level, Row, Tables
from builders.student.table import CURVE
from builders.student.words import CLASS, COVERAGE, LABEL
from builders.tools import curve
from builders.tools.checks import check_rounding, require
from symcat.models.student.law import StudentLaw
from symcat.models.student.normalisation import constant
from symcat.models.student.replay import replay

VERSION = "2"
SOFTWARE = f"numpy {version('numpy')}, python-flint {version('python-flint')}"
SEED = 20261201
POINTS = 60
BOUND = 1e-8
_BITS = 160


def labels() -> list[str]:
    return [LABEL]


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED, **curve.parameters()}


def _constant(nu: float) -> float:
    """The worst relative error of the constant of the density and its two derivatives."""
    n, half = arb(nu), arb(1) / 2
    up, down = (n + 1) / 2, n / 2
    exact = (
        up.lgamma() - down.lgamma() - half * (arb.pi() * n).log(),
        half * (up.digamma() - down.digamma() - 1 / n),
        (_trigamma(up) - _trigamma(down)) / 4 + half / n**2,
    )
    return max(abs(float(value / true - 1)) for value, true in zip(map(arb, constant(nu)), exact, strict=True))


def _trigamma(x: arb) -> arb:
    return acb(2).zeta(acb(x)).real


def _moment(scale: float, nu: float, order: int) -> float:
    """The relative error of an even central moment, from its gamma functions."""
    law = StudentLaw(LABEL, {"mean": 0.0, "scale": scale, "degrees_of_freedom": nu})
    n, k = arb(nu), arb(order)
    ratio = ((k + 1) / 2).gamma() * ((n - k) / 2).gamma() / (n / 2).gamma() / arb.pi().sqrt()
    return abs(float(arb(law.central(order)[0]) / (ratio * (n.sqrt() * arb(scale)) ** order) - 1))


def _checks(seed: int, level: Level, points: int) -> list[Row]:
    ctx.prec = _BITS
    dice = np.random.default_rng(seed)
    population, information = replay(points, dice)
    degrees = np.exp(dice.uniform(-3.0, 10.0, size=points)).tolist()
    constants = [_constant(nu) for nu in degrees]
    moments = [_moment(float(np.exp(dice.normal())), nu, order) for nu in degrees for order in (2, 4) if nu > order]
    gamma = f"gamma and zeta functions in ball arithmetic of {_BITS} bits"
    known = "a population with random parameters, summed by Gauss's rule in the angle of x"
    return [
        check_rounding(
            LABEL, population.check, known, level=level, residuals=[population.residual] * points, bound=BOUND
        ),
        check_rounding(
            LABEL, information.check, known, level=level, residuals=[information.residual] * points, bound=BOUND
        ),
        check_rounding(LABEL, "constant of the density", gamma, level=level, residuals=constants, bound=BOUND),
        check_rounding(LABEL, "moments", gamma, level=level, residuals=moments, bound=BOUND),
    ]


def build(label: str) -> Tables:
    segments = curve.build(CURVE)
    dice = random.Random(f"{SEED} {label}")
    checks = [*_checks(SEED, "fast", POINTS), *curve.built_checks(CURVE, segments, 4 * POINTS, dice)]
    require(checks)
    return {"classes": [CLASS], "segments": segments, "coverage": [COVERAGE], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    own = _checks(SEED + 1, level, 400 if level == "full" else 20)
    return [*own, *curve.verified(CURVE, tables["segments"], level)]
