"""The series of ``scalar.quartic`` in its couplings: rows of ``corrections``.

``F = h y + y^2 / 2 + g y^3 / 3! + u y^4 / 4!``, where h need not be small: of one column given the others, it is
linear in these. Graded g ~ e, u ~ e^2. Under the Gaussian of mean -h, the averages of ``y^n exp(-g y^3 / 3! - u y^4 /
4!)`` are polynomials in h, g and u at each order.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import comb, factorial, prod

from flint import arb, ctx, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from builders.base import Level, Row
from builders.diagrams.falling import Errors, check_powers
from builders.diagrams.recursion import coefficients, logarithm, quotient
from builders.diagrams.rows import monomial
from builders.scalar.ball import BITS, integrals

ORDER = 4
_VERIFIED = "its error against averages enclosed in ball arithmetic falls with the power of the first term left out"
_STRENGTHS = (0.004, 0.002)  # of the cubic coupling; the squares, of the quartic one
_CONTEXT = fmpq_mpoly_ctx.get(["h", "g", "u"], "lex")
_H, _G, _U = _CONTEXT.gens()
Series = list[fmpq_mpoly]


def series() -> dict[str, Series]:
    """log Z without (1 / 2) log 2 pi, mean and variance: the terms of order 0, 1, ..., ORDER."""
    norm, first, second = ([_average(order, power) for order in range(ORDER + 1)] for power in range(3))
    log_z = logarithm(norm)
    log_z[0] += _H**2 / 2
    mean, square = quotient(first, norm), quotient(second, norm)
    of_mean = [sum((mean[i] * mean[k - i] for i in range(k + 1)), start=0 * _H) for k in range(ORDER + 1)]
    return {
        "log_z_weak": log_z,
        "mean_weak": mean,
        "variance_weak": [a - b for a, b in zip(square, of_mean, strict=True)],
    }


def rows(label: str) -> list[Row]:
    """Every monomial of every target; its error falls as ``powers`` checks."""
    return [
        monomial(label, target, order, f"h^{h} g^{g} u^{u}", weight, _VERIFIED)
        for target, terms in series().items()
        for order, term in enumerate(terms)
        for (h, g, u), weight in coefficients(term).items()
    ]


def powers(label: str, of: Sequence[Row], count: int, level: Level) -> Row:
    """The sums against ball arithmetic: as g and u are made weaker, the error falls as the first term left out says."""
    dice = random.Random(f"weak {label} {level}")
    draws = ((dice.uniform(-1.5, 1.5), dice.uniform(-1.0, 1.0), dice.uniform(0.6, 1.2)) for _ in range(count))
    errors = ([_errors(of, h, s * g, s * s * u) for s in _STRENGTHS] for h, g, u in draws)
    what = "random weak couplings beside any h, against averages enclosed in ball arithmetic"
    return check_powers(label, "weak powers", what, errors, level, lambda order: order + 1)


def _errors(of: Sequence[Row], h: float, g: float, u: float) -> Errors:
    """(target, last order) -> the error."""
    with ctx.workprec(BITS):
        enclosed = integrals([0.0, h, 0.5, g / 6, u / 24], 2)
        _, mean, square = enclosed.averages
        log_z = enclosed.log_z - (2 * arb.pi()).log() / 2
        exact = {"log_z_weak": log_z, "mean_weak": mean, "variance_weak": square - mean * mean}
        sums = {(target, order): arb(0) for target in exact for order in range(ORDER + 1)}
        at = {"h": arb(h), "g": 6 * arb(g / 6), "u": 24 * arb(u / 24)}  # as they are rounded above
        for row in of:
            if row["target"] in exact:
                weight = Fraction(str(row["weight"]))
                factors = (part.split("^") for part in str(row["diagram"]).split())
                value = prod((at[name] ** int(power) for name, power in factors), start=arb(weight.numerator))
                sums[str(row["target"]), int(str(row["order"]))] += value / weight.denominator
        totals = {key: sum((sums[key[0], k] for k in range(key[1] + 1)), start=arb(0)) for key in sums}
        return {key: abs(float((totals[key] - exact[key[0]]).mid())) for key in totals}


def _average(order: int, power: int) -> fmpq_mpoly:
    """The term of an order of the average with ``y^power``."""
    return sum((weight * _moment(3 * a + 4 * b + power) for a, b, weight in _expanded(order)), start=0 * _H)


def _expanded(order: int) -> Iterator[tuple[int, int, fmpq_mpoly]]:
    """Powers of the cubic and the quartic term in the exponential, and what stands before y."""
    for b in range(order // 2 + 1):
        a = order - 2 * b
        below = 6**a * factorial(a) * 24**b * factorial(b)
        yield a, b, (-_G) ** a * (-_U) ** b * fmpq(1, below)


def _moment(n: int) -> fmpq_mpoly:
    """<y^n> under the Gaussian of mean -h and variance 1."""
    return sum(
        (comb(n, 2 * k) * prod(range(2 * k - 1, 1, -2)) * (-_H) ** (n - 2 * k) for k in range(n // 2 + 1)),
        start=0 * _H,
    )
