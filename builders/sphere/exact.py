"""Builder of the entries of directions: no tables; log Z by balls, parameters read back from averages by quadrature."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from flint import acb, arb, ctx

from builders.base import Level, Row
from builders.sphere.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.sphere.bingham import Bingham
from symcat.models.sphere.integral import integral
from symcat.models.sphere.replay import BOUND, residuals
from symcat.models.sphere.sphere import OnSphere
from symcat.models.sphere.uniform import Uniform
from symcat.models.sphere.von_mises_fisher import VonMisesFisher
from symcat.models.sphere.watson import Watson

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, python-flint {version('python-flint')}"
SEED = 20261128
POINTS = 30
BALLS = 1e-11
_BITS = 160

_MEMBERS: dict[str, type[OnSphere]] = {one.label: one for one in (Uniform, VonMisesFisher, Watson, Bingham)}


def _bessel(d: int, k: float) -> arb:
    """log Z of a pull k."""
    order = arb(d) / 2 - 1
    return arb(d) / 2 * (2 * arb.pi()).log() + acb(k).bessel_i(acb(order)).real.log() - order * arb(k).log()


def _kummer(d: int, k: float) -> arb:
    """log Z of squares along one axis."""
    half = arb(d) / 2
    area = arb(2).log() + half * arb.pi().log() - half.lgamma()
    return area + acb(k).hypgeom_1f1(acb(arb(1) / 2), acb(half)).real.log()


def _matrix(decay: list[float]) -> arb:
    """log Z of squares along three axes, the turn about the first of which is Bessel's integral."""
    first, second, third = (arb(one) for one in decay)
    mean, half = (second + third) / 2, (second - third) / 2

    def over(z: acb, analytic: bool) -> acb:
        across = 1 - z * z
        return (-(z * z) * first - across * mean).exp() * (across * half).bessel_i(acb(0))

    return (2 * arb.pi() * acb.integral(over, acb(-1), acb(1)).real).log()


def _balls(label: str, dice: np.random.Generator) -> float:
    """How far log Z is from that of balls, by its size where that is above one."""
    d = 3 if label == Bingham.label else int(dice.integers(2, 40))
    strength = float(np.exp(dice.uniform(-6.0, 12.0 if label != Bingham.label else 5.0)))
    decay, pull = np.zeros((1, d)), np.zeros((1, d))
    if label == VonMisesFisher.label:
        pull[0, 0] = strength
        exact = _bessel(d, strength)
    elif label == Watson.label:
        decay[0, 0] = strength * float(dice.choice([-1.0, 1.0]))
        exact = _kummer(d, -decay[0, 0])
    elif label == Bingham.label:
        decay[0] = strength * dice.uniform(-1.0, 1.0, size=3)
        exact = _matrix(decay[0].tolist())
    else:
        exact = arb(2).log() + arb(d) / 2 * arb.pi().log() - (arb(d) / 2).lgamma()
    found = integral(decay, pull).log_c[0]
    return abs(float(arb(found) - exact)) / max(1.0, abs(float(exact)))


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    ctx.prec = _BITS
    dice = np.random.default_rng(seed)
    balls = [_balls(label, dice) for _ in range(points)]
    found = [residuals(_MEMBERS[label], dice) for _ in range(points)]
    method = "random parameters of two or three columns, read back from averages by quadrature over the sphere"
    exact = f"Bessel's and Kummer's functions in ball arithmetic of {_BITS} bits"
    return [
        check_rounding(label, "log Z", exact, level=level, residuals=balls, bound=BALLS),
        *(
            check_rounding(label, name, method, level=level, residuals=[one[name] for one in found], bound=BOUND)
            for name in found[0]
        ),
    ]


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 10, "full": 200})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
