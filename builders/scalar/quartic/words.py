"""The words of the entry: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from symcat.models.scalar import reduced

LOOKUP_BOUND = 1e-10  # of h, r, g, u and log Z, relative above 1, absolute below


def class_row(label: str) -> Row:
    """The row of ``classes``."""
    return {
        "label": label,
        "title": "Quartic in one variable, without symmetry",
        "family": "scalar",
        "symmetry_group": "none",
        "domain": "R",
        "statistics": "mean, <y^2>, <y^3>, <y^4> with y = x - mean",
        "parameters": "mean, h, r, g, u",
        "free_energy": r"F(x) = h y + \frac{r}{2} y^2 + \frac{g}{6} y^3 + \frac{u}{24} y^4, y = x - c",
        "valid_range": "kurtosis k > 1 + s^2 at skewness s != 0; 1 < k < 3 at s = 0",
        "method": "table",
        "assumptions": "Independent rows: an exponential family, whose maximum likelihood meets the first four "
        "averages. "
        "Mean and variance are free, c is the mean: the table is of skewness and kurtosis alone.",
        "usage": "select symcat.scalar_quartic(m1, m2, m3, m4), the averages of x, x^2, x^3 and x^4, of x less any "
        "number near its mean",
        "references": ["junk1998", "summy2018", "johansson2017arb", "trefethen2014"],
    }


def coverage_row(label: str) -> Row:
    """The row of ``coverage``."""
    return {
        "label": label,
        "statistic": "t = (k - 1 - s^2) / (2 + 1.6 s^2), "
        f"of a skewness s with |s| at most {reduced.STEEPEST:g} and a kurtosis k,",
        "lo": reduced.LEAST,
        "hi": reduced.MOST,
        "below": "the rows take two values: the kurtosis is never below 1 + s^2, and is that for two values only.",
        "above": "near the Gaussian a second bump far away would be needed for a kurtosis above 3 + 2.6 s^2, and at "
        "s = 0 no solution exists. Every node of the patches is certified; between the nodes their error is checked at "
        "other points, not proven.",
        "max_error": LOOKUP_BOUND,
        "rigor": "checked",
    }
