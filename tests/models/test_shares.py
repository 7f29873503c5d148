"""Shares of a law below the rows, counted in cells."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from symcat.models.shares import counts_in_cells, shares_below


@pytest.mark.parametrize("rows", [40, 2048, 5000])
@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (5.0, 0.3), (-9.0, 1.0), (0.2, 30.0)])
def test_bisection_counts_as_looking_at_every_row_does(rows: int, shift: float, scale: float) -> None:
    values = shift + scale * np.random.default_rng(rows).normal(size=rows)
    one_by_one = np.floor(np.minimum(shares_below(ndtr, values), 1.0 - 1e-16) * 32.0).astype(int)
    found = counts_in_cells(ndtr, values, 32)
    np.testing.assert_array_equal(found, np.bincount(one_by_one, minlength=32))
    assert found.sum() == rows


def test_repeated_values_are_spread() -> None:
    found = counts_in_cells(ndtr, np.repeat([-1.0, 0.0, 1.0], 1000), 4)
    assert found.sum() == 3000
    assert (found > 0).all()
