"""Builder of the entries of the polynomial free energies: known couplings come back from averages integrated apart.

The averages are those of Gauss and Legendre's rule; Newton's steps go back from them with the sums over grids that the
class itself uses. No number is stored: the couplings of data are found by a search.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row
from builders.polynomial.newton import couplings
from builders.polynomial.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.polynomial.replay import Summed, gauss, random_couplings

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261127
POINTS = 12
BOUND = 1e-8

_APART = 0.05  # of the lower couplings: standard deviation of the start from what is to come back


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random couplings -> averages -> couplings, log Z by both rules, and the identities of integration by parts."""
    dice = np.random.default_rng(seed)
    back, log_z, parts = [], [], []
    for k in range(points):
        exponents, theta, two_valued = random_couplings(label, 2 if k % 6 == 1 else 1, dice)
        of_gauss, averages = gauss(exponents, theta, two_valued)
        degree = exponents.sum(axis=1)
        apart = dice.normal(scale=_APART, size=len(theta)) * (degree < degree.max())
        found = couplings(exponents, averages, two_valued, start=theta + apart)
        back.append(float(np.abs(found - theta).max()))
        summed = Summed.of(exponents, theta, two_valued)
        log_z.append(abs(summed.log_partition - of_gauss))
        parts.append(summed.by_parts(exponents, theta))
    columns = "one or two two-valued columns beside a real one" if label.startswith("mixed.") else "one or two columns"
    methods = {
        "couplings": (
            f"random couplings of {columns}, averages by Gauss and Legendre, back by Newton from near",
            back,
        ),
        "log_z": (f"random couplings of {columns}, Gauss and Legendre against the trapezoidal rule", log_z),
        "integration by parts": (f"random couplings of {columns}, <y^n dF/dy> = n <y^(n-1)> for n = 1, 2, 3", parts),
    }
    return [
        check_rounding(label, name, method, level=level, residuals=residuals, bound=BOUND)
        for name, (method, residuals) in methods.items()
    ]


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 6, "full": 48})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
