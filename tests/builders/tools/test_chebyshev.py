"""Polynomials from Chebyshev points: exact where they can be, refused where they cannot."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.tools.chebyshev import bisect, check_positions, fit_segment, interpolate
from builders.tools.checks import CannotCertify


def test_a_polynomial_is_reproduced() -> None:
    with ctx.workprec(200):
        segment = fit_segment(lambda x: {"u": x**3 - 2 * x}, 1.0, 3.0)
    # x = t + 2, so x^3 - 2 x = t^3 + 6 t^2 + 10 t + 4
    np.testing.assert_allclose(segment.coefficients["u"][:4], [4, 10, 6, 1], atol=1e-15)
    assert segment.errors["u"] < 1e-15
    nodes = [np.cos((2 * k + 1) * np.pi / 22) for k in range(11)]
    assert min(abs(t - node) for t in check_positions(24) for node in nodes) > 1e-4
    assert len(interpolate([arb(1)] * 11)) == 11


def test_a_function_that_cannot_be_met_is_refused() -> None:
    with pytest.raises(CannotCertify, match="no polynomial"):
        bisect(lambda x: {"u": abs(x - arb(1) / 3)}, lambda i, depth: i / 2**depth, 1e-12, deepest=3)
