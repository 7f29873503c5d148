"""Builder of the entry of maximum-entropy processes: Levinson's recursion against ball arithmetic, and random ones."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from flint import arb, arb_mat, ctx

from builders.base import Level, Row
from builders.stationary.words import CLASS, COVERAGE, LABEL
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.stationary.levinson import filters_of, reflections
from symcat.models.stationary.process import Process
from symcat.models.stationary.replay import random_process, replay

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"
SEED = 20261207
POINTS = 60
BOUND = 1e-9
_BITS = 256


def _solved(process: Process) -> float:
    """The largest error of the coefficients that the recursion finds, from the Toeplitz matrix in balls."""
    p = process.order
    covariances = process.covariances(p)
    matrix = arb_mat([[arb(float(covariances[abs(i - j)])) for j in range(p)] for i in range(p)])
    exact = matrix.solve(arb_mat([[arb(float(value))] for value in covariances[1:]]))
    reflection, _ = reflections(covariances[None])
    found = filters_of(reflection)[p][0]
    return max(abs(float(arb(float(value)) - exact[k, 0])) for k, value in enumerate(found))


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    ctx.prec = _BITS
    dice = np.random.default_rng(seed)
    known = "a process with random parameters"
    checks = [
        check_rounding(label, one.check, known, level=level, residuals=[one.residual] * points, bound=BOUND)
        for one in replay(points, dice)
    ]
    errors = [_solved(random_process(dice)) for _ in range(points)]
    balls = f"the Toeplitz equations solved in ball arithmetic of {_BITS} bits"
    return [
        *checks,
        check_rounding(label, "coefficients by recursion", balls, level=level, residuals=errors, bound=BOUND),
    ]


_CHECKED = Checked({LABEL: CLASS}, {LABEL: COVERAGE}, _checks, SEED, POINTS, {"fast": 20, "full": 400})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
