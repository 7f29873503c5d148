"""The words of the entries of stationary series: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

LABEL = "stationary.ar"

CLASS: Row = {
    "label": LABEL,
    "title": "Maximum-entropy process given p autocovariances",
    "family": "stationary",
    "symmetry_group": "shifts in time, and its reversal",
    "domain": "sequences in R",
    "statistics": "mean, autocovariances at lags 0 to p, of all consecutive rows",
    "parameters": "mean, coefficients, innovation_variance",
    "free_energy": r"F(x_t | x_{t-1}, \ldots) = \frac{1}{2 \sigma^2} \left(x_t - m - \sum_{k=1}^p \phi_k (x_{t-k} - m)"
    r"\right)^2, \quad \log Z = \frac{1}{2} \log 2 \pi \sigma^2",
    "valid_range": "autocovariances with a positive definite Toeplitz matrix, as those of all rows that vary have",
    "method": "formula",
    "assumptions": "Consecutive rows of a series whose law does not change in time.",
    "usage": f"in Python symcat.solve(data, order='time'), or symcat.lookup({LABEL!r}, autocovariances=[...])",
    "references": ["burg1975", "levinson1947", "brockwell1991"],
}

COVERAGE: Row = coverage_row(
    LABEL,
    "column of rows in order of time",
    below="of fewer than 8 rows no autocovariance is used.",
    above="at most 60 lags are used, and no more than a quarter of the rows.",
)

KINETIC_LABEL = "ising.kinetic"

KINETIC: Row = {
    "label": KINETIC_LABEL,
    "title": "Kinetic Ising: couplings between neighbouring times",
    "family": "stationary",
    "symmetry_group": "shifts in time",
    "domain": "sequences in {-1, +1}^d",
    "statistics": "averages of s_i(t) and of s_i(t) s_j(t-1), of all consecutive rows",
    "parameters": "h, J",
    "free_energy": r"F(s(t) | s(t-1)) = \sum_i \log 2 \cosh H_i - s_i(t) H_i, \quad "
    r"H_i = h_i + \sum_j J_{ij} s_j(t-1), \quad \log Z = 0",
    "valid_range": "no value follows others for certain, else with a prior",
    "method": "formula",
    "assumptions": "Consecutive rows, each of which depends on the one before alone; columns of one row do not depend "
    "on each other given that.",
    "usage": f"in Python symcat.solve(data, order='time', classes=[{KINETIC_LABEL!r}])",
    "references": ["glauber1963", "roudi2011"],
}

KINETIC_COVERAGE: Row = coverage_row(
    KINETIC_LABEL,
    "table of two-valued columns in order of time",
    below="fewer than 2 (d + 1) rows cannot tell d + 1 numbers of each column.",
    above="beyond 11 columns there are more than 2^22 pairs of neighbouring rows.",
)
