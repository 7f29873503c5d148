"""The check of the joint shape of scores: its law where the fit is right, and what it alone sees."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.models.scores import neighbours


def test_mean_and_variance_are_those_of_random_signs() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 2))
    absorbed = neighbours._absorbed(points, None)
    assert absorbed is not None
    nearest = neighbours._nearest(points, 3)
    mean, variance = neighbours._of_random_signs(nearest, absorbed)
    signs = rng.choice([-1.0, 1.0], size=(200, 4000))
    own = signs - absorbed @ (absorbed.T @ signs)
    drawn = (own * neighbours._summed(nearest, own)).sum(axis=0)
    assert drawn.mean() == pytest.approx(mean, abs=4.0 * np.sqrt(variance / 4000))
    assert drawn.var() == pytest.approx(variance, rel=0.1)


def test_level_is_that_of_rows_to_which_the_law_was_fitted() -> None:
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        z = rng.normal(size=(100, 3))
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        root = np.linalg.cholesky(np.corrcoef(z.T))
        check = neighbours.neighbourhoods(z, rng.normal(size=(100, 3)) @ root.T, seed)
        assert check is not None
        found.append(float(check.p_value[0]))
    assert 0.02 < np.mean(np.array(found) < 0.05) < 0.09


def test_rounded_rows_are_of_the_law() -> None:
    rng = np.random.default_rng(1)
    check = neighbours.neighbourhoods(rng.normal(size=(500, 2)).round(1), rng.normal(size=(500, 2)), 0)
    assert check is not None
    assert check.p_value[0] > 0.01


def test_many_columns_are_not_tested() -> None:
    assert neighbours.neighbourhoods(np.zeros((200, 40)), np.zeros((200, 40)), 0) is None


def test_a_wave_is_seen_that_no_low_order_sees() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(600, 2))
    x[:, 1] = 0.3 * x[:, 1] + 1.5 * np.sin(4.0 * x[:, 0])
    answer = symcat.solve(x, classes=["scores(gaussian.full)"], fallback=None)
    checks = {check.name: check for check in answer.checks}
    assert checks["joint shape"].p_value < 1e-6
    assert answer.verdict == "misfit"


def test_a_product_of_three_is_seen_of_a_law_with_tails() -> None:
    rng = np.random.default_rng(3)
    x = np.abs(rng.normal(size=(1000, 3))) * rng.choice([-1.0, 1.0], size=(1000, 3))
    x /= np.sqrt(rng.chisquare(4, size=(1000, 1)) / 4.0)
    x[:, 2] = np.abs(x[:, 2]) * np.sign(x[:, 0] * x[:, 1])
    answer = symcat.solve(x, classes=["scores(student)"], fallback=None)
    found = next(check for check in answer.checks if check.name == "dependence of pairs")
    assert found.p_value < 1e-12
    assert "threes" in found.detail
