"""Builder of the entries of the laws of whole numbers: maxima and sums of known populations, probabilities by balls."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from flint import arb

from builders.base import Level, Row
from builders.tools.checks import check_rounding
from builders.tools.laws import BOUND, Laws, replayed
from builders.whole_numbers.words import CLASSES, COVERAGE
from symcat.models.whole_numbers.law import WholeNumbers
from symcat.models.whole_numbers.replay import random_law, replay

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"

_BITS = 160
_LARGEST = 1e4


def _log_probability(law: WholeNumbers, x: float) -> arb:
    """From gamma functions."""
    m, at = arb(law.location), arb(x)
    factorial = (at + 1).lgamma()
    if not law.quadratic:
        return at * m.log() - m - factorial
    k = 1 / arb(law.quadratic)
    return (at + k).lgamma() - k.lgamma() - factorial - k * (1 + m / k).log() + at * (m / (m + k)).log()


def _checks(label: str, dice: np.random.Generator, level: Level, points: int) -> list[Row]:
    known = "a population in the proportions of a law with random parameters"
    checks = replayed(label, replay(label, points, dice), known, level, points)
    probabilities = []
    for _ in range(points):
        _, law = random_law(label, dice)
        x = np.array([float(dice.integers(0, 10)), float(np.floor(_LARGEST ** dice.random()))])
        exact = [_log_probability(law, value) for value in x.tolist()]
        probabilities += [
            abs(float((arb(value) - true) / (1 + abs(true))))
            for value, true in zip(law.log_probability(x).tolist(), exact, strict=True)
        ]
    balls = f"gamma functions in ball arithmetic of {_BITS} bits"
    return [
        *checks,
        check_rounding(label, "log probabilities", balls, level=level, residuals=probabilities, bound=BOUND),
    ]


_LAWS = Laws(CLASSES, COVERAGE, 20261202, _BITS, _checks, thorough=200)
labels, parameters, build, verify = _LAWS.labels, _LAWS.parameters, _LAWS.build, _LAWS.verify
