"""Diagrams as rows of ``corrections``: name, picture, Einstein summation, weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial

from builders.base import Row
from builders.diagrams.generate import Sum
from builders.diagrams.graph import Graph, nickel, ordered
from builders.diagrams.inverse import FOURTH, IDENTITY, THIRD, coupling, entropy, implied, linear, log_z, quadratic

TARGETS: Mapping[str, Callable[[int], Sum]] = {
    "h": linear,
    "K": quadratic,
    "g": partial(coupling, THIRD),
    "u": partial(coupling, FOURTH),
    "entropy": entropy,
    "log_z": log_z,
    "k5": partial(implied, 5),
    "k6": partial(implied, 6),
}
"""What is expanded -> its terms of an order."""
DEGREES = {"h": 1, "K": 2, "g": 3, "u": 4, "entropy": 0, "log_z": 0, "k5": 5, "k6": 6}
"""How many indices it has."""

_OUTPUT = "ijklmn"
_LINES = "abcdefghopqrstuvwxyz"


def subscripts(graph: Graph) -> str:
    """The Einstein summation of a graph: i, j, ... its legs, a, b, ... its lines, an operand for each vertex."""
    if graph == IDENTITY:
        return ""
    graph = ordered(graph)
    legs, lines = iter(_OUTPUT), iter(_LINES)
    operands = [[next(legs) for _ in range(many)] for many in graph.legs]
    for a, b in graph.edges:
        line = next(lines)
        operands[a].append(line)
        operands[b].append(line)
    return ",".join(map("".join, operands)) + "->" + _OUTPUT[: sum(graph.legs)]


def picture(graph: Graph) -> list[list[int]]:
    """The vertices at the ends of each line, in the order of the name; a leg has one."""
    graph = ordered(graph)
    return [[v] for v, many in enumerate(graph.legs) for _ in range(many)] + [list(edge) for edge in graph.edges]


def rows(label: str, order: int, verified: str) -> list[Row]:
    """The series of all targets to an order."""
    return [
        {
            "label": label,
            "target": target,
            "order": power,
            "loops": 0 if graph == IDENTITY else graph.loops,
            "diagram": "identity" if graph == IDENTITY else nickel(graph),
            "picture": picture(graph),
            "subscripts": subscripts(graph),
            "verified": verified,
            **_columns_of(weight),
        }
        for target, terms in TARGETS.items()
        for power in range(order + 1)
        for graph, weight in terms(power).items()
    ]


def monomial(label: str, target: str, order: int, name: str, weight: Fraction, verified: str) -> Row:
    """A row that is of no graph, but of a product of powers."""
    return {
        "label": label,
        "target": target,
        "order": order,
        "loops": None,
        "diagram": name,
        "picture": None,
        "subscripts": None,
        "verified": verified,
        **_columns_of(weight),
    }


def _columns_of(weight: Fraction) -> Row:
    """The columns that hold an exact rational."""
    return {
        "weight": str(weight),
        "numerator": [str(weight.numerator)],
        "denominator": [str(weight.denominator)],
    }
