"""The words and limits of the radial quartic entries: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

import math
from fractions import Fraction

from builders.base import Row

LOOKUP_BOUND = 1e-10  # of r, u and log Z, relative above 1, absolute below
EDGE = Fraction(1, 10**6)  # coverage is x = (kurtosis - 1) N / 2 in [EDGE, 1 - EDGE]
FREE_ENERGY = r"F(x) = \frac{r}{2} |x - c|^2 + \frac{u}{24} |x - c|^4"
METHOD_NOTE = (
    "Independent rows. With a known centre this is an exponential family and the answer is the maximum likelihood; "
    "with an unknown one the centre is estimated first. Kurtosis is about the centre."
)
REFERENCES = ["dlmf", "johansson2017arb", "johansson2019hypergeometric", "zinnjustin2021"]


def limits(dimension: int) -> tuple[float, float]:
    """Covered kurtosis: the doubles just inside ``1 + 2 x / N`` for x in [EDGE, 1 - EDGE]."""
    lo, hi = 1 + 2 * EDGE / dimension, 1 + 2 * (1 - EDGE) / dimension
    low, high = float(lo), float(hi)
    return (
        low if Fraction(low) >= lo else math.nextafter(low, math.inf),
        high if Fraction(high) <= hi else math.nextafter(high, -math.inf),
    )


def class_row(label: str, dimension: int) -> Row:
    """The row of ``classes`` of N dimensions."""
    largest = "3" if dimension == 1 else f"{dimension + 2}/{dimension}"
    call = "z2_quartic(m2, m4)" if dimension == 1 else f"on_quartic({dimension}, m2, m4)"
    return {
        "label": label,
        "title": "Quartic in one variable, even about its centre"
        if dimension == 1
        else f"Quartic in {dimension} variables, invariant under rotations about its centre",
        "family": "quartic",
        "symmetry_group": "Z2" if dimension == 1 else f"O({dimension})",
        "domain": "R" if dimension == 1 else f"R^{dimension}",
        "statistics": "mean, <y^2>, <y^4> with y = x - c"
        if dimension == 1
        else "mean, <rho^2>, <rho^4> with rho = |x - c|",
        "parameters": "mean, r, u",
        "free_energy": FREE_ENERGY,
        "valid_range": f"kurtosis <rho^4>/<rho^2>^2 in (1, {largest})",
        "method": "table",
        "assumptions": METHOD_NOTE,
        "usage": f"select symcat.{call}, with m2 = <rho^2> and m4 = <rho^4> about the mean",
        "references": REFERENCES,
    }


def below_and_above(largest: str) -> tuple[str, str]:
    """Why there is no answer outside the coverage."""
    below = (
        "kurtosis is never below 1, and 1 itself is a sphere; this close to it, rounding of the kurtosis "
        "costs the digits of r and u."
    )
    above = (
        f"at kurtosis {largest} the class is the Gaussian, and this close to it rounding of the kurtosis "
        "costs the digits of u: use gaussian.isotropic; beyond, no normalisable quartic solution exists."
    )
    return below, above


def coverage_row(label: str, dimension: int) -> Row:
    """The row of ``coverage`` of N dimensions."""
    lo, hi = limits(dimension)
    below, above = below_and_above("3" if dimension == 1 else f"{dimension + 2}/{dimension}")
    return {
        "label": label,
        "statistic": "kurtosis",
        "lo": lo,
        "hi": hi,
        "below": below,
        "above": above,
        "max_error": LOOKUP_BOUND,
        "rigor": "proven",
    }
