"""Columns that no class describes are named, with the cure."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

import symcat
from symcat.data.ingest import open_table
from symcat.data.statistics import Statistics
from symcat.data.validation import check_columns, check_unit
from symcat.errors import InvalidData

X = np.random.default_rng(0).normal(size=(40, 3))
BIT = np.arange(40) % 2


def check(data: Any, full_rank: bool = True) -> None:
    measured = Statistics().update(open_table(data))
    check_columns(measured.moments, measured.schema, full_rank)


def complaint(data: Any, full_rank: bool = True) -> str:
    with pytest.raises(InvalidData) as caught:
        check(data, full_rank)
    return str(caught.value)


def test_what_can_be_fitted() -> None:
    check(X)
    check(X[:, 0])
    check({"b": BIT, "x": X[:, 0], "one": np.ones(40, dtype=int)})


@pytest.mark.parametrize("data", [X[:1], {"b": [True], "c": [False]}])
def test_one_row(data: Any) -> None:
    assert "only one complete row" in complaint(data)


@pytest.mark.parametrize("value", [3.5, 1e8 + 0.1])
@pytest.mark.parametrize("full_rank", [True, False])
def test_a_constant_real_column(value: float, full_rank: bool) -> None:
    message = complaint({"b": BIT, "x": X[:, 0], "same": np.full(40, value)}, full_rank)
    assert "'same' is constant" in message
    assert "columns=" in message


def test_two_valued_columns_without_any_variation() -> None:
    ones = {"a": np.ones(40, dtype=int), "b": np.zeros(40, dtype=int)}
    assert complaint(ones).startswith("Columns 'a', 'b' are constant, and no other is left")
    assert complaint({**ones, "x": X[:, 0]}).startswith("Columns 'a', 'b' are constant, which says nothing")


def test_dependent_real_columns_are_named() -> None:
    frame = pl.DataFrame({"p": X[:, 0], "q": X[:, 1], "b": BIT, "r": X[:, 0] - 2.0, "s": X[:, 2]})
    message = complaint(frame)
    assert "'p', 'r' are linearly dependent" in message
    check(frame, full_rank=False)
    check({"b": BIT, "c": 1 - BIT})  # of two-valued ones the class itself says what it can do


def test_fewer_rows_than_real_columns() -> None:
    frame = pl.DataFrame({"b": [0, 1, 1], "x": X[:3, 0], "y": X[:3, 1], "z": X[:3, 2]})
    message = complaint(frame)
    assert "3 rows cannot determine the covariance of 3 columns" in message
    assert "classes=[...]" in message
    check(frame, full_rank=False)


@pytest.mark.parametrize("scale", [1e-80, 1e80])
def test_units_beyond_double_precision(scale: float) -> None:
    assert "choose another unit" in complaint(X * scale)
    with pytest.raises(InvalidData, match="choose another unit"):
        check_unit(Statistics().update(X * scale).moments)


@pytest.mark.parametrize("offset", [1e15, 3e15, 1e16])
def test_a_spread_that_is_lost_beside_an_offset(offset: float) -> None:
    assert "beside an offset of" in complaint(X[:, 0] + offset)
    assert "subtract the offset" in complaint(X[:, 0] + offset)
    check(X[:, 0] + offset / 1e3)
    assert "is constant" in complaint(np.full(40, offset))


def test_constant_columns_beside_others_are_named_alone() -> None:
    for data in ({"c": np.ones(40), "x": X[:, 0]}, {"c": np.ones(40), "five": np.full(40, 5.0)}):
        assert complaint(data).startswith("Column 'c' is constant, which says nothing of the others")


@pytest.mark.parametrize(("target", "value"), [(np.ones(40), "1"), (np.full(40, 2.5), "2.5"), (BIT > 5, "False")])
def test_a_constant_target(target: Any, value: str) -> None:
    with pytest.raises(InvalidData, match=rf"target 'y' is constant \({value} in every row\).*nothing to predict"):
        symcat.solve({"y": target, "x": X[:, 0]}, target="y")
