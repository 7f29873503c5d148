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


def test_the_smallest_of_many() -> None:
    p = np.array([0.0, 1e-300, 1e-3, 0.2, 1.0, np.nan])
    found = tails.smallest_of(p, 5)
    np.testing.assert_allclose(found[1:4], [5e-300, 1.0 - 0.999**5, 1.0 - 0.8**5], rtol=1e-12)
    assert found[[0, 4]].tolist() == [0.0, 1.0]
    assert np.isnan(found[5])
    assert [float(tails.smallest_of(tails.two_sided_of(z), 3)) for z in (0.0, 1e-17)] == [1.0, 1.0]
