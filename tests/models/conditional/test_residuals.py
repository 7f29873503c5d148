"""Residuals of a regression are told: their skewness and kurtosis."""

from __future__ import annotations

from typing import Any

import numpy as np

import symcat

NAMES = ("residual skewness", "residual kurtosis")


def told(noise: np.ndarray, **options: object) -> dict[str, Any]:
    x = np.random.default_rng(1).normal(size=len(noise))
    found = symcat.solve({"y": 3.0 - 2.0 * x + noise, "x": x}, target="y", **options)
    assert found.verdict == "fits"
    return {check.name: check for check in found.checks}


def test_residuals_that_are_not_normal_are_told() -> None:
    found = told(np.random.default_rng(0).exponential(size=500))
    for name in NAMES:
        assert found[name].p_value is not None
        assert found[name].p_value < 1e-6
        assert not found[name].passed
    assert found["residual skewness"].detail.endswith("a Gaussian has 0 +- 0.11")


def test_the_level_is_right() -> None:
    p = np.array(
        [[told(np.random.default_rng(seed).normal(size=60))[name].p_value for name in NAMES] for seed in range(10, 160)]
    )
    assert ((p < 0.1).mean(axis=0) < 0.2).all()
    assert ((p < 0.1).mean(axis=0) > 0.02).all()


def test_a_perfect_fit_has_no_residuals_to_look_at() -> None:
    assert not set(NAMES) & set(told(np.zeros(50)))
