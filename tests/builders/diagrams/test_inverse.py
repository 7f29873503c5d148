"""Couplings as diagrams of cumulants: known terms, and every coefficient of the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

pytest.importorskip("networkx")

from builders.diagrams.generate import Sum
from builders.diagrams.graph import nickel
from builders.diagrams.inverse import FOURTH, THIRD, coupling, entropy, hermite, implied, linear, quadratic
from builders.diagrams.substitute import scaled, total

NAMES = {"linear": "h", "r": "K", "g": "g", "u": "u"}


def in_one_column(of: Sum) -> dict[tuple[int, int], Fraction]:
    """Numbers of k3 and k4 -> the sum of weights."""
    found: Counter[tuple[int, int]] = Counter()
    for graph, weight in of.items():
        found[graph.degrees.count(3), graph.degrees.count(4)] += weight  # type: ignore[assignment]
    return dict(found)  # type: ignore[arg-type]


def agrees(reference: Callable[[str], Any], name: str, series: Callable[[int], Sum], orders: range) -> None:
    known = reference("cumulant_inversion.json")[name]
    for order in orders:
        wanted = {(row["k3"], row["k4"]): Fraction(row["coefficient"]) for row in known if row["order"] == order}
        assert in_one_column(series(order)) == wanted


def series_of(name: str) -> Callable[[int], Sum]:
    by_name = {"linear": linear, "r": quadratic}
    return by_name.get(name) or (lambda order: coupling(THIRD if name == "g" else FOURTH, order))


@pytest.mark.parametrize("name", NAMES)
def test_every_coefficient_of_the_reference(reference: Callable[[str], Any], name: str) -> None:
    agrees(reference, name, series_of(name), range(6 if name in ("r", "u") else 7))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_coefficient_of_the_reference_to_order_seven(reference: Callable[[str], Any], name: str) -> None:
    agrees(reference, name, series_of(name), range(6, 8))


def test_the_lowest_diagrams() -> None:
    named = {nickel(graph): weight for graph, weight in coupling(FOURTH, 2).items()}
    assert named == {"eeee|": -1, "ee1|ee|": 3}
    named = {nickel(graph): weight for graph, weight in quadratic(2).items()}
    assert named == {"ee0|": Fraction(1, 2), "e11|e|": Fraction(-1, 2), "ee1|1|": Fraction(-1, 2)}
    named = {nickel(graph): weight for graph, weight in entropy(4).items()}
    assert named["1111||"] == Fraction(-1, 48)


def test_the_entropy_s_derivatives_are_the_couplings() -> None:
    # Taking a vertex out of every graph of the entropy: g / 3! of cubic ones, u / 4! of quartic ones.
    for degree, factor, order in ((THIRD, 6, 5), (FOURTH, 24, 4)):
        found = total(
            *(
                scaled({graph.without(v): Fraction(1)}, factor * weight)
                for graph, weight in entropy(order + degree - 2).items()
                for v, d in enumerate(graph.degrees)
                if d == degree
            )
        )
        assert found == coupling(degree, order)


def test_what_is_not_connected_cancels_but_for_two_third_cumulants() -> None:
    assert implied(6, 2) == {}
    assert list(hermite(6, 2).values()) == [10]
    assert implied(6, 4) == hermite(6, 4)
