"""Densities beside laws of whole numbers compare by what rounds to each value."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import symcat


def cells(x: np.ndarray, mean: float, deviation: float) -> float:
    """Log-likelihood of whole numbers under a normal law that is rounded to them."""
    upper, lower = (stats.norm.cdf(x + half, mean, deviation) for half in (0.5, -0.5))
    return float(np.log(upper - lower).sum())


def test_the_bic_of_a_density_is_that_of_rounded_values() -> None:
    x = np.random.default_rng(0).poisson(4.0, 500).astype(float)
    found = symcat.classify(x, classes=["gaussian.full", "counts.poisson"])["gaussian.full"]
    assert found.log_likelihood == pytest.approx(stats.norm.logpdf(x, x.mean(), x.std()).sum())
    assert found.bic == pytest.approx(2.0 * math.log(500) - 2.0 * cells(x, x.mean(), x.std()), rel=1e-10)


def test_rounded_normal_values_are_not_called_counts() -> None:
    """They are under-dispersed or over-dispersed by chance, so that a law of counts passes its checks."""
    x = np.round(np.random.default_rng(3).normal(40.0, 12.0, 300))
    assert symcat.solve(x, fallback=None).label == "gaussian.full"


@pytest.mark.parametrize("rate", [0.3, 3.0, 30.0])
def test_counts_are_called_counts(rate: float) -> None:
    x = np.random.default_rng(1).poisson(rate, 2000)
    assert symcat.solve(x, fallback=None).label == "counts.poisson"


def test_a_spike_of_a_density_is_worth_no_more_than_its_value_can_be() -> None:
    """Of three values a density is as high as one likes, and all it says of rounded ones is their shares."""
    x = np.random.default_rng(2).poisson(0.1, 2000)
    found = symcat.classify(x)
    assert found.label.startswith("counts.")
    n = len(x)
    shares = np.bincount(x) / n
    entropy = -float((shares * np.log(shares, where=shares > 0.0, out=np.zeros_like(shares))).sum())
    assert min(e.bic for e in found if e.bic is not None) >= 2.0 * n * entropy
