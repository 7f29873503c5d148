"""Builder of the entries of the polynomials of one column: couplings come back from averages in ball arithmetic.

No number is stored: the couplings of data are found by the search of ``symcat.models.scalar``, which is checked here.
"""

from __future__ import annotations

from importlib.metadata import version
from math import comb, factorial

import numpy as np
from flint import arb

from builders.base import Level, Row
from builders.scalar.ball import integrals
from builders.scalar.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.scalar import newton
from symcat.models.scalar.labels import is_even, orders
from symcat.models.scalar.law import coefficients
from symcat.models.scalar.replay import random_couplings

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, python-flint {version('python-flint')}"
SEED = 20261128
POINTS = 6
BOUND = 1e-9


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random couplings -> averages and log Z, enclosed -> couplings and log Z."""
    dice = np.random.default_rng(seed)
    even = is_even(label)
    theta, log_z = [], []
    for _ in range(points):
        exact = coefficients(label, random_couplings(label, dice) | {"mean": np.zeros(1)})
        enclosed = integrals([float(c) for c in exact], len(exact) - 1)
        mean = arb(0) if even else enclosed.averages[1]
        about = _about(enclosed.averages, mean)
        deviation = about[2].sqrt()
        averages = np.array([float((m / deviation**k).mid()) for k, m in enumerate(about)])
        found = newton.search(averages[None, :: 2 if even else 1], np.array([np.nan]), even=even)
        # The same F about the mean, in standard deviations, but for its constant.
        wanted = [float((d / factorial(k) * deviation**k).mid()) for k, d in enumerate(_derivatives(exact, mean))]
        size = float(np.abs(wanted[1:]).max())
        back = found.theta[0, 1:] - np.array([wanted[k] for k in orders(label)])
        theta.append(float(np.nan_to_num(np.abs(back).max() / size, nan=np.inf)))
        shift = float((enclosed.log_z - deviation.log() + _derivatives(exact, mean)[0]).mid())
        log_z.append(abs(float(np.nan_to_num(found.log_z[0], nan=np.inf)) - shift))
    method = "random couplings, averages enclosed in ball arithmetic, back by the search"
    return [
        check_rounding(label, "couplings", f"{method}; of the largest", level=level, residuals=theta, bound=BOUND),
        check_rounding(label, "log_z", method, level=level, residuals=log_z, bound=BOUND),
    ]


def _about(averages: list[arb], point: arb) -> list[arb]:
    """Averages of powers about a point."""
    return [
        sum((comb(k, j) * averages[j] * (-point) ** (k - j) for j in range(k + 1)), start=arb(0))
        for k in range(len(averages))
    ]


def _derivatives(exact: np.ndarray, at: arb) -> list[arb]:
    """F and its derivatives at a point."""
    out = []
    values = [arb(float(c)) for c in exact]
    while values:
        total = arb(0)
        for value in reversed(values):
            total = total * at + value
        out.append(total)
        values = [k * value for k, value in enumerate(values)][1:]
    return out


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 6, "full": 40})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
