"""The series in the couplings: derivatives of log Z, the known weak series, and a check that notices a wrong one."""

from __future__ import annotations

from fractions import Fraction

import pytest

pytest.importorskip("flint")

from builders.diagrams.recursion import coefficients
from builders.quartic.series import weak_series
from builders.scalar.quartic.weak import ORDER, powers, rows, series

ROWS = rows("scalar.quartic")


def test_mean_and_variance_are_derivatives_of_log_z() -> None:
    found = series()
    for log_z, mean, variance in zip(*(found[f"{name}_weak"] for name in ("log_z", "mean", "variance")), strict=True):
        assert mean == -log_z.derivative(0)
        assert variance == log_z.derivative(0).derivative(0)


@pytest.mark.parametrize(("target", "known"), [("log_z_weak", "log_z_weak"), ("variance_weak", "mean_weak")])
def test_without_field_and_cubic_term_it_is_the_even_series(target: str, known: str) -> None:
    for power in range(ORDER // 2 + 1):
        found = coefficients(series()[target][2 * power]).get((0, 0, power), Fraction(0))
        assert found == weak_series()[known][power].at(1)


def test_the_error_falls_as_it_should_and_a_wrong_weight_is_noticed() -> None:
    assert powers("scalar.quartic", ROWS, 2, "fast")["passed"]
    wrong = [{**row, "weight": "3"} if row["diagram"] == "h^1 g^1 u^0" else row for row in ROWS]
    assert not powers("scalar.quartic", wrong, 1, "fast")["passed"]
