"""Graphs up to isomorphism."""

from __future__ import annotations

import pytest

pytest.importorskip("networkx")

from hypothesis import given, settings
from hypothesis import strategies as st

from builders.diagrams.graph import Graph, automorphisms, nickel, standard

SUNSET = Graph((4, 4), ((0, 1), (0, 1), (0, 1)))
TADPOLE = Graph((4,), ((0, 0),))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    graph = Graph(tuple(draw(st.lists(st.sampled_from([3, 4]), min_size=1, max_size=5))))
    for _ in range(draw(st.integers(0, sum(graph.degrees) // 2))):
        free = [v for v, legs in enumerate(graph.legs) for _ in range(legs)]
        a = draw(st.sampled_from(free))
        free.remove(a)
        graph = graph.joined(a, draw(st.sampled_from(free)))
    return graph


@settings(max_examples=40)
@given(graphs(), st.randoms())
def test_the_order_of_the_vertices_does_not_matter(graph: Graph, dice: object) -> None:
    order = list(range(len(graph.degrees)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    place = {v: k for k, v in enumerate(order)}
    other = Graph.of(tuple(graph.degrees[v] for v in order), [(place[a], place[b]) for a, b in graph.edges])
    assert standard(other) == standard(graph)
    assert nickel(other) == nickel(graph)
    assert automorphisms(other) == automorphisms(graph)


@settings(max_examples=40)
@given(graphs(), graphs())
def test_equal_names_are_equal_graphs(one: Graph, other: Graph) -> None:
    assert (nickel(one) == nickel(other)) == (standard(one) == standard(other))


def test_legs_loops_and_symmetry() -> None:
    assert (SUNSET.legs, SUNSET.loops, automorphisms(SUNSET), nickel(SUNSET)) == ((1, 1), 2, 2 * 6, "e111|e|")
    assert (TADPOLE.legs, TADPOLE.loops, automorphisms(TADPOLE), nickel(TADPOLE)) == ((2,), 1, 2, "ee0|")


def test_what_falls_apart() -> None:
    assert SUNSET.is_irreducible(2)
    assert not SUNSET.is_irreducible(3)
    assert SUNSET.without(1) == Graph((4,))
    assert not Graph((4, 4)).is_connected()
