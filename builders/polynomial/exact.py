"""Builder of the entries of the polynomial free energies: known couplings come back from averages integrated apart.

The averages are those of Gauss and Legendre's rule; Newton's steps go back from them with the sums over grids that the
class itself uses. No number is stored but the series of weak couplings: the couplings of data are found by a search.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row, Tables
from builders.polynomial import series
from builders.polynomial.newton import couplings
from builders.polynomial.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding, check_same, require
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
labels, parameters = _CHECKED.labels, _CHECKED.parameters


def build(label: str) -> Tables:
    tables = dict(_CHECKED.build(label))
    if label == series.LABEL:
        tables["corrections"] = series.rows()
        of_series = series.checks(tables["corrections"], SEED, "fast", POINTS)
        require(of_series)
        tables["checks"] = [*tables["checks"], *of_series]
    return tables


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    rows = list(_CHECKED.verify(label, tables, level))
    if label == series.LABEL:
        stored, full = tables["corrections"], level == "full"
        if full:
            rows.append(check_same(label, "corrections", stored, series.rows(), level))
        rows += series.checks(stored, SEED + 1, level, 48 if full else 6, series.COLUMNS if full else 2)
    return rows
