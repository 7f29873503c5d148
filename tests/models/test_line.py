"""Integrals over one real column, against closed forms and quadrature of another kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gamma
from scipy.stats import norm

from symcat.models.line import Line, _roots


def test_a_gaussian() -> None:
    line = Line(np.array([0.0, 0.0, 0.5 / 4.0]), scale=2.0, origin=3.0)
    x = np.linspace(-9.0, 15.0, 41)
    np.testing.assert_allclose(line.cdf(x), norm.cdf(x, 3.0, 2.0), rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(line.ppf(norm.cdf(x[5:-8], 3.0, 2.0)), x[5:-8], atol=1e-9)
    assert line.log_partition == pytest.approx(0.5 * math.log(8.0 * math.pi), rel=1e-14)
    assert line.entropy == pytest.approx(norm.entropy(3.0, 2.0), rel=1e-14)
    assert [line.about(3.0, k) for k in range(7)] == pytest.approx([1, 0, 4, 0, 48, 0, 960], abs=1e-11)


def test_a_pure_quartic() -> None:
    """``<x^k> = Gamma((k + 1) / 4) / Gamma(1 / 4)`` for exp(-x^4)."""
    line = Line(np.array([0.0, 0.0, 0.0, 0.0, 1.0]))
    expected = [gamma((k + 1) / 4) / gamma(0.25) for k in (0, 2, 4, 6)]
    assert [line.about(0.0, k) for k in (0, 2, 4, 6)] == pytest.approx(expected, rel=1e-13)
    assert line.log_partition == pytest.approx(math.log(0.5 * gamma(0.25)), rel=1e-14)


@pytest.mark.parametrize("depth", [1.0, 30.0, 1e4, 1e8])
def test_two_wells_however_deep_are_half_of_the_rows_each(depth: float) -> None:
    """F = depth (y^2 - 1)^2: Gaussian wells at -1 and +1 where it is deep."""
    line = Line(depth * np.array([1.0, 0.0, -2.0, 0.0, 1.0]))
    assert line.mean == pytest.approx(0.0, abs=1e-12)
    assert line.cdf(np.array([0.0]))[0] == pytest.approx(0.5, rel=1e-12)
    if depth > 1e3:
        assert line.log_partition == pytest.approx(math.log(2.0 * math.sqrt(math.pi / (4.0 * depth))), rel=1e-3)
        assert line.ppf(np.array([0.25, 0.75])) == pytest.approx([-1.0, 1.0], abs=2.0 / depth)
        assert line.about(0.0, 2) == pytest.approx(1.0, rel=2.0 / depth)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-4.0, 4.0), min_size=5, max_size=5),
    st.floats(0.05, 5.0),
    st.floats(-10.0, 10.0),
    st.sampled_from([4, 6]),
)
def test_any_polynomial(lower: list[float], top: float, origin: float, degree: int) -> None:
    a = np.array([0.0, *lower[: degree - 1], top])
    line = Line(a, origin=origin)

    edges = [well.lo for well in line.wells] + [well.hi for well in line.wells]
    y = np.linspace(min(edges), max(edges), 100_001)  # the trapezoidal rule, exact for what ends within the grid
    weight = np.exp(line.minimum - np.polynomial.polynomial.polyval(y, a))
    total = weight.sum() * (y[1] - y[0])
    assert line.log_partition == pytest.approx(np.log(total) - line.minimum, abs=1e-9)
    assert line.mean == pytest.approx(origin + (y * weight).sum() / weight.sum(), abs=1e-8)
    p = np.linspace(0.001, 0.999, 33)
    np.testing.assert_allclose(line.cdf(line.ppf(p)), p, atol=1e-11)


def test_shares_that_are_next_to_nothing() -> None:
    """Beyond what the bulk holds, to the smallest double; the other tail ends where shares round to one."""
    p = np.array([1e-18, 1e-21, 1e-50, 1e-100, 1e-300])
    line = Line(np.array([0.0, 0.0, 0.5]))
    np.testing.assert_allclose(line.ppf(p), norm.ppf(p), rtol=1e-10)
    np.testing.assert_allclose(line.cdf(norm.ppf(p)), p, rtol=1e-9)
    well = Line(np.array([0.0, 0.3, -2.0, 0.1, 0.5]))
    np.testing.assert_allclose(well.cdf(well.ppf(p)), p, rtol=1e-9)
    assert (np.diff(well.ppf(p)) < 0.0).all()


@pytest.mark.parametrize(
    "a", [[1.0, 2.0], [-1.0, 0.0, 1.0], [0.3, -2.0, 0.5, 0.1, 4.0, 0.0], [3.0, 1.0, -7.0, 0.0, 0.2, 0.1, 1.0]]
)
def test_roots_are_those_of_numpy(a: list[float]) -> None:
    np.testing.assert_array_equal(np.sort_complex(_roots(np.array(a))), np.polynomial.polynomial.polyroots(a) + 0j)
