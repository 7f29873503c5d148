"""The same series found without graphs, in any number of variables: exact, order by order.

With ``p = phi exp(-V)``, phi the standard Gaussian and ``V = sum_a c_a H_a / a!`` (a: exponents, together 1 to 4, H_a
Hermite's polynomials), the term of p of order j is ``-V_j`` and what lower orders decide, from ``dp/de = -p dV/de``.
As ``<H_a H_b> = a! 1_ab`` under phi, the averages wanted give ``c_a`` of that order at once: 0 of degree one and two,
k3 and k4 of degree three and four, times the norm. Graded k3 ~ e, k4 ~ e^2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import factorial, prod

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

Exponents = tuple[int, ...]
Series = list[fmpq_mpoly]
"""Terms of order 0, 1, ...; constants, but for the symbols that the cumulants may be made of."""

_LOWEST = {1: None, 2: None, 3: 1, 4: 2}
"""Degree -> order of its cumulant."""


@dataclass(frozen=True)
class Expansion:
    """The series of everything, for cumulants of degree three and four that are given by exponents."""

    couplings: dict[Exponents, Series]
    """The derivatives of F: h, K, g and u."""
    log_z: Series
    """Without (d / 2) log 2 pi."""
    entropy: Series
    """Without that of the Gaussian."""
    implied: dict[Exponents, Series]
    """Cumulants of degree five and six."""

    def terms(self, target: str, exponents: Exponents) -> Series:
        """Of an entry of a target, as the rows name it."""
        if target in ("log_z", "entropy"):
            return self.log_z if target == "log_z" else self.entropy
        return (self.implied if target in ("k5", "k6") else self.couplings)[exponents]


class Ring:
    """Polynomials in d variables y, and in further symbols."""

    def __init__(self, dimension: int, symbols: tuple[str, ...] = ()) -> None:
        self.dimension = dimension
        self.context = fmpq_mpoly_ctx.get([f"y{j}" for j in range(dimension)] + list(symbols), "lex")
        self.y = self.context.gens()[:dimension]
        self.symbols = self.context.gens()[dimension:]
        self.hermite = cache(self._hermite)

    def exponents(self, degree: int) -> list[Exponents]:
        """Of the monomials of a degree."""
        return [e for e in product(range(degree + 1), repeat=self.dimension) if sum(e) == degree]

    def constant(self, value: int) -> fmpq_mpoly:
        return self.context.constant(value)

    def _hermite(self, exponents: Exponents) -> fmpq_mpoly:
        return prod((_hermite(e, y) for e, y in zip(exponents, self.y, strict=True)), start=self.constant(1))

    def average(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """Under the standard Gaussian."""
        d = self.dimension
        out: dict[Exponents, fmpq] = {}
        for e, c in polynomial.to_dict().items():
            if not any(power % 2 for power in e[:d]):
                key = (0,) * d + tuple(e[d:])
                out[key] = out.get(key, fmpq()) + c * prod(_double_factorial(power - 1) for power in e[:d])
        return self.context.from_dict(out)

    def coefficient(self, polynomial: fmpq_mpoly, exponents: Exponents) -> fmpq_mpoly:
        """Of a monomial in y."""
        d = self.dimension
        chosen = {(0,) * d + tuple(e[d:]): c for e, c in polynomial.to_dict().items() if tuple(e[:d]) == exponents}
        return self.context.from_dict(chosen)


def coefficients(polynomial: fmpq_mpoly) -> dict[Exponents, Fraction]:
    """Exponents of all variables and symbols -> what stands before them."""
    return {tuple(map(int, e)): Fraction(int(c.p), int(c.q)) for e, c in polynomial.to_dict().items()}


def _hermite(n: int, y: fmpq_mpoly) -> fmpq_mpoly:
    before, found = 0 * y, 0 * y + 1
    for k in range(n):
        before, found = found, y * found - k * before
    return found


def _double_factorial(n: int) -> int:
    return prod(range(n, 1, -2))


def expand(ring: Ring, cumulants: Mapping[Exponents, fmpq_mpoly], order: int, further: bool = True) -> Expansion:
    """All series to an order; those of the cumulants of degree five and six only where ``further`` is asked for."""
    kinds = {e: _LOWEST[degree] for degree in _LOWEST for e in ring.exponents(degree)}
    p, v = [ring.constant(1)], [ring.constant(0)]
    norm = [ring.constant(1)]
    hermite: dict[Exponents, Series] = {e: [ring.constant(0)] for e in kinds}
    for j in range(1, order + 1):
        known = sum((i * v[i] * p[j - i] for i in range(1, j)), start=ring.constant(0)) / -j
        step = ring.constant(0)
        for e, lowest in kinds.items():
            c = ring.average(ring.hermite(e) * known)
            if lowest is not None and j >= lowest:
                c = c - cumulants[e] * norm[j - lowest]
            hermite[e].append(c)
            step += c * ring.hermite(e) / prod(map(factorial, e))
        v.append(step)
        p.append(known - step)
        norm.append(ring.average(p[j]))
    constant = (0,) * ring.dimension
    couplings = {e: [ring.coefficient(term, e) * prod(map(factorial, e)) for term in v] for e in kinds}
    for e in ring.exponents(2):
        couplings[e][0] += ring.constant(1 if 2 in e else 0)
    log_norm = logarithm(norm)
    entropy = list(log_norm)
    for e, lowest in kinds.items():
        if lowest is not None:
            for j in range(lowest, order + 1):
                entropy[j] += hermite[e][j - lowest] * cumulants[e] / prod(map(factorial, e))
    return Expansion(
        couplings,
        [log + ring.coefficient(term, constant) for log, term in zip(log_norm, v, strict=True)],
        entropy,
        _implied(ring, p, norm, cumulants) if further else {},
    )


def quotient(above: Series, below: Series) -> Series:
    """For a denominator that begins with 1."""
    out: Series = []
    for j, term in enumerate(above):
        out.append(term - sum((below[j - i] * out[i] for i in range(j)), start=0 * term))
    return out


def logarithm(of: Series) -> Series:
    slope = quotient([j * term for j, term in enumerate(of)], of)
    return [term if j == 0 else term / j for j, term in enumerate(slope)]


def _implied(ring: Ring, p: Series, norm: Series, cumulants: Mapping[Exponents, fmpq_mpoly]) -> dict[Exponents, Series]:
    """Averages of Hermite polynomials of degree five and six, less the products of two third cumulants."""
    found = {}
    for degree in (5, 6):
        for e in ring.exponents(degree):
            series = quotient([ring.average(ring.hermite(e) * term) for term in p], norm)
            if degree == 6 and len(series) > 2:
                series[2] -= sum((cumulants[a] * cumulants[b] for a, b in _halves(e)), start=ring.constant(0))
            found[e] = series
    return found


def _halves(exponents: Exponents) -> Iterator[tuple[Exponents, Exponents]]:
    """The ten ways to halve six indices."""
    indices = [j for j, e in enumerate(exponents) for _ in range(e)]
    for two in combinations(range(1, 6), 2):
        half = (0, *two)
        inside = [j for k, j in enumerate(indices) if k in half]
        first = tuple(inside.count(j) for j in range(len(exponents)))
        yield first, tuple(e - f for e, f in zip(exponents, first, strict=True))
