"""The degrees of freedom of Student's law, and its log Z, as functions of ``L = <log(1 + y^2)>``, y in widths.

What is stored, in ``log(1 + L)``, is bounded and smooth from the Gaussian, L = 0, to the heaviest tails: ``nu L`` rises
from one to two, and log Z of unit width is ``P + log(L (1 + L)) / 2``.
"""

from __future__ import annotations

import numpy as np
from flint import arb

from builders.tools.curve import Curve, Floats, Values
from builders.tools.monotone import root
from symcat.models.student.reduced import HI, degrees_from, log_z_of


def _mean_log(nu: arb) -> arb:
    return ((nu + 1) / 2).digamma() - (nu / 2).digamma()


def _degrees(at: arb) -> tuple[arb, arb]:
    """L and the degrees of freedom."""
    mean_log = at.expm1()
    return mean_log, root(_mean_log, mean_log, 1.5 / float(mean_log))


def _log_z(nu: arb) -> arb:
    return arb.pi().log() / 2 + (nu / 2).lgamma() - ((nu + 1) / 2).lgamma()


def _certified(at: arb) -> Values:
    mean_log, nu = _degrees(at)
    half = (mean_log * (1 + mean_log)).log() / 2
    return {"degrees_of_freedom": nu * mean_log, "log_z": _log_z(nu) - half}


def _exact(at: arb) -> tuple[arb, arb]:
    _, nu = _degrees(at)
    return nu, _log_z(nu)


def _used(at: Floats, read: dict[str, Floats]) -> tuple[Floats, Floats]:
    mean_log = np.expm1(at)
    return degrees_from(mean_log, read["degrees_of_freedom"]), log_z_of(mean_log, read["log_z"])


CURVE = Curve("student.scalar", HI, _certified, _exact, _used)
