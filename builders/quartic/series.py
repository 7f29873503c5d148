"""Exact series of the radial quartic family, with N as a symbol.

Two expansions about the Gaussian. From the averages (``d = (N+2)/N - kurtosis``): the power series of the
differential equation ``dB/dkappa = 2 B^2 (kappa - 1) / (1 - (kappa - 1) (n + kappa B))``, n = N/2, u = 3 B / n^2.
From the coupling g of ``S = rho^2 / 2 + g rho^4 / 24``: the moments ``<rho^(2 m)> = N (N + 2) ... (N + 2 m - 2)`` of
the Gaussian. Both diverge: they are asymptotic.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import factorial

from builders.base import Row
from builders.tools.ratio import N, Ratio, Series, divide, logarithm, multiply, number

ORDER = 12


@cache
def edge_series() -> dict[str, Series]:
    """u, r, entropy and log Z in powers of d; entropy and log Z without their Gaussian values."""
    n = N / number(2)
    one = number(1)
    above = [one / n, number(-1)]  # kappa - 1
    kappa = [one + one / n, number(-1)]
    factor = multiply(above, kappa, 3)
    # -B' (n d - factor B) = 2 B^2 above. With B = b_1 d + ..., the order d fixes b_1 = n / factor[0];
    # at each later order the new coefficient enters once, times n, from B' factor B.
    b: Series = [number(0), n / factor[0]]
    for k in range(2, ORDER + 1):
        known = [*b, number(0)]
        slope = [number(i) * c for i, c in enumerate(known)][1:]
        bracket = [-c for c in multiply(factor, known, k + 1)]
        bracket[1] = bracket[1] + n
        left = multiply(slope, bracket, k + 1)[k]
        right = number(2) * multiply(multiply(known, known, k + 1), above, k + 1)[k]
        b.append(-(left + right) / (-n))
    u = [number(3) / (n * n) * c for c in b]
    kappa_u = multiply(kappa, u, ORDER + 1)
    r = [-(n / number(3)) * c for c in kappa_u]
    r[0] = one
    entropy = [number(0), number(0)] + [-b[k] * number(Fraction(1, 2 * (k + 1))) for k in range(1, ORDER)]
    log_z = [s + n * n / number(6) * c for s, c in zip(entropy, kappa_u, strict=True)]
    return {"u": u, "r": r, "entropy": entropy, "log_z": log_z}


def _gaussian_moment(m: int) -> Ratio:
    product = number(1)
    for k in range(m):
        product = product * (N + number(2 * k))
    return product


@cache
def weak_series() -> dict[str, Series]:
    """log Z (over its value at g = 0), ``<rho^2>`` and the kurtosis in powers of g."""

    def weighted(extra: int) -> Series:
        return [
            _gaussian_moment(2 * k + extra) * number(Fraction((-1) ** k, 24**k * factorial(k)))
            for k in range(ORDER + 1)
        ]

    z, second, fourth = weighted(0), weighted(1), weighted(2)
    length = ORDER + 1
    kurtosis = divide(multiply(fourth, z, length), multiply(second, second, length), length)
    return {"log_z_weak": logarithm(z, length), "mean_weak": divide(second, z, length), "kurtosis_weak": kurtosis}


def weight_text(top: list[int], bottom: list[int]) -> str:
    """A ratio of polynomials in N as text, for example ``(N**2+2*N)/(8)``."""
    if len(top) <= 1 and len(bottom) == 1:
        return str(Fraction(top[0] if top else 0, bottom[0]))
    return f"({_polynomial(top)})/({_polynomial(bottom)})"


def _polynomial(coefficients: list[int]) -> str:
    terms = []
    for power in reversed(range(len(coefficients))):
        c = coefficients[power]
        if c:
            symbol = "" if power == 0 else "N" if power == 1 else f"N**{power}"
            size = str(abs(c)) if abs(c) != 1 or not symbol else ""
            terms.append(("-" if c < 0 else "+") + size + ("*" if size and symbol else "") + symbol)
    return "".join(terms).removeprefix("+") or "0"


VERIFIED = "exact: the expansions in the coupling and in the kurtosis, one put into the other"
"""What rows of these series say they have passed: ``composition``."""


def row(label: str, target: str, order: int, diagram: str, top: list[int], bottom: list[int], verified: str) -> Row:
    """A row of ``corrections``; it is of no graph."""
    return {
        "label": label,
        "target": target,
        "order": order,
        "loops": None,
        "diagram": diagram,
        "picture": None,
        "subscripts": None,
        "weight": weight_text(top, bottom),
        "numerator": [str(c) for c in top],
        "denominator": [str(c) for c in bottom],
        "verified": verified,
    }


def _series() -> list[tuple[str, str, Series]]:
    edge = [(target, "d", series) for target, series in edge_series().items()]
    return edge + [(target, "g", series) for target, series in weak_series().items()]


def series_rows_in_one_variable(label: str) -> list[Row]:
    """The rows at N = 1, zero weights left out."""
    rows = []
    for target, variable, series in _series():
        for order, coefficient in enumerate(series):
            if coefficient:
                value = coefficient.at(1)
                weight = [value.numerator], [value.denominator]
                rows.append(row(label, target, order, f"{variable}^{order}", *weight, VERIFIED))
    return rows


def series_rows(label: str) -> list[Row]:
    """The rows with N as a symbol; targets of the expansion in d carry the suffix ``_edge``."""
    rows = []
    for target, variable, series in _series():
        for order, coefficient in enumerate(series):
            if coefficient:
                name = f"{target}_edge" if variable == "d" else target
                rows.append(row(label, name, order, f"{variable}^{order}", *coefficient.integers(), VERIFIED))
    return rows
