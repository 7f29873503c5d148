"""Doubles that enclose a ball, and the check that they still do."""

from __future__ import annotations

import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.tools.bounds import check_bounds, columns, outwards


def test_bounds_are_rounded_outwards() -> None:
    with ctx.workprec(200):
        value, lower, upper = outwards(arb(1) / 3)
        assert arb(lower) < arb(1) / 3 < arb(upper)
    assert lower <= value <= upper
    assert upper - lower < 1e-16


def test_bounds_that_no_longer_enclose_are_found() -> None:
    third = {"u": arb(1) / 3}
    row = columns(third)
    assert sorted(row) == ["u", "u_lower", "u_upper"]
    assert check_bounds("a", [row], lambda _: third, "fast")["passed"]
    row["u_lower"] = row["u_upper"]
    found = check_bounds("a", [row], lambda _: third, "fast")
    assert not found["passed"]
    assert found["points"] == 1
