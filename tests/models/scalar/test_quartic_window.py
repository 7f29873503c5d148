"""The interval that holds a density of the table: wide enough, and hardly wider."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat import catalogue
from symcat.models.patches import Patches
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_table import read
from symcat.models.scalar.quartic_window import window


def stored() -> Patches:
    patches = catalogue.default().table("scalar.quartic").patches
    assert patches is not None
    return patches


def ends(h: float, r: float, g: float, u: float, nats: float) -> tuple[float, float]:
    """By the roots of polynomials."""
    powers = np.array([u / 24, g / 6, r / 2, h, 0.0])
    flat = np.roots(np.polyder(powers))
    least = np.polyval(powers, flat[np.abs(flat.imag) < 1e-6 * (1 + np.abs(flat))].real).min()
    found = np.roots(powers - np.array([0, 0, 0, 0, least + nats]))
    real = found[np.abs(found.imag) < 1e-6 * (1 + np.abs(found))].real
    return float(real.min()), float(real.max())


@given(st.floats(2e-3, 4.0), st.floats(0.0051, 0.9999), st.sampled_from([46.0, 60.0]))
def test_it_is_where_f_has_risen(s: float, t: float, nats: float) -> None:
    found = read(stored(), np.array([s]), np.array([reduced.kurtosis_at(s, t)]))
    couplings = found.h, found.r, found.g, found.u
    lo, hi = window(*couplings, nats)
    left, right = ends(*(float(c[0]) for c in couplings), nats)
    assert lo[0] == pytest.approx(left, rel=1e-5)
    assert hi[0] == pytest.approx(right, rel=1e-5)


def test_a_minimum_that_lies_higher_only_widens_it() -> None:
    lo, hi = window(*(np.array([v]) for v in (0.0, 0.01, 2.0, 1.5)), 1.0)
    left, right = ends(0.0, 0.01, 2.0, 1.5, 1.0)
    assert lo[0] <= left
    assert hi[0] >= right


@pytest.mark.parametrize("skew", [0.0, 1e-6, 1e-3])
def test_near_the_gaussian(skew: float) -> None:
    lo, hi = window(*(np.array([v]) for v in (skew / 2, 1.0, -skew, max(0.4 * skew**2, 1e-12))), 50.0)
    assert lo[0] == pytest.approx(-10.0, rel=0.02)
    assert hi[0] == pytest.approx(10.0, rel=0.02)
