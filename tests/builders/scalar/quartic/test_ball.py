"""Certified couplings: the reference numbers, the even quartic's closed forms, and refusal of what is not proven."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.quartic import ball as even
from builders.scalar.quartic import starts
from builders.scalar.quartic.ball import PRECISION, solve
from builders.scalar.quartic.quadrature import averages
from builders.tools.checks import CannotCertify
from symcat.models.scalar.reduced import kurtosis_at

NAMES = ("h", "r", "g", "u", "log_z", "entropy")


def start(skewness: float, kurtosis: float) -> np.ndarray:
    return starts.couplings(np.array([skewness]), np.array([kurtosis]))[0]


@pytest.mark.parametrize("name", ["next_certified.json", "next_tables.json"])
def test_every_reference_number_is_enclosed(name: str, reference: Callable[[str], Any]) -> None:
    with ctx.workprec(PRECISION):
        for row in reference(name)["scalar_quartic"]:
            s, k = arb(row["skewness"]), arb(row["kurtosis"])
            state = solve(s, k, start(float(s), float(k)))
            for key in set(NAMES) & set(row):
                off = (getattr(state, key) - arb(row[key])).abs_upper()
                assert off < 1e-22 * (1 + abs(float(row[key]))), (row["skewness"], row["kurtosis"], key)


def test_at_skewness_zero_it_is_the_even_quartic() -> None:
    with ctx.workprec(PRECISION):
        for kurtosis in (1.01, 1.5, 2.5, 2.999):
            state, closed = solve(arb(0), arb(kurtosis), start(0.0, kurtosis)), even.solve(1, arb(kurtosis))
            assert state.h.contains(0)
            assert state.g.contains(0)
            for name in ("r", "u", "log_z", "entropy"):
                assert getattr(state, name).overlaps(getattr(closed, name)), (kurtosis, name)


@pytest.mark.parametrize(("s", "t"), [(1e-4, 1.0), (0.3, 0.005), (2.0, 0.5), (4.0, 1.0)])
def test_rigorous_integration_agrees(s: float, t: float) -> None:
    with ctx.workprec(PRECISION):
        skewness, kurtosis = arb(s), kurtosis_at(arb(s), arb(t)).mid()
        state = solve(skewness, kurtosis, start(s, float(kurtosis)))
        if s > 0.01:  # nearer to the Gaussian F is convex only very far out
            for found, value in zip(averages(state), (0, 1, skewness, kurtosis, state.log_z), strict=True):
                assert found.overlaps(arb(value))
                assert found.rad() < 1e-24
        assert state.u.rad() < 1e-20 * (1 + state.u)


def test_a_start_that_is_off_proves_nothing() -> None:
    with ctx.workprec(PRECISION), pytest.raises(CannotCertify):
        solve(arb(1), arb(3.5), start(1.0, 3.5) * 1.001)


def test_starts_meet_the_averages_or_say_that_they_do_not() -> None:
    dice = np.random.default_rng(1)
    s, t = dice.uniform(0.0, 4.0, 300), dice.uniform(0.005, 1.0, 300)
    found = starts.couplings(s, kurtosis_at(s, t))
    assert (found[:, 3] > 0.0).all()
    with pytest.raises(CannotCertify, match="no start"):
        starts.couplings(np.array([0.0]), np.array([5.0]))
