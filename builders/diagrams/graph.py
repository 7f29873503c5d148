"""Graphs with legs, up to isomorphism: the shapes of Feynman diagrams.

A vertex is known by its degree. What of the degree no edge uses are legs, which are not told apart: a graph stands for
the average over all ways to name them. Two vertices may be joined by several edges, and a vertex to itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import permutations
from math import factorial, prod

import networkx as nx

LEG = -1
"""In the lists of ends of a vertex."""


@dataclass(frozen=True)
class Graph:
    """``degrees`` of the vertices 0, 1, ..., and ``edges`` between them, each from the lower, in order."""

    degrees: tuple[int, ...]
    edges: tuple[tuple[int, int], ...] = ()

    @staticmethod
    def of(degrees: tuple[int, ...], edges: list[tuple[int, int]]) -> Graph:
        return Graph(degrees, tuple(sorted((min(edge), max(edge)) for edge in edges)))

    @cached_property
    def legs(self) -> tuple[int, ...]:
        """How many each vertex has."""
        used = Counter(end for edge in self.edges for end in edge)
        return tuple(degree - used[v] for v, degree in enumerate(self.degrees))

    @cached_property
    def network(self) -> nx.Graph:
        """The same with multiplicities: ``kind`` of a vertex (degree, legs), ``times`` of an edge."""
        network = nx.Graph()
        for v, kind in enumerate(zip(self.degrees, self.legs, strict=True)):
            network.add_node(v, kind=str(kind))
        for (a, b), times in Counter(self.edges).items():
            network.add_edge(a, b, times=times)
        return network

    @property
    def loops(self) -> int:
        """Independent closed ways of a connected graph."""
        return len(self.edges) - len(self.degrees) + 1

    def joined(self, a: int, b: int) -> Graph:
        """One leg of a and one of b made an edge."""
        return Graph.of(self.degrees, [*self.edges, (a, b)])

    def without(self, vertex: int) -> Graph:
        """A vertex taken out: what was joined to it are legs."""
        place = {v: k for k, v in enumerate(v for v in range(len(self.degrees)) if v != vertex)}
        left = [(place[a], place[b]) for a, b in self.edges if vertex not in (a, b)]
        return Graph.of(tuple(self.degrees[v] for v in place), left)

    def is_connected(self) -> bool:
        return len(self.degrees) <= 1 or bool(nx.is_connected(self.network))

    def is_irreducible(self, cuts: int) -> bool:
        """Whether a connected graph stays so when any ``cuts`` edges are cut."""
        if len(self.degrees) == 1:
            return True
        smallest, _ = nx.stoer_wagner(self.network, weight="times")
        return bool(smallest > cuts)


def standard(graph: Graph) -> Graph:
    """The first graph of its isomorphism class that was asked for."""
    return _seen(graph)


@cache
def _seen(graph: Graph) -> Graph:
    network = graph.network
    key = nx.weisfeiler_lehman_graph_hash(network, node_attr="kind", edge_attr="times")
    alike = _CLASSES.setdefault(key, [])
    for other in alike:
        if nx.is_isomorphic(network, other.network, _same_kind, _same_times):
            return other
    alike.append(graph)
    return graph


_CLASSES: dict[str, list[Graph]] = {}
_same_kind = nx.algorithms.isomorphism.categorical_node_match("kind", None)
_same_times = nx.algorithms.isomorphism.categorical_edge_match("times", None)


def automorphisms(graph: Graph) -> int:
    """Permutations of vertices and edges, and turns of loops, that leave the graph as it is, its legs named."""
    matcher = nx.algorithms.isomorphism.GraphMatcher(graph.network, graph.network, _same_kind, _same_times)
    of_vertices = sum(1 for _ in matcher.isomorphisms_iter())
    times = Counter(graph.edges)
    return of_vertices * prod(factorial(n) * (2**n if a == b else 1) for (a, b), n in times.items())


def nickel(graph: Graph) -> str:
    """The canonical name: for each vertex its legs (e) and its neighbours not below itself, then a bar.

    Of all orders of the vertices the one with the smallest text (Nickel, Meiron & Baker 1977; Batkovich, Kirienko,
    Kompaniets & Novikov 2014, arXiv 1409.8227). A loop names its vertex once.
    """
    return "".join("".join("e" if end == LEG else str(end) for end in ends) + "|" for ends in _ends(ordered(graph)))


@cache
def ordered(graph: Graph) -> Graph:
    """The same with its vertices in the order of its name."""
    return min(_relabelled(graph), key=_ends)


def _relabelled(graph: Graph) -> Iterator[Graph]:
    for order in permutations(range(len(graph.degrees))):
        place = {v: k for k, v in enumerate(order)}
        yield Graph.of(tuple(graph.degrees[v] for v in order), [(place[a], place[b]) for a, b in graph.edges])


def _ends(graph: Graph) -> list[list[int]]:
    ends = [[LEG] * many for many in graph.legs]
    for a, b in graph.edges:
        ends[a].append(b)
    return ends
