"""Exact series: known rationals, the reference's lists, and convergence to the certified values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.quartic.ball import solve
from builders.quartic.series import edge_series, series_rows, series_rows_in_one_variable, weak_series, weight_text


def test_first_orders_in_one_variable() -> None:
    values = {name: [c.at(1) for c in series[:5]] for name, series in edge_series().items()}
    assert values["u"] == [0, 1, Fraction(3, 2), Fraction(3, 4), Fraction(11, 8)]
    assert values["r"] == [1, Fraction(-1, 2), Fraction(-7, 12), Fraction(-1, 8), Fraction(-9, 16)]
    assert values["entropy"][2] == Fraction(-1, 48)  # the Gaussian's excess kurtosis^2 / 48


@pytest.mark.parametrize(("target", "name"), [("u", "u"), ("r", "r")])
def test_the_cumulant_inversion_without_skewness(reference: Callable[[str], Any], target: str, name: str) -> None:
    for row in reference("cumulant_inversion.json")[name]:
        if row["k3"] == 0:
            order = row["k4"]  # d = -k4
            assert edge_series()[target][order].at(1) * (-1) ** order == Fraction(row["coefficient"])


def test_the_weak_coupling_lists(reference: Callable[[str], Any]) -> None:
    known = reference("reference.json")
    one = known["phi4_series"]
    names = {"log_z_weak": "logZ", "mean_weak": "mean_x2", "kurtosis_weak": "kurtosis_x4_over_x2sq"}
    for target, name in names.items():
        assert [str(c.at(1)) for c in weak_series()[target]] == one[name]
    for dimension, block in known["ON_zero_dim"]["series"].items():
        assert [str(c.at(int(dimension))) for c in weak_series()["log_z_weak"][:9]] == block["logZ"]


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_the_edge_series_tend_to_the_certified_values(dimension: int) -> None:
    with ctx.workprec(200):
        d = Fraction(1, 2000 * dimension)
        state = solve(dimension, arb(1) + (arb(2) / dimension) - arb(d.numerator) / d.denominator)
        gaussian = {"entropy": arb(dimension) / 2 * (2 * arb.pi()).log() + arb(dimension) / 2}
        gaussian["log_z"] = gaussian["entropy"] - arb(dimension) / 2
        for target, series in edge_series().items():
            total = sum((c.at(dimension) * d**k for k, c in enumerate(series)), Fraction(0))
            exact = getattr(state, target) - gaussian.get(target, 0)
            gap = abs(float((arb(total.numerator) / total.denominator - exact).mid()))
            assert gap < 1e-22, target


def test_order_twelve_is_stored_with_symbolic_n() -> None:
    rows = series_rows("on.quartic")
    assert max(row["order"] for row in rows if row["target"] == "u_edge") == 12  # type: ignore[type-var]
    by_name = {(row["target"], row["order"]): row for row in series_rows_in_one_variable("z2.quartic")}
    for row in rows:
        top, bottom = (sum(int(c) for c in row[key]) for key in ("numerator", "denominator"))  # type: ignore[attr-defined]
        target = str(row["target"]).removesuffix("_edge")
        special = by_name.get((target, row["order"]))
        assert Fraction(top, bottom) == (0 if special is None else Fraction(str(special["weight"])))


def test_weights_read_as_formulas() -> None:
    assert weight_text([0, 2, 1], [8]) == "(N**2+2*N)/(8)"
    assert weight_text([-1], [2]) == "-1/2"
    assert weight_text([0, -1], [0, 0, 3]) == "(-N)/(3*N**2)"
