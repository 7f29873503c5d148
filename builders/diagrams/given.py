"""Mean and variance of one column y given the others, as a series in g and u about the linear answer.

Where the other columns are known, F is a quartic of y alone. With ``K_yy = 1``, and z the row whose y is the linear
answer ``-sum_j K_yj z_j`` over the others, ``y = z_y + s`` and s has the standard Gaussian and vertices g and u. Of a
vertex with three or four ends each is a line, a leg, or put in z: a source, which is drawn as a vertex with one end.

Lines, and the legs i and j, run over y alone; the other letters of the output are those of sources. The mean is z_y
plus the sum, the variance 1 plus the sum: each vertex has a factor -1, over the symmetry of the diagram.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import permutations
from math import factorial, prod

import numpy as np

from builders.base import Level, Row
from builders.diagrams.generate import Sum, add, connected
from builders.diagrams.graph import Graph, nickel, ordered
from builders.tools.checks import check
from symcat.models.contraction import parse

TARGETS = {"mean_given": 1, "variance_given": 2}
"""What is expanded, and how many legs it has."""
ORDER = 2
_OUTPUT = "ijklmn"
_LINES = "abcdefgh"
_LARGEST = 3  # of the whole numbers drawn


@cache
def given(legs: int, order: int) -> Sum:
    """The connected diagrams with so many vertices and legs, sources as vertices of degree one."""
    found: Sum = {}
    for quartic in range(order + 1):
        degrees = (3,) * (order - quartic) + (4,) * quartic
        most = sum(degrees) - legs - 2 * (order - 1)
        for sources in range(most % 2, most + 1, 2):
            for graph, weight in connected(degrees, legs + sources).items():
                ends = [v for v, many in enumerate(graph.legs) for _ in range(many)]
                ways = list(permutations(range(len(ends)), legs))
                for way in ways:
                    free = [v for k, v in enumerate(ends) if k not in way]
                    joined = [(v, len(degrees) + k) for k, v in enumerate(free)]
                    whole = Graph.of((*graph.degrees, *(1,) * sources), [*graph.edges, *joined])
                    add(found, whole, (-1) ** order * weight / factorial(sources) / len(ways))
    return found


def subscripts(graph: Graph) -> str:
    """An operand for each vertex: i and j its legs, a, b, ... the lines, further letters of the output the sources."""
    graph = ordered(graph)
    output, lines = iter(_OUTPUT), iter(_LINES)
    operands: list[list[str]] = [[next(output) for _ in range(many)] for many in graph.legs]
    for a, b in graph.edges:
        ends = [v for v in (a, b) if graph.degrees[v] > 1]
        letter = next(lines if len(ends) == 2 else output)
        for v in ends:
            operands[v].append(letter)
    texts = ["".join(operand) for operand, degree in zip(operands, graph.degrees, strict=True) if degree > 1]
    outside = sorted(letter for letter, times in Counter("".join(texts)).items() if times == 1)
    return ",".join(texts) + "->" + "".join(outside)


def rows(label: str, verified: str) -> list[Row]:
    """Rows of ``corrections``."""
    out: list[Row] = []
    for target, legs in TARGETS.items():
        for order in range(1, ORDER + 1):
            for graph, weight in given(legs, order).items():
                shown = ordered(graph)
                out.append(
                    {
                        "label": label,
                        "target": target,
                        "order": order,
                        "loops": graph.loops,
                        "diagram": nickel(graph),
                        "picture": [[v] for v, many in enumerate(shown.legs) for _ in range(many)]
                        + [list(edge) for edge in shown.edges],
                        "subscripts": subscripts(graph),
                        "verified": verified,
                        "weight": str(weight),
                        "numerator": [str(weight.numerator)],
                        "denominator": [str(weight.denominator)],
                    }
                )
    return out


Vertices = Mapping[int, Sequence[Fraction]]
"""Degree -> what the vertex is with 0, 1, ... of its ends along y and the others put in z."""


def summed(stored: Sequence[Row], target: str, order: int, vertices: Vertices) -> Fraction:
    """The sum of the rows of a target and an order, read by their text alone."""
    total = Fraction(0)
    for row in stored:
        if (row["target"], row["order"]) != (target, order):
            continue
        found = parse(str(row["subscripts"]))
        sources = set(found.output[TARGETS[target] :])
        along = [sum(letter not in sources for letter in operand) for operand in found.operands]
        factors = (vertices[len(operand)][k] for operand, k in zip(found.operands, along, strict=True))
        total += Fraction(str(row["weight"])) * prod(factors, start=Fraction(1))
    return total


def expanded(vertices: Vertices, order: int) -> dict[str, list[Fraction]]:
    """The terms of both targets to an order in the vertices, without graphs: by averages of powers of V.

    ``V(s)`` is ``sum_d T_d(z + s e) / d!`` with the tensor T_d of each degree, and e along y.
    """
    v = {
        n: sum((of[n] / (factorial(n) * factorial(d - n)) for d, of in vertices.items() if n <= d), Fraction(0))
        for n in range(5)
    }
    powers: list[dict[int, Fraction]] = [{0: Fraction(1)}]
    for _ in range(order):
        after: dict[int, Fraction] = {}
        for a, c in powers[-1].items():
            for n, value in v.items():
                after[a + n] = after.get(a + n, Fraction(0)) + c * value
        powers.append(after)

    def average(times: int) -> list[Fraction]:
        """Of ``s^times exp(-V)`` under the Gaussian, by orders."""
        return [
            sum((c * _moment(a + times) for a, c in power.items()), Fraction(0)) * Fraction((-1) ** k, factorial(k))
            for k, power in enumerate(powers)
        ]

    norm = average(0)
    first, second = (_over(average(times), norm) for times in (1, 2))
    square = [sum((first[i] * first[k - i] for i in range(k + 1)), Fraction(0)) for k in range(order + 1)]
    return {"mean_given": first, "variance_given": [a - b for a, b in zip(second, square, strict=True)]}


def _moment(n: int) -> Fraction:
    return Fraction(0) if n % 2 else Fraction(prod(range(n - 1, 0, -2)))


def _over(above: list[Fraction], below: list[Fraction]) -> list[Fraction]:
    """Quotient of two series, of which the lower begins with 1."""
    out: list[Fraction] = []
    for k, term in enumerate(above):
        out.append(term - sum((below[k - i] * out[i] for i in range(k)), Fraction(0)))
    return out


def check_given(label: str, stored: Sequence[Row], points: int, dice: np.random.Generator, level: Level) -> Row:
    """Random whole-number vertices: every order of both targets against the averages of powers of V, exactly."""
    differ = 0
    for _ in range(points):
        vertices = {d: [Fraction(int(k)) for k in dice.integers(-_LARGEST, _LARGEST + 1, size=d + 1)] for d in (3, 4)}
        found = expanded(vertices, ORDER)
        differ += sum(
            summed(stored, target, order, vertices) != found[target][order]
            for target in TARGETS
            for order in range(1, ORDER + 1)
        )
    method = "random whole-number couplings, y given the others: the rows against averages of powers of V, exactly"
    return check(label, "given others", method, level=level, points=points, residual=float(differ), bound=0.0)


def vertices_of(g: np.ndarray, u: np.ndarray, z: np.ndarray, y: int) -> dict[int, list[float]]:
    """Of tensors g (d, d, d) and u (d, d, d, d) where the other columns are as in z (d,)."""
    out: dict[int, list[float]] = {}
    for tensor in (g, u):
        found = [tensor]
        for _ in range(tensor.ndim):
            found = [part @ z for part in found] + [found[-1][..., y]]
        out[tensor.ndim] = [float(part) for part in found]
    return out
