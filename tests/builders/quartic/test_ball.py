"""Certified values: against reference numbers, exact identities and the second method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("flint")

from flint import arb

from builders.quartic.ball import closed_form, pure_quartic_kurtosis, solve, state_at
from builders.quartic.quadrature import QUADRATURE, integrate


@pytest.mark.parametrize("dimension", [1, 2, 3, 17, 64])
@pytest.mark.parametrize("fraction", [1e-6, 0.01, 0.37, 0.9, 0.98, 1 - 1e-6])
def test_the_enclosure_is_tight_and_consistent(dimension: int, fraction: float) -> None:
    kurtosis = arb(1 + 2 * fraction / dimension)
    state = solve(dimension, kurtosis)
    for value in (state.r, state.u, state.log_z, state.entropy):
        assert value.rel_accuracy_bits() > 90
    # Exact identities: integration by parts, and the kurtosis itself.
    assert (1 - kurtosis * state.u * dimension / 6).overlaps(state.r)
    assert state_at(dimension, state.z).kurtosis.overlaps(kurtosis)


@pytest.mark.parametrize("dimension", [1, 2, 5, 64])
@pytest.mark.parametrize("z", [-300, -3, 0, 2, 11, 300])
def test_closed_forms_and_integration_meet(dimension: int, z: int) -> None:
    for a, b in zip(closed_form(dimension, arb(z)), integrate(dimension, arb(z)), strict=True):
        assert a.overlaps(b)
        assert b.rel_accuracy_bits() > 90


def test_both_methods_solve_alike() -> None:
    a, b = solve(7, arb(1.1)), solve(7, arb(1.1), QUADRATURE)
    assert a.r.overlaps(b.r)
    assert a.u.overlaps(b.u)
    assert a.log_z.overlaps(b.log_z)


def test_limits_of_the_reference(reference: Callable[[str], Any]) -> None:
    for row in reference("reference.json")["ON_zero_dim"]["limits"]:
        found = pure_quartic_kurtosis(int(row["N"]))
        assert abs(float(found.mid()) / float(row["pure_quartic_r4_over_r2sq"]) - 1) < 1e-15
        assert state_at(int(row["N"]), arb(0)).kurtosis.overlaps(found)


def test_exact_averages_of_the_reference(reference: Callable[[str], Any]) -> None:
    for row in reference("reference.json")["phi4_exact"]["table"]:
        a, b, m2, m4 = (arb(str(row[key])) for key in ("a", "b", "x2", "x4"))
        state = solve(1, m4 / m2**2)
        # Units: r = r' / m2 and u = u' / m2^2, with a = r / 2 and b = u / 24.
        assert abs(float((state.r / m2 / 2 - a).mid())) < 1e-15
        assert abs(float((state.u / m2**2 / 24 - b).mid())) < 1e-15
        log_z = state.log_z + m2.log() / 2
        assert abs(float((log_z - arb(str(row["Z"])).log()).mid())) < 1e-15
