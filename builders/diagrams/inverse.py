"""Couplings from cumulants: the series of h, K, g, u of ``F = h.y + K yy/2 + g yyy/3! + u yyyy/4!`` in k3 and k4.

The columns y have mean 0 and covariance 1. Graded k3 ~ e, k4 ~ e^2, every coefficient is a formal sum of graphs whose
vertices of degree three and four are k3 and k4.

The entropy less that of the Gaussian is an extremum over the coupling of Hermite polynomials, of which those of
degree three and four are g and u (De Dominicis & Martin 1964, J. Math. Phys. 5, 14, for the functional)::

    s(k3, k4) = ext over g, u of  G(g, u) + g.k3 / 3! + u.k4 / 4!

Hermite polynomials leave no loops, the extremum over those of degree one and two cuts out all graphs that fall apart
when two lines are cut: G is the sum of the connected graphs that are left, with a minus for each vertex. So::

    g = -k3 - 3! dG'/dg        u = -k4 - 4! dG'/du        G = g.g / (2 3!) + u.u / (2 4!) + G'

and a graph of the derivative is one of G' with a vertex taken out. The two lower couplings follow from integration by
parts, <F_i> = 0 and <y_i F_j> = 1_ij; the entropy from its derivatives g / 3! and u / 4! by Euler's rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import product
from math import factorial

from builders.diagrams.generate import Sum, add, connected
from builders.diagrams.graph import Graph
from builders.diagrams.substitute import scaled, substituted, total

THIRD, FOURTH = 3, 4
ORDERS = {THIRD: 1, FOURTH: 2}
"""Of a cumulant, and of the coupling of the same degree at least."""
IDENTITY = Graph(())
"""The covariance, which is no vertex: the number 1, or the identity matrix."""


@cache
def _holes(degree: int, order: int) -> Sum:
    """The graphs of -d! dG/dx, x the coupling of this degree, whose vertices are of this order at least together.

    The vertex taken out may be of a degree above four: what is left is then the average of a Hermite polynomial.
    """
    found: Sum = {}
    for cubic, quartic in _vertices(order):
        degrees = (THIRD,) * cubic + (FOURTH,) * quartic
        if (sum(degrees) + degree) % 2:
            continue
        for graph, weight in connected((*degrees, degree), loops=False).items():
            if len(degrees) < 2 or not graph.is_irreducible(2):
                continue
            sign = -((-1) ** len(graph.degrees))
            for v, d in enumerate(graph.degrees):
                if d == degree:
                    add(found, graph.without(v), sign * factorial(degree) * weight)
    return found


def _vertices(order: int) -> list[tuple[int, int]]:
    """Numbers of cubic and quartic vertices."""
    return [(order - 2 * quartic, quartic) for quartic in range(order // 2 + 1)]


@cache
def coupling(degree: int, order: int) -> Sum:
    """g (degree three) or u (four) at an order."""
    first = {Graph((degree,)): Fraction(-1)} if order == ORDERS[degree] else {}
    return total(first, hermite(degree, order))


@cache
def hermite(degree: int, order: int) -> Sum:
    """-d! dG'/dx with the couplings put in: of degree above four, the average of the Hermite polynomial."""
    parts = [
        scaled(substituted(graph, fillings), weight)
        for least in range(order + 1)
        for graph, weight in _holes(degree, least).items()
        for fillings in _fillings(graph, order)
    ]
    return total(*parts)


def _fillings(graph: Graph, order: int) -> Iterator[list[Sum]]:
    """A sum for each vertex, their orders together ``order``."""
    if not graph.degrees:
        return
    spare = order - sum(ORDERS[d] for d in graph.degrees)
    for extra in product(range(spare + 1), repeat=len(graph.degrees)):
        if sum(extra) == spare:
            found = [coupling(d, ORDERS[d] + more) for d, more in zip(graph.degrees, extra, strict=True)]
            if all(found):
                yield found


_MELON = {degree: Graph((degree, degree), ((0, 1),) * degree) for degree in (THIRD, FOURTH)}
_PAIR = {degree: Graph((degree, degree), ((0, 1),) * (degree - 1)) for degree in (THIRD, FOURTH)}
_TADPOLE = {degree: Graph((degree,), ((0, 0),)) for degree in (2, THIRD, FOURTH)}
_DOUBLE_TADPOLE = Graph((FOURTH,), ((0, 0), (0, 0)))
_THREE_LINES = Graph((FOURTH, THIRD), ((0, 1),) * 3)


def _cumulant(degree: int) -> Sum:
    return {Graph((degree,)): Fraction(1)}


def _with_cumulant(pattern: Graph, degree: int, cumulant: int, order: int) -> Sum:
    """A coupling and a cumulant in the places of two vertices."""
    return substituted(pattern, [coupling(degree, order - ORDERS[cumulant]), _cumulant(cumulant)])


def _with_itself(pattern: Graph, degree: int, order: int) -> Sum:
    return substituted(pattern, [coupling(degree, order)])


def linear(order: int) -> Sum:
    """h_i = -g_iaa / 2 - u_iabc k3_abc / 3!."""
    return total(
        scaled(_with_itself(_TADPOLE[THIRD], THIRD, order), Fraction(-1, 2)),
        scaled(_with_cumulant(_THREE_LINES, FOURTH, THIRD, order), Fraction(-1, 6)),
    )


def quadratic(order: int) -> Sum:
    """K_ij = 1_ij - g_iab k3_jab / 2 - u_iabc k4_jabc / 3! - u_ijaa / 2."""
    if order == 0:
        return {IDENTITY: Fraction(1)}
    return total(
        scaled(_with_cumulant(_PAIR[THIRD], THIRD, THIRD, order), Fraction(-1, 2)),
        scaled(_with_cumulant(_PAIR[FOURTH], FOURTH, FOURTH, order), Fraction(-1, 6)),
        scaled(_with_itself(_TADPOLE[FOURTH], FOURTH, order), Fraction(-1, 2)),
    )


def entropy(order: int) -> Sum:
    """s: its order times it is k3 ds/dk3 + 2 k4 ds/dk4, graph by graph."""
    if order == 0:
        return {}
    return total(
        scaled(_with_cumulant(_MELON[THIRD], THIRD, THIRD, order), Fraction(1, 6 * order)),
        scaled(_with_cumulant(_MELON[FOURTH], FOURTH, FOURTH, order), Fraction(2, 24 * order)),
    )


def log_z(order: int) -> Sum:
    """log of the integral of exp(-F), without (d / 2) log 2 pi: s + d / 2 - <F>."""
    if order == 0:
        return {}
    return total(
        entropy(order),
        scaled(substituted(_TADPOLE[2], [quadratic(order)]), Fraction(-1, 2)),
        scaled(_with_cumulant(_MELON[THIRD], THIRD, THIRD, order), Fraction(-1, 6)),
        scaled(_with_cumulant(_MELON[FOURTH], FOURTH, FOURTH, order), Fraction(-1, 24)),
        scaled(_with_itself(_DOUBLE_TADPOLE, FOURTH, order), Fraction(-1, 8)),
    )


def implied(degree: int, order: int) -> Sum:
    """The cumulant of degree five or six of exp(-F): what of the Hermite average is connected."""
    return {graph: weight for graph, weight in hermite(degree, order).items() if graph.is_connected()}
