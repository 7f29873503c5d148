"""What few rows change in scores: the known moments of a Gaussian's kurtosis, and a score that is monotone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.models import few_rows
from symcat.models.gaussian import kernels


def hermite(points: int = 2001) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the Gaussian, and its orthonormal polynomials to the fourth."""
    x = np.linspace(-12.0, 12.0, points)
    weight = np.exp(-0.5 * x * x)
    p = [np.ones_like(x), x, x**2 - 1.0, x**3 - 3.0 * x, x**4 - 6.0 * x**2 + 3.0]
    norms = np.sqrt([1.0, 1.0, 2.0, 6.0, 24.0])
    return weight / weight.sum(), np.array(p) / norms[:, None]


def test_the_kurtosis_of_a_gaussian_has_the_moments_that_fisher_found() -> None:
    weight, p = hermite()
    out, n = np.empty(3), 1e4
    few_rows.changes(weight, p, 2, 4, out)
    _, mean, deviation = kernels.null_moments(n)
    assert out[0] / np.sqrt(n) == pytest.approx((mean - 3.0) / np.sqrt(24.0 / n), rel=1e-3)
    assert 1.0 + out[1] / n == pytest.approx(deviation**2 * n / 24.0, abs=1e-4)
    assert out[2] / np.sqrt(n) == pytest.approx(kernels.kurtosis_skewness(n), rel=2e-3)


def test_the_skewness_of_a_gaussian_too() -> None:
    weight, p = hermite()
    out, n = np.empty(3), 1e4
    few_rows.changes(weight, p, 2, 3, out)
    assert out[[0, 2]] == pytest.approx(0.0, abs=1e-9)
    assert 1.0 + out[1] / n == pytest.approx(kernels.null_moments(n)[0] ** 2 * n / 6.0, abs=1e-4)


def test_of_very_many_rows_nothing_changes() -> None:
    score = np.linspace(-8.0, 8.0, 33)
    found = few_rows.normal(score, np.full(33, 1e14), np.tile([-0.4, -20.0, 9.0], (33, 1)))
    np.testing.assert_allclose(found, score, atol=1e-5)


@given(st.floats(20.0, 1e9), st.floats(-30.0, 30.0), st.floats(-500.0, 100.0), st.floats(-60.0, 60.0))
def test_a_larger_score_stays_the_larger(n: float, mean: float, variance: float, skewness: float) -> None:
    score = np.linspace(-40.0, 40.0, 801)
    found = few_rows.normal(score, np.full(801, n), np.tile([mean, variance, skewness], (801, 1)))
    assert np.isfinite(found).all()
    assert (np.diff(found) > 0.0).all()
