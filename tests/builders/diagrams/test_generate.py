"""All connected graphs: their numbers and weights are the known ones, and those of their automorphisms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

pytest.importorskip("networkx")

from builders.diagrams.generate import connected
from builders.diagrams.graph import automorphisms, nickel

VACUUM = {1: 1, 2: 2, 3: 4, 4: 10, 5: 28}
TWO_POINT = {1: (1, 1), 2: (3, 2), 3: (8, 5), 4: (30, 17)}


@pytest.mark.parametrize("order", VACUUM)
def test_the_vacuum_diagrams_of_four_lines(reference: Callable[[str], Any], order: int) -> None:
    found = connected((4,) * order)
    known = reference("reference.json")["diagrams"]["vacuum"][str(order)]
    assert len(found) == VACUUM[order] == known["connected"]
    assert sum(found.values()) == Fraction(known["sum_connected_weights"])
    if known["inverse_symmetry_factors"] is not None:
        assert sorted(found.values()) == sorted(map(Fraction, known["inverse_symmetry_factors"]))


@pytest.mark.parametrize("order", TWO_POINT)
def test_the_diagrams_with_two_legs(reference: Callable[[str], Any], order: int) -> None:
    found = connected((4,) * order, ends=2)
    irreducible = {graph: weight for graph, weight in found.items() if graph.is_irreducible(1)}
    known = reference("reference.json")["diagrams"]["two_point"][str(order)]
    assert (len(found), len(irreducible)) == TWO_POINT[order] == (known["connected"], known["one_PI"])
    assert sum(found.values()) == Fraction(known["sum_connected"])
    assert sum(irreducible.values()) == Fraction(known["sum_1PI"])
    assert sorted(irreducible.values()) == sorted(map(Fraction, known["weights_1PI"]))
    without_loops = [graph for graph in irreducible if all(a != b for a, b in graph.edges)]
    assert len(without_loops) == known["one_PI_no_selfloop_tadpole"]


@pytest.mark.parametrize("degrees", [(4, 4, 4, 4), (3, 3, 3, 3, 4), (3, 3, 4, 4), (3, 3, 3, 3, 3, 3)])
def test_the_weight_is_one_over_the_number_of_automorphisms(degrees: tuple[int, ...]) -> None:
    assert all(weight == Fraction(1, automorphisms(graph)) for graph, weight in connected(degrees).items())


def test_every_graph_has_a_name_of_its_own() -> None:
    graphs = connected((4,) * 4, ends=2)
    assert len({nickel(graph) for graph in graphs}) == len(graphs)
    # As in the literature: the double tadpole, the sunset, and the chain of two tadpoles.
    assert {nickel(graph) for graph in connected((4, 4), ends=2)} == {"ee11|1|", "e111|e|", "e01|e1|"}


@pytest.mark.parametrize(("legs", "name", "highest"), [(0, "logZ", 5), (2, "mean_x2", 4), (4, "connected_4pt", 3)])
def test_the_series_of_x4(reference: Callable[[str], Any], legs: int, name: str, highest: int) -> None:
    known = reference("reference.json")["phi4_series"][name]
    for order in range(1, highest + 1):
        total = sum(connected((4,) * order, ends=legs).values())
        assert (-1) ** order * total == Fraction(known[order])


def test_the_irreducible_ones_are_the_self_energy(reference: Callable[[str], Any]) -> None:
    known = reference("reference.json")["phi4_series"]["self_energy_Sigma_with_G2_inv_eq_1_minus_Sigma"]
    for order in TWO_POINT:
        found = connected((4,) * order, ends=2)
        total = sum(weight for graph, weight in found.items() if graph.is_irreducible(1))
        assert (-1) ** order * total == Fraction(known[order])
