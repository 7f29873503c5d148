"""What an answer says of columns whose values repeat."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import symcat
from symcat.strategies.ties import TIES


def told(answer: symcat.Solution) -> list[str]:
    found = [check for check in answer.checks if check.name == TIES]
    assert not any(check.passed or check.decides for check in found)
    return [check.detail for check in found]


def test_whole_numbers_are_told_without_a_warning() -> None:
    x = np.random.default_rng(0).poisson(100.0, 2000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (words,) = told(symcat.solve(x, classes=["gaussian.full"]))
    assert words.startswith("all values are whole numbers with ")
    assert words.endswith(
        "a density says nothing of a single value; classes counts.* are distributions of whole numbers"
    )


def test_continuous_data_are_not() -> None:
    assert not told(symcat.solve(np.random.default_rng(0).normal(size=2000)))


def test_columns_are_named() -> None:
    rng = np.random.default_rng(0)
    frame = {"age": rng.normal(size=500), "score": np.round(9.0 * rng.normal(size=500)), "u": rng.random(500) > 0.5}
    (words,) = told(symcat.solve({k: frame[k] for k in ("age", "score")}, classes=["gaussian.full"]))
    assert words.startswith("score: all values are whole numbers")
    (words,) = told(symcat.solve(frame, classes=["mixed.conditional_gaussian"]))
    assert words.startswith("score: all values are whole numbers")


def test_a_regression_says_only_what_the_mean_is() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=500)
    assert not told(symcat.solve({"x": x, "y": np.round(x + rng.normal(size=500))}, target="y"))


def test_weights_are_no_ties_and_counts_are() -> None:
    x = np.random.default_rng(0).normal(size=400)
    frame = {"x": x, "n": np.arange(400) % 40}
    assert not told(symcat.solve(frame, weights="n", classes=["gaussian.full"]))
    assert told(symcat.solve({"x": x[:30], "n": np.full(30, 20)}, counts="n", classes=["gaussian.full"]))


def test_tables_with_gaps_are_told_too() -> None:
    rng = np.random.default_rng(0)
    frame = {"a": np.round(rng.normal(size=300)), "b": rng.normal(size=300)}
    frame["b"][::10] = np.nan
    assert told(symcat.solve(frame, missing="em", classes=["gaussian.full"]))


@pytest.mark.slow
def test_the_device_is_told_too() -> None:
    x = np.random.default_rng(0).integers(1, 6, size=(800, 2))  # Likert scales
    answer = symcat.solve(x, classes=["polynomial.quartic"], strategies=["analog"], budget_s=60)
    assert answer.source == "analog"
    assert told(answer)


def test_averages_say_nothing_of_values() -> None:
    assert not told(symcat.lookup("gaussian.full", mean=[1.0], covariance=[[1.0]], n=10))
