"""The intervals of logistic regressions hold the truth as often as they say, whatever the law of the predictors."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.logistic_coverage import CASES, coverage


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 500])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.statistics
def test_intervals_cover(case: str, n: int) -> None:
    """Within 0.02 of 0.95, and the error of 400 tables. The joint reading of a lognormal predictor covers 0.57."""
    shares, priors = coverage(case, n, 400, seed=1)
    assert priors == 0
    assert (np.abs(shares - 0.95) < 0.02 + 3.0 * np.sqrt(0.95 * 0.05 / 400)).all(), shares
