"""The words of the entries for mixed tables: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row
from symcat.models.ising import hypercube

_DOMAIN = "{-1, +1}^p x R^k"
_REFERENCES = ["lauritzen1989", "lee2015"]

CLASSES: dict[str, Row] = {
    "mixed.product": {
        "label": "mixed.product",
        "title": "Independent blocks of two-valued and of real columns",
        "family": "mixed",
        "symmetry_group": "those of the classes of the two blocks",
        "domain": _DOMAIN,
        "statistics": "those of the classes of the two blocks",
        "parameters": "those of the classes of the two blocks",
        "free_energy": r"F(s, x) = F_1(s) + F_2(x)",
        "valid_range": "those of the classes of the two blocks",
        "method": "formula",
        "assumptions": "Independent rows; the two-valued columns do not depend on the real ones.",
        "usage": "in Python symcat.solve(data, classes=['mixed.product'])",
        "references": _REFERENCES,
    },
    "mixed.conditional_gaussian": {
        "label": "mixed.conditional_gaussian",
        "title": "Two-valued columns, and Gaussian columns given them",
        "family": "mixed",
        "symmetry_group": "none beyond parity about the mean, given the two-valued columns",
        "domain": _DOMAIN,
        "statistics": "averages of s, s s', x, x x' and s x'",
        "parameters": "h, J, mean, precision, coupling",
        "free_energy": (
            r"F(s, x) = -\sum_i h_i s_i - \sum_{i<j} J_{ij} s_i s_j + \tfrac12 (x - \bar x)^T K (x - \bar x)"
            r" - s^T B (x - \bar x)"
        ),
        "valid_range": "every combination of two values of two-valued columns occurs; positive definite residuals",
        "method": "formula",
        "assumptions": "Independent rows; the rest is Gaussian given the two-valued columns, its means linear in them.",
        "usage": "in Python symcat.solve(data, classes=['mixed.conditional_gaussian'])",
        "references": _REFERENCES,
    },
}

COVERAGE: dict[str, Row] = {
    label: coverage_row(
        label,
        f"at most {hypercube.LARGEST} two-valued columns",
        below="constant or dependent columns have no finite maximum of the likelihood.",
        above="more two-valued columns are not summed over; fit the blocks apart with columns=.",
    )
    for label in CLASSES
}
