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
