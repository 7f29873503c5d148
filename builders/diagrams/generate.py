"""All connected graphs of given vertices, each with the share of Wick's pairings that it stands for.

One leg after the other is joined to each other one; states that are isomorphic are counted together. The weight of a
graph, pairings over ``prod n_d! (d!)^n_d`` for n_d vertices of degree d, is one over its symmetry factor.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache
from math import factorial, prod

import networkx as nx

from builders.diagrams.graph import Graph, standard

Sum = dict[Graph, Fraction]
"""A formal sum of graphs, standard ones, with their weights."""


@cache
def connected(degrees: tuple[int, ...], ends: int = 0, loops: bool = True) -> Sum:
    """Connected graphs with these vertices, and ``ends`` legs that pairings tell apart; without ``loops``, none has an
    edge from a vertex to itself."""
    many = len(degrees)
    states: Counter[Graph] = Counter({standard(Graph(degrees + (1,) * ends)): 1})
    for _ in range((sum(degrees) + ends) // 2):
        after: Counter[Graph] = Counter()
        for state, pairings in states.items():
            for graph, ways in _joined(state, loops):
                if _may_connect(graph):
                    after[standard(graph)] += pairings * ways
        states = after
    all_orders = prod(factorial(n) * factorial(d) ** n for d, n in Counter(degrees).items())
    found: Sum = {}
    for state, pairings in states.items():
        add(found, _cut_ends(state, many), Fraction(pairings, all_orders))
    return found


def add(total: Sum, graph: Graph, weight: Fraction) -> None:
    """Add a graph to a sum, in place."""
    graph = standard(graph)
    total[graph] = total.get(graph, Fraction(0)) + weight
    if not total[graph]:
        del total[graph]


def _joined(state: Graph, loops: bool) -> list[tuple[Graph, int]]:
    """One leg joined to each other leg, with the number of these at a vertex."""
    legs = list(state.legs)
    first = next(v for v, free in enumerate(legs) if free)
    legs[first] = legs[first] - 1 if loops else 0
    return [(state.joined(first, v), free) for v, free in enumerate(legs) if free]


def _may_connect(graph: Graph) -> bool:
    """Whether no part is closed while others are left."""
    parts = list(nx.connected_components(graph.network))
    return len(parts) == 1 or all(any(graph.legs[v] for v in part) for part in parts)


def _cut_ends(graph: Graph, many: int) -> Graph:
    """The vertices of degree one, which stand for legs that are told apart, taken out."""
    for v in reversed(range(len(graph.degrees))):
        if graph.degrees[v] == 1:
            graph = graph.without(v)
    assert len(graph.degrees) == many
    return graph
