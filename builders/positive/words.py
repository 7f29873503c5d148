"""The words of the entries of the laws of positive numbers: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

_ROWS: tuple[Row, ...] = (
    {
        "label": "exponential.scalar",
        "title": "Exponential law of one column",
        "family": "positive",
        "symmetry_group": "none",
        "domain": "x >= 0",
        "statistics": "mean",
        "parameters": "rate",
        "free_energy": r"F(x) = \lambda x, \quad \log Z = -\log \lambda, \quad \lambda = 1 / \langle x \rangle",
        "valid_range": "numbers of zero or more, not all zero",
        "method": "formula",
        "assumptions": "Independent rows, zero or more.",
        "usage": "in Python symcat.lookup('exponential.scalar', mean=...)",
        "references": ["morris1982"],
    },
    {
        "label": "gamma.scalar",
        "title": "Gamma law of one column",
        "family": "positive",
        "symmetry_group": "none",
        "domain": "x > 0",
        "statistics": "mean, mean of log x",
        "parameters": "shape, rate",
        "free_energy": r"F(x) = b x - (a - 1) \log x, \quad \log Z = \log \Gamma(a) - a \log b, \quad "
        r"\log a - \psi(a) = \log \langle x \rangle - \langle \log x \rangle, \quad b = a / \langle x \rangle",
        "valid_range": "numbers above zero that vary",
        "method": "formula",
        "assumptions": "Independent rows, above zero.",
        "usage": "in Python symcat.lookup('gamma.scalar', mean=..., mean_log=...)",
        "references": ["morris1982", "dlmf"],
    },
)
CLASSES: dict[str, Row] = {str(row["label"]): row for row in _ROWS}

COVERAGE: dict[str, Row] = {
    "exponential.scalar": coverage_row(
        "exponential.scalar",
        "column of numbers, zero or more",
        below="negative numbers have density zero.",
        above="no limit.",
    ),
    "gamma.scalar": coverage_row(
        "gamma.scalar",
        "column of numbers above zero that vary",
        below="at zero the density is zero or infinite unless the shape is one, so that no maximum can be told.",
        above="no limit.",
    ),
}
