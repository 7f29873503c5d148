"""Builder of ``on.quartic``: the expansion in 2/N beyond the tables, and series with N as a symbol.

With x = (kurtosis - 1) N / 2, eps = 2/N and B = (N/2) b: ``b' (1 - x (1 + (1 + eps x) b)) = 2 x eps b^2``. Put ``b =
sum eps^j c_j / x``; then every c_j is a polynomial with the factor 1 - x, and P_u = x b / (1 - x), P_entropy = (N/2)
ln(2 pi e) + (1 - x)/2 - sum eps^j int_x^1 c_j / x dx / 2.
"""

from __future__ import annotations

import random
from functools import cache
from importlib.metadata import version

import numpy as np
from flint import arb, ctx, fmpq, fmpq_poly

from builders.base import Level, Row, Tables
from builders.quartic.ball import PRECISION
from builders.quartic.checks import LOOKUP_METHOD, lookup_checks
from builders.quartic.composition import check_composition
from builders.quartic.expansion_points import errors, terms
from builders.quartic.reduced import Derived
from builders.quartic.series import row, series_rows
from builders.quartic.words import EDGE, FREE_ENERGY, LOOKUP_BOUND, METHOD_NOTE, REFERENCES, below_and_above
from builders.tools.checks import check, check_same, require
from symcat.models.quartic.labels import LARGE_N, LARGEST_TABULATED_DIMENSION

VERSION = "1"
SOFTWARE = f"python-flint {version('python-flint')}"
ORDER = 8
SEED = 20261122
DIMENSIONS = (65, 66, 70, 80, 100, 128, 200, 500, 1000, 10_000, 1_000_000)
POLYNOMIAL_BOUND = 1e-12
VERIFIED = "the sum of the series against certified values"
"""What the rows of the expansion in 2/N say they have passed."""
COMPOSED = (1, 2, 3, 4, 5, 7, 10, 20)
X = fmpq_poly([0, 1])


def labels() -> list[str]:
    return [LARGE_N]


def parameters(label: str) -> Row:
    return {"order": ORDER, "checked_dimensions": list(DIMENSIONS), "precision_bits": PRECISION, "seed": SEED}


@cache
def coefficients() -> list[fmpq_poly]:
    """c_0 .. c_ORDER."""
    c = [1 - X]
    for j in range(1, ORDER + 1):
        first = sum(((X * c[i].derivative() - c[i]) * c[j - i] for i in range(1, j)), fmpq_poly())
        second = sum(((X * c[i].derivative() + c[i]) * c[j - 1 - i] for i in range(j)), fmpq_poly())
        c.append(first + X * second)
    return c


def expansions() -> dict[str, list[fmpq_poly]]:
    """Polynomials in x at each power of eps: of P_u, and of P_entropy without (N/2) ln(2 pi e)."""
    p_u = [c // (1 - X) for c in coefficients()]
    entropy = [(1 - X) / 2]
    for c in coefficients()[1:]:
        primitive = (c // X).integral()
        entropy.append((primitive - primitive(fmpq(1))) / 2)
    return {"u": p_u, "entropy": entropy}


def _rows() -> list[Row]:
    return [
        row(LARGE_N, target, order, f"x^{power}", [weight.numerator], [weight.denominator], VERIFIED)
        for target, polynomials in expansions().items()
        for order, power, weight in terms(polynomials)
    ]


def _class_row() -> Row:
    return {
        "label": LARGE_N,
        "title": "Quartic in N variables, invariant under rotations about its centre: expansion in 2/N",
        "family": "quartic",
        "symmetry_group": "O(N)",
        "domain": f"R^N, N > {LARGEST_TABULATED_DIMENSION}",
        "statistics": "mean, <rho^2>, <rho^4> with rho = |x - c|",
        "parameters": "mean, r, u",
        "free_energy": FREE_ENERGY,
        "valid_range": "kurtosis <rho^4>/<rho^2>^2 in (1, (N+2)/N)",
        "method": "series",
        "assumptions": METHOD_NOTE,
        "usage": "rows of corrections; in Python symcat.lookup('o100.quartic', m2=..., m4=...) for any N above "
        f"{LARGEST_TABULATED_DIMENSION}",
        "references": [*REFERENCES, "moshe2003"],
    }


def _coverage_row() -> Row:
    below, above = below_and_above("(N+2)/N")
    return {
        "label": LARGE_N,
        "statistic": "(kurtosis - 1) N / 2",
        "lo": float(EDGE),
        "hi": 1.0 - float(EDGE),
        "below": below,
        "above": above,
        "max_error": LOOKUP_BOUND,
        "rigor": "checked",
    }


def _checks(seed: str, level: Level, dimensions: tuple[int, ...], count: int) -> list[Row]:
    """The truncated expansion against certified values. The first term left out is of order (2/N)^9."""
    dice = random.Random(seed)
    series = expansions()
    worst_polynomial, worst_lookup, points = 0.0, np.zeros(3), 0
    for n in dimensions:
        with ctx.workprec(PRECISION):
            found = errors(n, series, float(EDGE), count, dice)
        worst_polynomial = max(worst_polynomial, found.polynomial)
        worst_lookup = np.maximum(worst_lookup, found.lookup)
        points += found.points
    where = f"N in {{{', '.join(str(n) for n in dimensions)}}}"
    method = (
        f"order {ORDER} in 2/N against certified values, {where}; the error falls as (2/N)^{ORDER + 1} until rounding, "
        f"so N = {LARGEST_TABULATED_DIMENSION + 1} is the worst and bounds every larger N"
    )
    return [
        check(
            LARGE_N, "expansion", method, level=level, points=points, residual=worst_polynomial, bound=POLYNOMIAL_BOUND
        ),
        *lookup_checks(LARGE_N, Derived(*worst_lookup), points, level, f"{LOOKUP_METHOD}; {where}"),
    ]


def _gaussian_edge() -> Row:
    """At x = 1 the family is the Gaussian: P_u = N / (N + 2), whose expansion in eps is (-1)^j."""
    gap = max(abs(p(fmpq(1)) - (-1) ** j) for j, p in enumerate(expansions()["u"]))
    method = "the expansion of N/(N+2) in 2/N, exactly"
    return check(LARGE_N, "Gaussian edge", method, level="fast", points=ORDER + 1, residual=float(arb(gap)), bound=0.0)


def build(label: str) -> Tables:
    checks = [
        *_checks(f"{SEED} {label}", "full", DIMENSIONS, 40),
        _gaussian_edge(),
        check_composition(label, COMPOSED, "full"),
    ]
    require(checks)
    return {
        "classes": [_class_row()],
        "corrections": [*_rows(), *series_rows(LARGE_N)],
        "coverage": [_coverage_row()],
        "checks": checks,
    }


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """Recompute the coefficients, and their sums at fresh points."""
    dimensions = DIMENSIONS if level == "full" else (65, 200)
    return [
        check_same(label, "corrections", tables["corrections"], [*_rows(), *series_rows(LARGE_N)], level),
        *_checks(f"verify {label} {level}", level, dimensions, 60 if level == "full" else 3),
        _gaussian_edge(),
        check_composition(label, COMPOSED, level),
    ]
