"""The series of ``scalar.quartic`` about the Gaussian, in its third and fourth cumulants: rows of ``corrections``.

The column has mean 0 and variance 1: k3 is its skewness, k4 its kurtosis less 3.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from math import factorial

from flint import arb, ctx

from builders.base import Level, Row
from builders.diagrams.falling import Errors, check_powers
from builders.diagrams.recursion import Ring, coefficients, expand
from builders.diagrams.rows import monomial
from builders.scalar.ball import BITS, integrals

ORDER = 12
VERIFIED = "its error against averages enclosed in ball arithmetic falls with the power of the first term left out"
_TARGETS = {"h": 1, "r": 2, "g": 3, "u": 4, "log_z": 0, "entropy": 0}
"""What is expanded, and how many times F is to be differentiated for it."""
_STRENGTHS = (0.03, 0.015)  # of the cubic coupling; the squares, of the quartic one


def rows(label: str) -> list[Row]:
    """Every monomial of every target, to order twelve; its error falls as ``powers`` checks."""
    ring = Ring(1, ("k3", "k4"))
    k3, k4 = ring.symbols
    found = expand(ring, {(3,): k3, (4,): k4}, ORDER, further=False)
    return [
        monomial(label, target, order, f"k3^{third} k4^{fourth}", weight, VERIFIED)
        for target, degree in _TARGETS.items()
        for order, term in enumerate(found.terms(target, (degree,)))
        for (_, third, fourth), weight in coefficients(term).items()
    ]


def powers(label: str, of: Sequence[Row], count: int, level: Level) -> Row:
    """Couplings -> cumulants, enclosed -> couplings: halved, the error falls as the first term left out says."""
    dice = random.Random(f"powers {label} {level}")
    draws = ((dice.uniform(-0.6, 0.6), dice.uniform(0.6, 1.2)) for _ in range(count))
    errors = ([_errors(of, s * g, s * s * u) for s in _STRENGTHS] for g, u in draws)
    # Orders are all even, or all odd.
    what = "random weak couplings, cumulants enclosed in ball arithmetic"
    return check_powers(label, "powers", what, errors, level, lambda order: order + 2)


def _errors(of: Sequence[Row], cubic: float, quartic: float) -> Errors:
    """(target, last order) -> the error for ``F = y^2 / 2 + g y^3 / 3! + u y^4 / 4!``, its column standardised."""
    with ctx.workprec(BITS):
        exact, third, fourth = _standardised([0.0, 0.0, 0.5, cubic / 6, quartic / 24])
        sums: dict[tuple[str, int], arb] = {}
        for row in of:
            key = str(row["target"]), int(str(row["order"]))
            powers = [int(part.partition("^")[2]) for part in str(row["diagram"]).split()]
            weight = Fraction(str(row["weight"]))
            term = arb(weight.numerator) / weight.denominator * third ** powers[0] * fourth ** powers[1]
            sums[key] = sums.get(key, arb(0)) + term
        found, totals = {}, dict.fromkeys(exact, arb(0))
        for target, order in sorted(sums, key=lambda key: key[1]):
            totals[target] += sums[target, order]
            if order:
                found[target, order] = abs(float((totals[target] - exact[target]).mid()))
        return found


def _standardised(polynomial: list[float]) -> tuple[dict[str, arb], arb, arb]:
    """The targets of exp(-F), and k3 and k4."""
    enclosed = integrals(polynomial, 4)
    raw, mean = enclosed.averages, enclosed.averages[1]
    centred = [
        sum((math.comb(k, j) * raw[j] * (-mean) ** (k - j) for j in range(k + 1)), start=arb(0)) for k in range(5)
    ]
    deviation = centred[2].sqrt()
    moments = [moment / deviation**k for k, moment in enumerate(centred)]
    derivatives = [
        sum((math.perm(n, k) * arb(c) * mean ** (n - k) for n, c in enumerate(polynomial) if n >= k), start=arb(0))
        for k in range(5)
    ]
    h, r, g, u = (derivatives[k] * deviation**k for k in (1, 2, 3, 4))
    log_z = enclosed.log_z - deviation.log() + derivatives[0] - (2 * arb.pi()).log() / 2
    energy = sum((c * moments[k] / factorial(k) for k, c in enumerate((h, r, g, u), start=1)), start=arb(0))
    targets = {"h": h, "r": r, "g": g, "u": u, "log_z": log_z, "entropy": log_z + energy - arb(0.5)}
    return targets, moments[3], moments[4] - 3
