"""Builder of the entry of Gaussians of a hidden category: maximum, information and law against known densities."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from flint import arb, ctx

from builders.base import Level, Row
from builders.hidden.words import CLASS, COVERAGE, LABEL
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.hidden.law import MixtureLaw
from symcat.models.hidden.replay import law_of, random_mixture, replay

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}, python-flint {version('python-flint')}"
SEED = 20261205
POINTS = 40
BOUND = 1e-6
_BITS = 160


def _density(law: MixtureLaw, x: float) -> tuple[float, float]:
    """Relative errors of the density and of the distribution function at a point."""
    density, below = arb(0), arb(0)
    for w, m, c in zip(law.weights, law.means[:, 0], law.covariances[:, 0, 0], strict=True):
        z = (arb(x) - arb(float(m))) / arb(float(c)).sqrt()
        density += arb(float(w)) * (-z * z / 2).exp() / (2 * arb.pi() * arb(float(c))).sqrt()
        below += arb(float(w)) * (-z / arb(2).sqrt()).erfc() / 2
    found, share = float(law.log_density(np.array([[x]]))[0]), float(law.cdf(np.array([x]))[0])
    return abs(found - float(density.log())), abs(float(arb(share) / below - 1))


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    ctx.prec = _BITS
    dice = np.random.default_rng(seed)
    known = "a population with random parameters, summed by the trapezoid rule"
    checks = [
        check_rounding(label, one.check, known, level=level, residuals=[one.residual] * points, bound=BOUND)
        for one in replay(points, dice)
    ]
    laws = [law_of(random_mixture(dice)) for _ in range(points)]
    errors = [_density(law, float(dice.normal(law.mean[0], 5.0))) for law in laws]
    balls = f"exponential and error functions in ball arithmetic of {_BITS} bits"
    return checks + [
        check_rounding(label, name, balls, level=level, residuals=list(residuals), bound=1e-11)
        for name, residuals in zip(("log density", "distribution function"), zip(*errors, strict=True), strict=True)
    ]


_CHECKED = Checked({LABEL: CLASS}, {LABEL: COVERAGE}, _checks, SEED, POINTS, {"fast": 20, "full": 400})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
