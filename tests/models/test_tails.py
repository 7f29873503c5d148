"""Tail probabilities of many statistics at once."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from symcat.models import tails


@pytest.mark.parametrize("size", [7, 5000])
def test_as_scipy_has_them(size: int) -> None:
    x = np.abs(np.random.default_rng(size).standard_normal(size)) * 8.0
    np.testing.assert_allclose(tails.two_sided(-x), 2.0 * scipy.stats.norm.sf(x), rtol=1e-12)
    for degrees in (1, 2, 3, 20):
        np.testing.assert_allclose(tails.chi_square(x, degrees), scipy.stats.chi2.sf(x, degrees), rtol=1e-12)
    assert np.isnan(tails.two_sided(np.array([np.nan])))[0]
