"""The shape of the gamma law, and its log Z, as functions of ``s = log <x> - <log x>``: tabulated in ``log(1 + s)``.

What is stored is bounded and smooth from narrow laws, s = 0, to the widest: ``shape s`` falls from one half, or rises
to one, and log Z of unit mean is ``P + log(s (1 + s)) / 2 - shape (1 + s)``.
"""

from __future__ import annotations

import numpy as np
from flint import arb

from builders.tools.curve import Curve, Floats, Values
from builders.tools.monotone import root
from symcat.models.positive.reduced import HI, log_z_of, shape_from
from symcat.models.positive.shape import shape_of


def _shape(at: arb) -> tuple[arb, arb]:
    """s and the shape."""
    s = at.expm1()
    return s, root(lambda a: a.log() - a.digamma(), s, float(shape_of(np.array([float(s)]))[0]))


def _certified(at: arb) -> Values:
    s, a = _shape(at)
    return {"shape": a * s, "log_z": a.lgamma() - a * a.log() + a * (1 + s) - (s * (1 + s)).log() / 2}


def _exact(at: arb) -> tuple[arb, arb]:
    _, a = _shape(at)
    return a, a.lgamma() - a * a.log()


def _used(at: Floats, read: dict[str, Floats]) -> tuple[Floats, Floats]:
    s = np.expm1(at)
    shape = shape_from(s, read["shape"])
    return shape, log_z_of(s, shape, read["log_z"])


CURVE = Curve("gamma.scalar", HI, _certified, _exact, _used)
