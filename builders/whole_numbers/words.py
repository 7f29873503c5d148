"""The words of the entries of the laws of whole numbers: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

_DOMAIN = "0, 1, 2, ..."
_USAGE = "in Python symcat.solve(data, classes=[{label!r}])"

_ROWS: tuple[Row, ...] = (
    {
        "label": "counts.poisson",
        "title": "Poisson's law of one column of counts",
        "family": "whole_numbers",
        "symmetry_group": "none",
        "domain": _DOMAIN,
        "statistics": "mean",
        "parameters": "rate",
        "free_energy": r"F(x) = \log x! - x \log \lambda, \quad \log Z = \lambda, \quad \lambda = \langle x \rangle",
        "valid_range": "whole numbers of zero or more, not all zero",
        "method": "formula",
        "assumptions": "Independent rows; events that occur independently of each other at one rate.",
        "usage": "in Python symcat.lookup('counts.poisson', mean=...)",
        "references": ["morris1982"],
    },
    {
        "label": "counts.negative_binomial",
        "title": "Negative binomial law of one column of counts",
        "family": "whole_numbers",
        "symmetry_group": "none",
        "domain": _DOMAIN,
        "statistics": "all rows: how often each whole number occurs",
        "parameters": "mean, dispersion",
        "free_energy": r"F(x) = \log x! - \sum_{j < x} \log(1 + \alpha j) - x \log \frac{m}{1 + \alpha m}, "
        r"\quad \log Z = \frac{\log(1 + \alpha m)}{\alpha}",
        "valid_range": "variance above the mean",
        "method": "search",
        "assumptions": "Independent rows; counts at a rate that is drawn from a gamma law.",
        "usage": _USAGE.format(label="counts.negative_binomial"),
        "references": ["levin1977", "morris1982"],
    },
)
CLASSES: dict[str, Row] = {str(row["label"]): row for row in _ROWS}

COVERAGE: dict[str, Row] = {
    "counts.poisson": coverage_row(
        "counts.poisson",
        "column of whole numbers, zero or more",
        below="negative numbers and fractions have probability zero.",
        above="no limit.",
    ),
    "counts.negative_binomial": coverage_row(
        "counts.negative_binomial",
        "column of whole numbers, zero or more, of variance above its mean",
        below="where the variance is not above the mean, the maximum of the likelihood is Poisson's law.",
        above="no limit.",
    ),
}
