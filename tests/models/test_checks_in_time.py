"""Checks of rows in order of time are made by as many rows as their own statistics are worth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

import symcat


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


def test_a_class_of_one_table_alone_keeps_its_checks() -> None:
    """It has no fit of many mixtures at once, by which a check's statistic would be weighed."""
    dice = np.random.default_rng(0)
    x = lfilter([1.0], [1.0, -0.5], dice.standard_normal((600, 4)), axis=0) + dice.standard_normal((600, 1))
    answer = symcat.solve(x, order="time", classes=["gaussian.permutation"])
    assert {"skewness", "kurtosis"} <= {check.name for check in answer.checks}
