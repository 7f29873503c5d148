"""With about as many parameters as rows nothing is said to fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.models.enough_rows import ENOUGH

FEW = "cannot be judged: .* rows for .* parameters"


def table(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "x": rng.normal(size=n),
        "y": rng.normal(size=n),
        "z": rng.normal(size=n),
        "c": np.array(list("abcdef"))[rng.integers(0, 6, n)],
        "d": np.array(list("uvw"))[rng.integers(0, 3, n)],
    }


@pytest.mark.parametrize(
    ("label", "columns"),
    [
        ("mixed.conditional_gaussian", ["x", "y", "z", "c", "d"]),
        ("scores(mixed.conditional_gaussian)", ["x", "y", "z", "c", "d"]),
        ("potts.pairwise", ["c", "d"]),
        ("gaussian.full", ["x", "y", "z"]),
    ],
)
def test_few_rows_are_told_and_no_verdict_is_given(label: str, columns: list[str]) -> None:
    n = {5: 34, 2: 22, 3: 11}[len(columns)]
    with pytest.warns(UserWarning, match=FEW):
        s = symcat.solve(table(n), columns=columns, classes=[label])
    assert n < 1.5 * s.n_parameters
    assert s.verdict is None
    check = next(check for check in s.checks if check.name == ENOUGH)
    assert not check.passed
    assert f"{n} rows for {s.n_parameters} parameters" in check.detail
    assert "not judged: too few rows" in str(s)


def test_rows_enough_are_judged_as_ever() -> None:
    s = symcat.solve(table(400), classes=["mixed.conditional_gaussian"])
    assert s.verdict == "fits"
    assert all(check.name != ENOUGH for check in s.checks)


def test_a_regression_knows_how_few_rows_there_are() -> None:
    few = {name: values for name, values in table(6).items() if name in "xyz"}
    assert symcat.solve(few, target="x").verdict == "fits"


def test_groups_of_few_rows_have_no_verdict() -> None:
    rng = np.random.default_rng(1)
    group = np.repeat(["few", "many"], [7, 200])
    rows = pd.DataFrame({"g": group, "x": rng.normal(size=207), "y": rng.normal(size=207)})
    found = symcat.solve(rows, by="g", classes=["gaussian.full"]).set_index("g")["verdict"]
    assert found["many"] == "fits"
    assert pd.isna(found["few"])  # seven rows for five parameters


def test_many_rows_of_a_bad_class_are_still_a_misfit() -> None:
    rng = np.random.default_rng(2)
    s = symcat.solve({"x": rng.exponential(size=500), "y": rng.exponential(size=500)}, classes=["gaussian.full"])
    assert s.verdict == "misfit"


@pytest.mark.parametrize(
    "rows",
    [
        np.random.default_rng(0).normal(size=3),
        np.random.default_rng(0).normal(size=(5, 2)),
        np.random.default_rng(0).exponential(size=12),
        np.array([[0, 1], [1, 0], [1, 1]]),
    ],
)
def test_of_a_handful_of_rows_none_is_said_to_fit(rows: np.ndarray) -> None:
    """No check is made of so few: nothing could have rejected the class."""
    with pytest.warns(UserWarning, match="cannot be judged: .* no check is made of so few"):
        s = symcat.solve(rows)
    assert s.verdict is None
    assert "not judged: too few rows" in str(s)


def test_what_any_law_is_of_fits_a_handful_too() -> None:
    assert symcat.solve(np.array([0, 1, 1, 1])).verdict == "fits"


def test_groups_of_a_handful_of_rows_have_no_verdict() -> None:
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"g": np.repeat(["few", "many"], [5, 50]), "x": rng.normal(size=55)})
    found = symcat.solve(rows, by="g").set_index("g")["verdict"]
    assert found["many"] == "fits"
    assert pd.isna(found["few"])
