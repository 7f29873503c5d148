"""The series without graphs are the reference's, and those of the table of even quartics."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

pytest.importorskip("flint")

from builders.diagrams.recursion import Expansion, Ring, coefficients, expand
from builders.quartic.series import edge_series

NAMES = {"linear": (1,), "r": (2,), "g": (3,), "u": (4,)}
"""The reference's name -> the derivative of F that it is."""


@pytest.fixture(scope="module")
def one_column() -> Expansion:
    ring = Ring(1, ("k3", "k4"))
    k3, k4 = ring.symbols
    return expand(ring, {(3,): k3, (4,): k4}, 12)


@pytest.mark.parametrize("name", NAMES)
def test_every_coefficient_of_the_reference(reference: Callable[[str], Any], one_column: Expansion, name: str) -> None:
    rows = reference("cumulant_inversion.json")[name]
    known = {(row["order"], row["k3"], row["k4"]): Fraction(row["coefficient"]) for row in rows}
    found = {
        (order, *exponents[1:]): value
        for order, term in enumerate(one_column.couplings[NAMES[name]][:9])
        for exponents, value in coefficients(term).items()
    }
    assert found == known


@pytest.mark.parametrize(("target", "exponents"), [("u", (4,)), ("K", (2,)), ("entropy", ()), ("log_z", ())])
def test_without_skewness_it_is_the_even_table_s_series(
    one_column: Expansion, target: str, exponents: tuple[int, ...]
) -> None:
    even = edge_series()["r" if target == "K" else target]
    for power in range(7):
        found = coefficients(one_column.terms(target, exponents)[2 * power])
        assert found.get((0, 0, power), 0) * (-1) ** power == even[power].at(1)


def test_integration_by_parts_gives_the_next_cumulants(one_column: Expansion) -> None:
    # <y^2 F'> = 0 and <y^3 F'> = 3, with <y^5> = k5 + 10 k3 and <y^6> = k6 + 15 k4 + 10 k3^2 + 15.
    h, r, g, u = (one_column.couplings[(n,)] for n in (1, 2, 3, 4))
    k5, k6 = one_column.implied[(5,)], one_column.implied[(6,)]
    _, k3, k4 = h[0].context().gens()
    shift = lambda series, n, by: 0 * by if n < 0 else series[n] * by  # noqa: E731
    for n in range(11):
        fifth = sum((u[i] * k5[n - i] for i in range(n + 1)), start=shift(u, n - 1, 10 * k3))
        sixth = sum((u[i] * k6[n - i] for i in range(n + 1)), start=shift(u, n - 2, 15 * k4 + 10 * k3**2) + 15 * u[n])
        of_g = sum((g[i] * k5[n - i] for i in range(n + 1)), start=shift(g, n - 1, 10 * k3))
        assert h[n] + shift(r, n - 1, k3) + (shift(g, n - 2, k4) + 3 * g[n]) / 2 + fifth / 6 == 0
        third = shift(h, n - 1, k3) + shift(r, n - 2, k4) + 3 * r[n] + of_g / 2 + sixth / 6
        assert third == (3 if n == 0 else 0)
