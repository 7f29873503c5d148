"""Certified couplings of the even sextic: the reference numbers, the quartic it tends to, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.quartic import ball as quartic
from builders.scalar.sextic import starts
from builders.scalar.sextic.ball import PRECISION, solve
from builders.tools.checks import CannotCertify
from symcat.models.scalar.sextic_reduced import sixth_at


def start(fourth: float, sixth: float) -> np.ndarray:
    return starts.couplings(np.array([fourth]), np.array([sixth]))[0]


@pytest.mark.parametrize("name", ["next_certified.json", "next_tables.json"])
def test_every_reference_number_is_enclosed(name: str, reference: Callable[[str], Any]) -> None:
    with ctx.workprec(PRECISION):
        for row in reference(name)["z2_sextic"]:
            k, m = arb(row["k4"]), arb(row["k6"])
            state = solve(k, m, start(float(k), float(m)))
            for key in {"r", "u", "w", "log_z", "entropy"} & set(row):
                off = (getattr(state, key) - arb(row[key])).abs_upper()
                assert off < 1e-20 * (1 + abs(float(row[key]))), (row["k4"], row["k6"], key)


@pytest.mark.parametrize(("fourth", "t"), [(1.1, 0.02), (1.1, 1.0), (3.0, 1.0), (5.5, 0.02), (5.5, 1.0)])
def test_balls_are_narrow_to_the_edges(fourth: float, t: float) -> None:
    sixth = sixth_at(fourth, t)
    with ctx.workprec(PRECISION):
        state = solve(arb(fourth), arb(sixth), start(fourth, sixth))
        for name in ("r", "u", "w", "log_z", "entropy"):
            ball = getattr(state, name)
            assert float(ball.rad()) < 1e-20 * max(1.0, abs(float(ball.mid())))
        # Integration by parts.
        assert (1 - state.u * arb(fourth) / 6 - state.w * arb(sixth) / 120).overlaps(state.r)


def test_where_w_vanishes_it_is_the_even_quartic() -> None:
    with ctx.workprec(PRECISION):
        closed = quartic.solve(1, arb(2))
        most = 4 + 6 * (3 - arb(2)) / closed.u  # the sixth average of the quartic
        near = (most - arb("1e-6")).mid()
        state = solve(arb(2), near, start(2.0, float(near)))
        assert 0 < float(state.w.mid()) < 1e-3
        assert abs(float((state.u - closed.u).mid())) < 1e-4
        assert abs(float((state.entropy - closed.entropy).mid())) < 1e-9


def test_what_is_not_near_its_start_is_refused() -> None:
    with ctx.workprec(PRECISION), pytest.raises(CannotCertify):
        solve(arb("2.6"), arb(9), start(2.6, 9.0) * 1.001)


def test_averages_that_no_density_has_are_refused() -> None:
    with pytest.raises(CannotCertify, match="no start"):
        starts.couplings(np.array([2.0]), np.array([9.0]))
