"""A gamma law of values far from zero is not told from a Gaussian, and its sums are of rounding alone."""

from __future__ import annotations

import numpy as np
import pytest

import symcat


@pytest.mark.parametrize("offset", [1e7, 1e8, 1e9])
def test_a_narrow_column_is_no_gamma(offset: float) -> None:
    x = offset + np.random.default_rng(1).normal(size=1000)
    found = symcat.solve(x)
    assert (found.label, found.verdict) == ("gaussian.full", "fits")
    with pytest.raises(symcat.NoEntry, match="below a ten-thousandth of the mean"):
        symcat.solve(x, classes=["gamma.scalar"])
