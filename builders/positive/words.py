"""The words of the entries of the laws of positive numbers: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.positive.table import CURVE
from builders.tools.coverage import coverage_row
from builders.tools.curve import coverage

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
        "method": "table",
        "assumptions": "Independent rows, above zero.",
        "usage": "select symcat.gamma_scalar(mean, mean_log), with mean_log the average of ln(x)",
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
    "gamma.scalar": coverage(
        CURVE,
        "log(1 + s), s = log <x> - <log x>",
        below="s is positive for all numbers above zero that vary; with a zero among them there is no maximum.",
        above="no numbers in double precision reach so far; averages that do are solved by Newton's method.",
    ),
}
