"""Checks: they pass when they meet their bound, and what fails is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.tools.checks import CannotCertify, check, check_rounding, check_same, require, round_up


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_residuals_round_upwards(residual: float) -> None:
    assert residual * (1 - 1e-12) <= round_up(residual) <= residual * 1.11


def test_a_check_passes_when_it_meets_its_bound() -> None:
    def row(residual: float) -> object:
        return check("a", "b", "c", level="fast", points=1, residual=residual, bound=1e-10)["passed"]

    assert row(9e-11)
    assert not row(2e-10)
    assert not row(math.inf)


def test_what_fails_is_refused_by_name() -> None:
    rows = [
        check("a", name, "c", level="fast", points=1, residual=r, bound=0.1) for name, r in (("x", 1.0), ("y", 0.0))
    ]
    require(rows[1:])
    with pytest.raises(CannotCertify, match=r"^x: residual 1.0 above 0.1$"):
        require(rows)


@pytest.mark.parametrize(("worst", "stated"), [(0.0, 1e-16), (3e-13, 1e-12), (1e-9, 1e-9)])
def test_rounding_errors_are_stated_by_their_power_of_ten(worst: float, stated: float) -> None:
    row = check_rounding("a", "b", "c", level="fast", residuals=[0.0, worst], bound=1e-9)
    assert row["residual"] == pytest.approx(stated)
    assert (row["points"], row["passed"]) == (2, True)


def test_recomputed_rows_are_compared_by_their_text() -> None:
    rows: list[dict[str, object]] = [{"weight": "1/2"}, {"weight": "1/3"}]
    assert check_same("a", "corrections", rows, rows[::-1], "fast")["passed"]
    assert not check_same("a", "corrections", rows, rows[:1], "fast")["passed"]
