"""The refusal: every class's reason, every other strategy's, the statistic that decided, and what to try last."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcat

HEAVY = np.random.default_rng(2).standard_t(3, size=3000)
SEVEN = np.random.default_rng(0).exponential(size=(2000, 7))
TARGET, ALONE = "target=", "classes=[...]"


def refused(data: Any, **options: Any) -> symcat.NoEntry:
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.solve(data, **options)
    return raised.value


@pytest.mark.parametrize(
    ("data", "options", "offered"),
    [
        (HEAVY, {"fallback": None}, {ALONE}),
        (SEVEN, {"fallback": None}, {TARGET, ALONE}),
        (HEAVY, {"classes": ["z2.quartic"]}, set()),
    ],
    ids=["one column", "several columns", "one class alone"],
)
def test_it_ends_with_what_was_not_tried(data: np.ndarray, options: dict[str, Any], offered: set[str]) -> None:
    error = refused(data, **options)
    assert error.suggestion is not None
    assert str(error).endswith(error.suggestion)
    assert error.suggestion.startswith("Try a transformation")
    assert {way for way in (TARGET, ALONE) if way in error.suggestion} == offered


def test_every_class_says_why_it_does_not_fit() -> None:
    said, _ = str(refused(HEAVY, fallback=None)).split(". Nor has another strategy an answer. ")
    assert said.startswith("No class fits these data. gaussian.full: does not fit: skewness (")
    assert "; z2.quartic: the kurtosis is at or above 3, the Gaussian's" in said


def test_the_statistic_that_decided_lies_outside_of_its_range() -> None:
    error = refused(HEAVY, fallback=None)
    assert (error.label, error.statistic) == ("z2.quartic", "kurtosis")
    assert error.valid_range == pytest.approx((1.0, 3.0), abs=1e-5)
    assert error.value == pytest.approx(np.mean((HEAVY - HEAVY.mean()) ** 4) / HEAVY.var() ** 2, rel=1e-6)


def test_the_other_strategies_say_why_in_the_order_in_which_they_were_asked() -> None:
    many = "7 columns have 329 couplings to degree four, more than the 220 that are looked for: choose fewer columns"
    error = refused(SEVEN)
    _, said = str(error).split(" Nor has another strategy an answer. ")
    assert said == (
        f"correction: no series of the catalogue covers these data. learned: {many}. analog: {many}. {error.suggestion}"
    )


def test_strategies_that_were_not_asked_say_nothing() -> None:
    error = refused(SEVEN, fallback=None)
    _, said = str(error).split(" Nor has another strategy an answer. ")
    assert said == f"correction: no series of the catalogue covers these data. {error.suggestion}"


@pytest.mark.slow
def test_what_the_device_could_not_find_is_in_the_error() -> None:
    error = refused(HEAVY)
    _, said = str(error).split(" Nor has another strategy an answer. ")
    assert "learned: no learned entry of these terms. analog: " in said
    assert "polynomial.quartic: no normalisable free energy" in said
    assert "; polynomial.sextic: " in said
    assert error.statistic == "kurtosis"


def test_data_at_fault_are_not_called_a_missing_class() -> None:
    """That one predictor is a copy of the other is found by the class, and still is a fault of the data."""
    side = np.arange(200) % 3 == 0
    with pytest.raises(symcat.InvalidData) as raised:
        symcat.solve({"y": HEAVY[:200], "a": side, "b": side}, target="y")
    assert str(raised.value).startswith("The predictors 'a', 'b' depend on each other (condition number ")
    assert "No class fits" not in str(raised.value)
