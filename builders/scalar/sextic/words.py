"""The words of the entry: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.scalar.words import class_of
from symcat.models.scalar import sextic_reduced as reduced

LOOKUP_BOUND = 1e-10  # of r, u, w and log Z, relative above 1, absolute below


def class_row(label: str) -> Row:
    """The row of ``classes``."""
    return {
        **class_of(label),
        "valid_range": "m6 > m4^2 where m2 = 1, and for m4 <= 3 no more than the even quartic has",
        "method": "table",
        "assumptions": "Independent rows. With a known centre this is an exponential family, whose maximum likelihood "
        "meets the averages of y^2, y^4 and y^6 about it; with an unknown one the centre is estimated first. Outside "
        "the table the couplings are found by a search.",
        "usage": "select symcat.z2_sextic(m2, m4, m6), the averages of y^2, y^4 and y^6 about the centre",
        "references": ["johansson2017arb", "trefethen2014"],
    }


def coverage_row(label: str) -> Row:
    """The row of ``coverage``."""
    scaled = ", ".join(f"{c:g}" for c in reduced.SCALED)
    return {
        "label": label,
        "statistic": f"t = (m - k^2) / width(k), of averages k of y^4 from {reduced.FLATTEST:g} to {reduced.PEAKED:g} "
        "and m of y^6, where that of y^2 is 1,",
        "lo": reduced.LEAST,
        "hi": reduced.MOST,
        "below": "the rows take three values: m is never below k^2, and is that for 0 and +-sqrt(k) only. In Python a "
        "search answers.",
        "above": "for k below 3 the even quartic is near, beyond which there is no sextic; for k above 3 a second hump "
        f"far away appears. In Python a search answers. width(k) = (k - 1) times the polynomial {scaled} of ascending "
        "powers of k - 3. Every node of the patches is certified; between the nodes their error is checked at other "
        "points, not proven.",
        "max_error": LOOKUP_BOUND,
        "rigor": "checked",
    }
