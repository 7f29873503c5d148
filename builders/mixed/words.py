"""The words of the entries for tables of discrete and real columns: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row
from symcat.models.ising import hypercube

_DOMAIN = "L_1 x ... x L_p x R^k, with L_j the levels of a discrete column, -1 and +1 of a two-valued one"
_REFERENCES = ["lauritzen1989", "lee2015"]

CLASSES: dict[str, Row] = {
    "mixed.product": {
        "label": "mixed.product",
        "title": "Independent blocks of discrete and of real columns",
        "family": "mixed",
        "symmetry_group": "those of the classes of the two blocks",
        "domain": _DOMAIN,
        "statistics": "those of the classes of the two blocks",
        "parameters": "those of the classes of the two blocks",
        "free_energy": r"F(s, x) = F_1(s) + F_2(x)",
        "valid_range": "those of the classes of the two blocks",
        "method": "formula",
        "assumptions": "Independent rows; the discrete columns do not depend on the real ones.",
        "usage": "in Python symcat.solve(data, classes=['mixed.product'])",
        "references": _REFERENCES,
    },
    "mixed.conditional_gaussian": {
        "label": "mixed.conditional_gaussian",
        "title": "Discrete columns, and Gaussian columns given them",
        "family": "mixed",
        "symmetry_group": "none beyond parity about the mean, given the discrete columns",
        "domain": _DOMAIN,
        "statistics": (
            "averages of s, s s', x, x x' and s x'; with a column of three levels or more those of the class of the "
            "discrete columns, and of x at each level"
        ),
        "parameters": (
            "h, J, mean, precision, coupling; with a column of three levels or more those of the class of the discrete "
            "columns, mean, effect of every level, precision"
        ),
        "free_energy": (
            r"F(s, x) = -\sum_i h_i s_i - \sum_{i<j} J_{ij} s_i s_j + \tfrac12 (x - \bar x)^T K (x - \bar x)"
            r" - s^T B (x - \bar x); \quad F(c, x) = F(c) + \tfrac12 y^T K y, \quad y = x - \bar x - \sum_j e_j(c_j)"
        ),
        "valid_range": "positive definite residuals; of two-valued columns every combination of two values occurs",
        "method": "formula",
        "assumptions": "Independent rows; the rest is Gaussian given the discrete columns, its means linear in them.",
        "usage": "in Python symcat.solve(data, classes=['mixed.conditional_gaussian'])",
        "references": _REFERENCES,
    },
    "scores(mixed.conditional_gaussian)": {
        "label": "scores(mixed.conditional_gaussian)",
        "title": "Discrete columns, and columns with a class each, joined by their normal scores given them",
        "family": "mixed",
        "symmetry_group": "monotone maps of each real column; parity of the scores about their mean, given the levels",
        "domain": _DOMAIN,
        "statistics": (
            "those of the class of the discrete columns and of that of each real one; averages of the normal scores at "
            "each level, and of products of two"
        ),
        "parameters": (
            "those of the class of the discrete columns; mean, effect of every level and precision of the scores; "
            "those of each real column's class under COLUMN.PARAMETER"
        ),
        "free_energy": (
            r"F(c, x) = F(c) + \tfrac12 y^T K y - \tfrac12 z^T z + \sum_j F_j(x_j), \quad"
            r" y = z - \bar z - \sum_j e_j(c_j), \quad z_j = \Phi^{-1}(CDF_j(x_j))"
        ),
        "valid_range": "no real column follows from the other columns",
        "method": "search",
        "assumptions": (
            "Independent rows; up to a monotone map of each, the real columns are Gaussian given the discrete ones, "
            "their means additive in them."
        ),
        "usage": "in Python symcat.solve(data, classes=['scores(mixed.conditional_gaussian)'])",
        "references": [*_REFERENCES, "joe1997"],
    },
}

COVERAGE: dict[str, Row] = {
    label: coverage_row(
        label,
        f"at most {hypercube.LARGEST} two-valued columns with all pairs coupled",
        below="constant or dependent columns have no finite maximum of the likelihood.",
        above="more two-valued columns are not summed over; name a class of them that is, or choose with columns=.",
    )
    for label in CLASSES
}
