"""The concentration of von Mises' law, and its log Z, as functions of the mean resultant length R.

What is stored is bounded and smooth from uniform angles, R = 0, to narrow ones: ``concentration (1 - R) / R`` falls
from two to one half, and ``log I_0 - concentration R`` is ``P + log(1 - R) / 2``.
"""

from __future__ import annotations

import numpy as np
from flint import arb

from builders.tools.curve import Curve, Floats, Values
from builders.tools.monotone import root
from symcat.models.bounded.concentration import concentration_of
from symcat.models.bounded.reduced import HI, concentration_from, entropy_of


def _ratio(k: arb) -> arb:
    return k.bessel_i(arb(1)) / k.bessel_i(arb(0))


def _concentration(length: arb) -> arb:
    start = concentration_of(np.array([float(length)]), np.array([float(1 - length)]))[0]
    return root(_ratio, length, float(start))


def _certified(length: arb) -> Values:
    k = _concentration(length)
    entropy = k.bessel_i(arb(0)).log() - k * length
    return {"concentration": k * (1 - length) / length, "log_z": entropy - (1 - length).log() / 2}


def _exact(length: arb) -> tuple[arb, arb]:
    k = _concentration(length)
    return k, k.bessel_i(arb(0)).log()


def _used(length: Floats, read: dict[str, Floats]) -> tuple[Floats, Floats]:
    away = 1.0 - length
    k = concentration_from(length, away, read["concentration"])
    return k, entropy_of(away, read["log_z"]) + k * length


CURVE = Curve("vonmises.scalar", HI, _certified, _exact, _used)
