"""Polynomials over whole intervals: enclosed, tightly, and what rounding adds to them."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, arb_poly, ctx, fmpz_poly

from builders.tools.enclosures import enclose, rounding
from symcat.models.piecewise import PiecewisePolynomial


def test_every_value_is_enclosed_and_little_else() -> None:
    wave = arb_poly([int(c) for c in fmpz_poly.chebyshev_t(20).coeffs()])
    parts = enclose(wave, 64)
    assert 1.0 <= max(float(abs(part).upper()) for part in parts) < 1.25
    ends = np.cos(np.pi * np.arange(65) / 64)
    for part, b, a in zip(parts, ends, ends[1:], strict=False):
        for t in np.linspace(a, b, 5):
            assert part.overlaps(wave(arb(t)))


def test_no_evaluation_is_off_by_more_than_its_roundings() -> None:
    dice = np.random.default_rng(0)
    for _ in range(20):
        lo, width = dice.uniform(1.0, 2.0), 2.0 ** -dice.integers(0, 12)
        coefficients = dice.normal(size=11) * 0.3 ** np.arange(11)
        piece = PiecewisePolynomial(np.array([lo, lo + width]), coefficients[None])
        at = np.concatenate([[lo, lo + width], dice.uniform(lo, lo + width, size=60)])
        bound = rounding(list(coefficients))
        with ctx.workprec(200):
            polynomial = arb_poly(list(coefficients))
            for x, found in zip(at, piece(at), strict=True):
                t = (2 * arb(x) - arb(lo) - arb(lo + width)) / (arb(lo + width) - arb(lo))
                assert abs(polynomial(t) - arb(found)) <= bound
