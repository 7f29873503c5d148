"""The words of the entry of the logistic likelihood: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

LABEL = "logistic.linear"

CLASS: Row = {
    "label": LABEL,
    "title": "Logistic regression of a two-valued column by maximum likelihood",
    "family": "conditional",
    "symmetry_group": "none",
    "domain": "{-1, +1} given R^p or two-valued columns",
    "statistics": "all rows: the averages of y x and the values of x",
    "parameters": "intercept, coefficients",
    "free_energy": r"F(y \mid x) = \log\left(1 + e^{-y (\alpha + \beta \cdot x)}\right), \quad y = \pm 1",
    "valid_range": "no plane through the predictors parts the two values of the target",
    "method": "search",
    "assumptions": "Independent rows; the log-odds are linear in the predictors, of which nothing is said.",
    "usage": "in Python symcat.solve(data, target='column')",
    "references": ["cox1958"],
}

COVERAGE: Row = coverage_row(
    LABEL,
    "table of more rows than predictors",
    below="fewer rows do not determine the coefficients.",
    above="no limit.",
)
