"""Builder of the entries of the laws of whole numbers: maxima and sums of known populations, probabilities by balls."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from flint import arb, ctx

from builders.base import Level, Row, Tables
from builders.tools.checks import check_rounding, require
from builders.whole_numbers.words import CLASSES, COVERAGE
from symcat.models.whole_numbers.law import WholeNumbers
from symcat.models.whole_numbers.replay import random_law, replay

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"
SEED = 20261202
POINTS = 50
BOUND = 1e-8

_BITS = 160
_LARGEST = 1e4


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


def _log_probability(law: WholeNumbers, x: float) -> arb:
    """From gamma functions."""
    m, at = arb(law.location), arb(x)
    factorial = (at + 1).lgamma()
    if not law.quadratic:
        return at * m.log() - m - factorial
    k = 1 / arb(law.quadratic)
    return (at + k).lgamma() - k.lgamma() - factorial - k * (1 + m / k).log() + at * (m / (m + k)).log()


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    ctx.prec = _BITS
    dice = np.random.default_rng(seed)
    found = list(replay(label, points, dice))
    probabilities = []
    for _ in range(points):
        _, law = random_law(label, dice)
        x = np.array([float(dice.integers(0, 10)), float(np.floor(_LARGEST ** dice.random()))])
        exact = [_log_probability(law, value) for value in x.tolist()]
        probabilities += [
            abs(float((arb(value) - true) / (1 + abs(true))))
            for value, true in zip(law.log_probability(x).tolist(), exact, strict=True)
        ]
    known = "a population in the proportions of a law with random parameters"
    balls = f"gamma functions in ball arithmetic of {_BITS} bits"
    return [
        *(
            check_rounding(label, one.check, known, level=level, residuals=[one.residual] * points, bound=BOUND)
            for one in found
        ),
        check_rounding(label, "log probabilities", balls, level=level, residuals=probabilities, bound=BOUND),
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    require(checks)
    return {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(label, SEED + 1, level, 200 if level == "full" else 20)
