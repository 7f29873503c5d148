"""Exact rational functions of N, and truncated power series over them: plain lists, smallest order first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_poly


@dataclass(frozen=True)
class Ratio:
    """A ratio of polynomials in N in lowest terms, the denominator monic."""

    numerator: fmpq_poly
    denominator: fmpq_poly

    @staticmethod
    def of(numerator: fmpq_poly, denominator: fmpq_poly) -> Ratio:
        common = numerator.gcd(denominator)
        numerator, denominator = numerator // common, denominator // common
        lead = denominator.leading_coefficient()
        return Ratio(numerator / lead, denominator / lead)

    def __add__(self, other: Ratio) -> Ratio:
        top = self.numerator * other.denominator + other.numerator * self.denominator
        return Ratio.of(top, self.denominator * other.denominator)

    def __neg__(self) -> Ratio:
        return Ratio(-self.numerator, self.denominator)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + (-other)

    def __mul__(self, other: Ratio) -> Ratio:
        return Ratio.of(self.numerator * other.numerator, self.denominator * other.denominator)

    def __truediv__(self, other: Ratio) -> Ratio:
        return Ratio.of(self.numerator * other.denominator, self.denominator * other.numerator)

    def __bool__(self) -> bool:
        return bool(self.numerator)

    def at(self, n: int) -> Fraction:
        """The value at a whole N."""
        value = self.numerator(fmpq(n)) / self.denominator(fmpq(n))
        return Fraction(int(value.p), int(value.q))

    def integers(self) -> tuple[list[int], list[int]]:
        """Numerator and denominator with coprime whole coefficients of ascending powers of N."""
        scale = lcm(int(self.numerator.denom()), int(self.denominator.denom()))
        top, bottom = self.numerator * scale, self.denominator * scale
        content = fmpq(0)
        for c in [*top.coeffs(), *bottom.coeffs()]:
            content = fmpq(content.p.gcd(c.p))
        return [int((c / content).p) for c in top.coeffs()], [int((c / content).p) for c in bottom.coeffs()]


N = Ratio(fmpq_poly([0, 1]), fmpq_poly([1]))


def number(value: int | Fraction) -> Ratio:
    """A constant."""
    value = Fraction(value)
    return Ratio(fmpq_poly([fmpq(value.numerator, value.denominator)]), fmpq_poly([1]))


Series = list[Ratio]


def multiply(a: Sequence[Ratio], b: Sequence[Ratio], length: int) -> Series:
    """The first ``length`` coefficients of a product."""
    zero = number(0)
    product = [zero] * length
    for i, x in enumerate(a[:length]):
        if x:
            for j, y in enumerate(b[: length - i]):
                product[i + j] = product[i + j] + x * y
    return product


def divide(a: Sequence[Ratio], b: Sequence[Ratio], length: int) -> Series:
    """The first ``length`` coefficients of a quotient; ``b[0]`` is not zero."""
    quotient: Series = []
    for k in range(length):
        rest = a[k] if k < len(a) else number(0)
        for j in range(1, min(k, len(b) - 1) + 1):
            rest = rest - b[j] * quotient[k - j]
        quotient.append(rest / b[0])
    return quotient


def logarithm(a: Sequence[Ratio], length: int) -> Series:
    """The first ``length`` coefficients of log a, for ``a[0] = 1``: from ``a (log a)' = a'``."""
    derivative = [c * number(k) for k, c in enumerate(a[:length])][1:]
    quotient = divide(derivative, a, length - 1)
    return [number(0)] + [c * number(Fraction(1, k)) for k, c in enumerate(quotient, start=1)]
