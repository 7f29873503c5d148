"""Tests of the check that a mean is linear in the predictors."""

from __future__ import annotations

import numpy as np
import pytest

import symcat
from symcat.models.conditional.linearity import Residuals, linearity
from symcat.models.fit import CheckResult


def least_squares(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> Residuals:
    """What least squares with an intercept leaves of y (m,) given x (m, p)."""
    count = np.ones(len(y)) if weight is None else weight
    design = np.column_stack([np.ones(len(y)), x])
    root = np.sqrt(count)
    mean = design @ np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    return Residuals(design, mean, y - mean, np.ones(len(y)), count)


def check_of(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> CheckResult:
    found = linearity(least_squares(x, y, weight), [f"x{j}" for j in range(x.shape[1])])
    assert found is not None
    return found


@pytest.mark.parametrize("curve", [np.square, np.cos, np.exp, lambda x: x**3, np.abs])
def test_a_curve_is_found_and_its_size_told(curve):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 1))
    y = curve(x[:, 0]) + rng.normal(size=2000)
    check = check_of(x, y)
    assert check.p_value[0] < 1e-6
    truth = 0.5 * np.log(np.var(least_squares(x, y).left))  # against residuals of variance one
    assert 0.6 * truth < check.gain[0] < 1.1 * truth + 0.01


def test_a_product_is_found_and_named():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1000, 3))
    check = check_of(x, x.sum(axis=1) + 0.5 * x[:, 0] * x[:, 2] + rng.normal(size=1000))
    assert check.p_value[0] < 1e-8
    assert "'x0' times 'x2'" in check.detail(0)


def test_of_many_predictors_curves_of_what_is_fitted_are_tried():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(800, 40))
    along = x @ np.full(40, 0.3)
    assert check_of(x, along + rng.normal(size=800)).passed[0]
    assert "what is fitted" in check_of(x, along + 0.5 * along**2 + rng.normal(size=800)).detail(0)


def test_two_values_alone_have_no_curve_and_their_products_are_told():
    rng = np.random.default_rng(3)
    x = rng.choice([0.0, 1.0], size=(400, 2))
    assert linearity(least_squares(x[:, :1], x[:, 0] + rng.normal(size=400)), ["a"]) is None
    assert check_of(x, x[:, 0] * x[:, 1] * 2.0 + rng.normal(size=400)).p_value[0] < 1e-6


def test_rows_that_count_twice_are_two_rows():
    rng = np.random.default_rng(4)
    x, count = rng.normal(size=(200, 2)), rng.integers(1, 4, size=200)
    y = x[:, 0] ** 2 * 0.2 + rng.normal(size=200)
    once, repeated = check_of(x, y, count.astype(float)), check_of(np.repeat(x, count, axis=0), np.repeat(y, count))
    assert once.statistic[0] == pytest.approx(repeated.statistic[0], rel=1e-9)
    assert once.gain[0] == pytest.approx(repeated.gain[0], rel=1e-9)


def test_units_and_order_of_rows_do_not_matter():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(300, 2))
    y = x[:, 0] + rng.normal(size=300)
    order = rng.permutation(300)
    moved = check_of((x * [1e6, 1e-3] + [1e3, -7.0])[order], 1e4 * y[order] - 3.0)
    assert moved.statistic[0] == pytest.approx(check_of(x, y).statistic[0], rel=1e-6)


@pytest.mark.parametrize("target", ["real", "two-valued"])
def test_a_regression_does_not_fit_a_curve(target):
    rng = np.random.default_rng(6)
    x = rng.normal(size=2000)
    y = (
        x**2 + 0.3 * rng.normal(size=2000)
        if target == "real"
        else 1.0 * (rng.random(2000) < 1 / (1 + np.exp(1 - x**2)))
    )
    with pytest.warns(UserWarning, match="linearity"):
        answer = symcat.solve({"x": x, "y": y}, target="y")
    assert answer.verdict == "misfit"
    assert "the square of 'x'" in str(answer).replace("\n", " ")


def test_a_line_fits_however_its_residuals_are_spread():
    rng = np.random.default_rng(7)
    x = np.exp(rng.normal(size=(3000, 2)))
    y = x.sum(axis=1) + rng.standard_t(3, size=3000) * x[:, 0]
    assert symcat.solve({"a": x[:, 0], "b": x[:, 1], "y": y}, target="y").verdict == "fits"


@pytest.mark.statistics
@pytest.mark.parametrize(("n", "p"), [(50, 1), (300, 3)])
@pytest.mark.parametrize("residual", ["normal", "exponential", "heavy", "spread"])
def test_level(n, p, residual):
    """Never above 5 %, nor .1 %, beyond what 2000 tables can tell; below in small tables."""
    rng = np.random.default_rng(8)
    p_values = []
    for _ in range(2000):
        x = rng.normal(size=(n, p))
        noise = {
            "normal": rng.normal(size=n),
            "exponential": rng.exponential(size=n),
            "heavy": rng.standard_t(3, size=n),
            "spread": rng.normal(size=n) * np.exp(0.5 * x[:, 0]),
        }[residual]
        p_values.append(check_of(x, x.sum(axis=1) + noise).p_value[0])
    assert np.mean(np.array(p_values) < 0.05) < 0.06
    assert np.mean(np.array(p_values) < 0.001) < 0.003
