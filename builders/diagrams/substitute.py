"""Algebra of formal sums of graphs: sums, multiples, and graphs put in the place of vertices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations, product
from math import prod

from builders.diagrams.generate import Sum, add
from builders.diagrams.graph import Graph


def total(*sums: Sum) -> Sum:
    """The sum of sums."""
    out: Sum = {}
    for part in sums:
        for graph, weight in part.items():
            add(out, graph, weight)
    return out


def scaled(of: Sum, by: Fraction | int) -> Sum:
    """A multiple of a sum."""
    return {graph: weight * by for graph, weight in of.items()} if by else {}


def substituted(pattern: Graph, fillings: Sequence[Sum]) -> Sum:
    """Every vertex of a graph replaced by a sum of graphs that have as many legs as the vertex has edges and legs.

    A graph stands for the average over the order of its legs, so that every way to join them counts alike.
    """
    found: Sum = {}
    for terms in product(*(filling.items() for filling in fillings)):
        graphs = [graph for graph, _ in terms]
        weight = prod((weight for _, weight in terms), start=Fraction(1))
        for graph, share in _joined(pattern, graphs).items():
            add(found, graph, weight * share)
    return found


def _joined(pattern: Graph, graphs: Sequence[Graph]) -> dict[Graph, Fraction]:
    """The ways to join the graphs as the pattern's vertices are joined, each with its share."""
    offset = [sum(len(graph.degrees) for graph in graphs[:v]) for v in range(len(graphs))]
    degrees = tuple(degree for graph in graphs for degree in graph.degrees)
    inner = [(offset[v] + a, offset[v] + b) for v, graph in enumerate(graphs) for a, b in graph.edges]
    ways = [list(_orders(graph, offset[v])) for v, graph in enumerate(graphs)]
    found: Counter[Graph] = Counter()
    for order in product(*ways):
        free = [iter(legs) for legs in order]
        outer = [(next(free[a]), next(free[b])) for a, b in pattern.edges]
        found[Graph.of(degrees, inner + outer)] += 1
    every = prod(map(len, ways))
    return {graph: Fraction(many, every) for graph, many in found.items()}


def _orders(graph: Graph, offset: int) -> Iterator[tuple[int, ...]]:
    """The distinct orders of a graph's legs, by their vertices; all are as likely."""
    legs = [offset + v for v, many in enumerate(graph.legs) for _ in range(many)]
    yield from sorted(set(permutations(legs)))
