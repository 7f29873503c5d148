"""Checks of rows in order of time are made by as many rows as their own statistics are worth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

import symcat
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.gaussian.permutation import GaussianPermutation
from tests.models.observing import moments_of


def deviation(answer: symcat.Solution, name: str) -> float:
    """What a check says that its statistic is off by, of itself."""
    words = next(check.detail for check in answer.checks if check.name == name)
    return float(words.rpartition("+- ")[2].split(",")[0])


def test_each_check_knows_what_its_statistic_is_worth() -> None:
    """Of an autoregression of 0.9 third powers vary by (1 + .9^3) / (1 - .9^3) = 6.4, fourth by 4.8, the mean by 19."""
    times: dict[str, list[float]] = {"skewness": [], "kurtosis": []}
    for seed in range(6):
        x = lfilter([1.0], [1.0, -0.9], np.random.default_rng(seed).standard_normal(20_000))
        answer = symcat.solve(x, order="time", classes=["gaussian.full"])
        assert 1000.0 < answer.n_effective < 2200.0
        for name, alone in (("skewness", 6.0), ("kurtosis", 24.0)):
            times[name].append(deviation(answer, name) ** 2 / (alone / 20_000))
    assert np.mean(times["skewness"]) == pytest.approx(6.4, rel=0.3)
    assert np.mean(times["kurtosis"]) == pytest.approx(4.8, rel=0.3)


@pytest.mark.parametrize(("name", "alone", "seed"), [("skewness", 6.0, 3), ("kurtosis", 24.0, 4)])
def test_a_class_that_chooses_a_structure_keeps_it_while_its_checks_are_weighed(
    name: str, alone: float, seed: int
) -> None:
    """Of an autoregression of 0.9, by the variance of the mean they would vary by 19."""
    x = lfilter([1.0], [1.0, -0.9], np.random.default_rng(seed).standard_normal((4000, 2)), axis=0)
    answer = symcat.solve(x, order="time", classes=["gaussian.permutation"])
    assert deviation(answer, name) ** 2 / (alone / 4000) < 10.0


def test_a_fit_of_what_was_chosen_is_the_one_that_chose() -> None:
    model = GaussianPermutation(Schema.real(("x0", "x1", "x2")), Options())
    rows = np.random.default_rng(1).normal([1.0, 1.0, 3.0], size=(400, 3))
    for center in (None, "own", np.array([1.0, 1.0, 3.0])):
        moments = moments_of([rows])
        fit = model.fit(moments, center)
        again = model.as_chosen(fit, moments, center)
        for name, value in fit.parameters.items():
            np.testing.assert_allclose(again.parameters[name], value, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(again.log_likelihood, fit.log_likelihood, rtol=1e-12)


@pytest.mark.statistics
def test_totals_of_independent_columns_in_time_have_their_level() -> None:
    """Products of columns forget sooner than their means: a total is worth more rows than these say."""
    rejected = []
    for seed in range(150):
        noise = np.random.default_rng(seed).standard_normal((1000, 4))
        x = np.sign(lfilter([1.0], [1.0, -0.7], noise, axis=0) + np.array([-0.6, 0.0, 0.4, 0.8]))
        answer = symcat.solve(x, order="time", classes=["ising.independent"])
        rejected.append(next(check.p_value for check in answer.checks if check.name == "totals") < 0.05)
    assert 0.01 <= np.mean(rejected) <= 0.11
