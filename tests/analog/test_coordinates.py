"""Units in which columns are standardised: averages, covariance, couplings and log Z are carried there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.analog.coordinates import standard
from symcat.symmetry.groups import GROUPS, Symmetry
from symcat.symmetry.sufficient_statistics import SufficientStatistics

SYMMETRIES = st.sampled_from(sorted(GROUPS))


@settings(max_examples=40)
@given(SYMMETRIES, st.integers(1, 3), st.sampled_from([4, 6]), st.integers(0, 1000))
def test_standard_units_and_back(symmetry: Symmetry, d: int, degree: int, seed: int) -> None:
    """Averages, covariance and free energy in standardised columns are those computed from the columns themselves."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, d)) * rng.uniform(0.5, 20.0, d) + rng.uniform(-5.0, 5.0, d)
    statistics = SufficientStatistics.invariants(d, degree, symmetry)
    mean, covariance, _ = statistics.observe(x)
    units = standard(statistics, mean)
    y = (x - units.shift) / units.scale
    t = statistics.values(y)
    np.testing.assert_allclose(units.averages_in(mean), t.mean(axis=0), rtol=1e-6, atol=1e-6)
    size = np.sqrt(np.outer(t.var(axis=0), t.var(axis=0)))
    np.testing.assert_allclose(units.covariance_in(covariance) / size, np.cov(t.T, bias=True) / size, atol=1e-4)
    theta = rng.normal(size=statistics.count)
    inner = units.couplings_in(theta)
    constant = statistics.free_energy(theta, x) - statistics.free_energy(inner, y)
    assert np.ptp(constant) < 1e-8 * np.abs(statistics.free_energy(theta, x)).max()
    np.testing.assert_allclose(units.couplings_out(inner), theta, rtol=1e-5, atol=1e-6)
    # log Z: the integral over x is that over y, times the scales, times exp(-constant).
    moved = units.log_partition_out(theta, 0.0)
    assert moved == pytest.approx(np.log(units.scale).sum() - constant.mean(), rel=1e-6, abs=1e-6)


def test_all_columns_that_may_be_centred_are() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, 2)) * [2.0, 7.0] + [30.0, -4.0]
    full = SufficientStatistics.invariants(2, 4)
    units = standard(full, full.values(x).mean(axis=0))
    np.testing.assert_allclose(units.shift, x.mean(axis=0))
    np.testing.assert_allclose(units.scale, x.std(axis=0))
