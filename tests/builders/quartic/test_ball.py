"""Certified values: against reference numbers, exact identities, the second method and the large-N limit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

flint = pytest.importorskip("flint")

from flint import arb, ctx, fmpq  # noqa: E402

from builders.quartic.ball import PRECISION, CannotCertify, closed_form, pure_quartic_kurtosis, require, solve, state_at  # noqa: E402
from builders.tools.chebyshev import bisect, check_positions, fit_segment, interpolate  # noqa: E402
from builders.quartic.reduced import derive, reduced  # noqa: E402
from builders.quartic.expansion import expansions  # noqa: E402
from builders.quartic.quadrature import QUADRATURE, integrate  # noqa: E402
from builders.quartic.solutions import outwards  # noqa: E402

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "reference.json"


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with ctx.workprec(PRECISION):
        yield


def reference() -> dict[str, dict[str, object]]:
    if not REFERENCE.exists():
        pytest.skip(f"no reference numbers at {REFERENCE}")
    found: dict[str, dict[str, object]] = json.loads(REFERENCE.read_text())
    return found


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


def test_limits_of_the_reference() -> None:
    for row in reference()["ON_zero_dim"]["limits"]:  # type: ignore[attr-defined]
        found = pure_quartic_kurtosis(int(row["N"]))
        assert abs(float(found.mid()) / float(row["pure_quartic_r4_over_r2sq"]) - 1) < 1e-15
        assert state_at(int(row["N"]), arb(0)).kurtosis.overlaps(found)


def test_exact_averages_of_the_reference() -> None:
    for row in reference()["phi4_exact"]["table"]:  # type: ignore[attr-defined]
        a, b, m2, m4 = (arb(str(row[key])) for key in ("a", "b", "x2", "x4"))
        state = solve(1, m4 / m2**2)
        # Units: r = r' / m2 and u = u' / m2^2, with a = r / 2 and b = u / 24.
        assert abs(float((state.r / m2 / 2 - a).mid())) < 1e-15
        assert abs(float((state.u / m2**2 / 24 - b).mid())) < 1e-15
        log_z = state.log_z + m2.log() / 2
        assert abs(float((log_z - arb(str(row["Z"])).log()).mid())) < 1e-15


def test_the_large_n_expansion_tends_to_the_certified_value() -> None:
    n = 100
    for x in (fmpq(1, 10), fmpq(1, 2), fmpq(9, 10)):
        exact = reduced(n, solve(n, 1 + 2 * arb(x) / n))["u"]
        terms = [arb(p(x)) * (arb(2) / n) ** j for j, p in enumerate(expansions()["u"])]
        errors = [abs(float((sum(terms[: order + 1], arb(0)) / exact - 1).mid())) for order in (2, 4, 6)]
        assert errors[0] > errors[1] > errors[2]
        assert errors[2] < 1e-10


def test_values_that_are_not_proven_are_refused() -> None:
    with pytest.raises(CannotCertify, match="above"):
        require([{"name": "x", "residual": 1.0, "bound": 0.1, "passed": False}])
    with pytest.raises(CannotCertify, match="no polynomial"):
        bisect(lambda x: {"u": abs(x - arb(1) / 3)}, lambda i, depth: i / 2**depth, 1e-12, deepest=3)


def test_a_polynomial_is_reproduced() -> None:
    segment = fit_segment(lambda x: {"u": x**3 - 2 * x}, 1.0, 3.0)
    # x = t + 2, so x^3 - 2 x = t^3 + 6 t^2 + 10 t + 4
    np.testing.assert_allclose(segment.coefficients["u"][:4], [4, 10, 6, 1], atol=1e-15)
    assert segment.errors["u"] < 1e-15
    nodes = [np.cos((2 * k + 1) * np.pi / 22) for k in range(11)]
    assert min(abs(t - node) for t in check_positions(24) for node in nodes) > 1e-4
    assert len(interpolate([arb(1)] * 11)) == 11


def test_bounds_are_rounded_outwards() -> None:
    value, lower, upper = outwards(arb(1) / 3)
    assert arb(lower) < arb(1) / 3 < arb(upper)
    assert lower <= value <= upper
    assert upper - lower < 1e-16


def test_the_way_back_keeps_its_digits_at_the_gaussian() -> None:
    n, kurtosis = 63, float(1 + 2 * (1 - 1e-6) / 63)
    state = solve(n, arb(kurtosis))
    p = {name: np.array(float(value.mid())) for name, value in reduced(n, state).items()}
    found = derive(n, np.array(kurtosis), p["u"], p["entropy"])
    assert abs(float(found.u) / float(state.u.mid()) - 1) < 1e-10
