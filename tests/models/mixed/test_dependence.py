"""Dependence of real columns on two-valued ones: Wilks' ratio against its definitions, and ranks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.mixed.dependence import beyond_means, wilks
from tests.models.encoded import mixed_schema, moments


def measured(rows: Floats, two_valued: tuple[int, ...]) -> Moments:
    return moments(rows, mixed_schema(two_valued, rows.shape[1]))


def spins_and_reals(rng: np.random.Generator, n: int, slope: float) -> Floats:
    s = np.where(rng.random((n, 3)) < 0.4, 1.0, -1.0)
    x = rng.standard_normal((n, 2)) + slope * s[:, :2]
    return np.column_stack([s[:, 0], x[:, 0], s[:, 1:], x[:, 1]])


@pytest.mark.slow
@pytest.mark.parametrize(("p", "k"), [(1, 1), (2, 3), (4, 3)])
def test_wilks_is_calibrated_under_independence(p: int, k: int) -> None:
    rng = np.random.default_rng(14)
    repeats, n = 2000, 60
    p_values = np.empty(repeats)
    for g in range(repeats):
        spins = np.where(rng.random((n, p)) < 0.35, 1.0, -1.0)
        p_values[g] = wilks(
            measured(np.column_stack([spins, rng.standard_normal((n, k))]), tuple(range(p))), range(p)
        ).p_value
    for level in (0.01, 0.05, 0.3):
        assert abs((p_values < level).mean() - level) < 4.0 * math.sqrt(level * (1 - level) / repeats), level


def test_wilks_is_the_likelihood_ratio() -> None:
    rng = np.random.default_rng(15)
    spins = (0, 2, 3)
    rows = spins_and_reals(rng, 500, 0.4)
    test = wilks(measured(rows, spins), spins)
    x = rows[:, [1, 4]]
    design = np.column_stack([np.ones(500), rows[:, list(spins)]])
    left = x - design @ np.linalg.lstsq(design, x)[0]
    total = x - x.mean(axis=0)
    ratio = np.linalg.slogdet(left.T @ left)[1] - np.linalg.slogdet(total.T @ total)[1]
    assert test.log_wilks == pytest.approx(ratio, rel=1e-9)
    assert test.dependent
    assert test.bic_gain == pytest.approx(-500 * ratio - 6 * math.log(500), rel=1e-9)


def test_wilks_of_one_spin_and_one_column_is_students_t() -> None:
    rng = np.random.default_rng(16)
    s = np.where(rng.random(40) < 0.4, 1.0, -1.0)
    x = rng.standard_normal(40) + 0.3 * s
    expected = stats.ttest_ind(x[s > 0], x[s < 0])
    test = wilks(measured(np.column_stack([s, x]), (0,)), (0,))
    assert test.statistic == pytest.approx(expected.statistic**2, rel=1e-9)
    assert test.p_value == pytest.approx(expected.pvalue, rel=1e-9)


def test_ranks_see_dependence_that_means_hide_and_are_calibrated() -> None:
    rng = np.random.default_rng(17)
    p_values = []
    for _ in range(600):
        spins = np.where(rng.random((200, 3)) < 0.3, 1.0, -1.0)
        x = rng.standard_t(2, (200, 2))  # without a variance
        p_values.append(beyond_means(spins, x, Schema.two_valued("abc"), "xy").p_value[0])
    for level in (0.01, 0.05, 0.2):
        assert (np.array(p_values) < level).mean() < level + 3.0 * math.sqrt(level / 600)
    assert np.mean(np.array(p_values) < 0.2) > 0.1
    spins = np.where(rng.random((2000, 3)) < 0.5, 1.0, -1.0)
    x = rng.standard_normal((2000, 2))
    x[:, 0] *= np.where(spins[:, 1] > 0, 1.5, 1.0)
    result = beyond_means(spins, x, Schema.two_valued("abc"), "xy")
    assert result.p_value[0] < 1e-6
    assert "'x'" in result.detail(0)
    assert "'b'" in result.detail(0)


def test_columns_that_say_nothing_more_are_left_out() -> None:
    """A copy of a two-valued column, and a constant one, are neither real columns nor dependence."""
    rng = np.random.default_rng(18)
    rows = spins_and_reals(rng, 400, 0.0)
    spins = (0, 2, 3)
    expected = wilks(measured(rows, spins), spins)
    wider = np.column_stack([rows, rows[:, 0], np.ones(400)])
    found = wilks(measured(wider, (*spins, 5, 6)), (*spins, 5, 6))
    assert found.log_wilks == pytest.approx(expected.log_wilks, rel=1e-9)
    assert not found.dependent
    constant = wilks(measured(np.column_stack([np.ones(400), rows[:, 1]]), (0,)), (0,))
    assert not constant.dependent


def test_a_score_of_rounding_alone_is_no_dependence() -> None:
    """Ranks that differ from no dependence by less than the smallest number beside 1."""
    rng = np.random.default_rng(135)
    two_valued = np.where(rng.random(20) < 0.5, 1.0, -1.0)
    found = beyond_means(two_valued[:, None], rng.normal(size=(20, 1)), Schema.two_valued("b"), "x")
    assert 0.0 < abs(found.statistic[0]) < 1e-15
    assert found.p_value[0] == 1.0
