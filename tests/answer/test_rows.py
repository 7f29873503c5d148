"""Rows that a user asks an answer about: matched by name, encoded, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import symcat
from symcat.answer.rows import encoded
from symcat.data.schema import Schema
from symcat.errors import InvalidData

MIXED = Schema(("x", "b", "t"), (None, (0, 1), ("no", "yes")))


@pytest.mark.parametrize(
    ("x", "schema", "rows"),
    [
        (3.0, Schema.real(["x"]), [[3.0]]),
        ([1.0, 2.0], Schema.real(["x"]), [[1.0], [2.0]]),
        ([1.0, 2.0], Schema.real(["x", "y"]), [[1.0, 2.0]]),
        ([1.0, 2.0, 3.0, 4.0], Schema.real(["x", "y"]), [[1.0, 2.0], [3.0, 4.0]]),
        ([[1.5, 0, "yes"], [2.5, 1, "no"]], MIXED, [[1.5, -1.0, 1.0], [2.5, 1.0, -1.0]]),
        ([1.5, 0, "yes"], MIXED, [[1.5, -1.0, 1.0]]),
        ([True, False], Schema.two_valued(["b"], (False, True)), [[1.0], [-1.0]]),
    ],
)
def test_rows_of_values_are_encoded(x: object, schema: Schema, rows: list[list[float]]) -> None:
    np.testing.assert_array_equal(encoded(x, schema), rows)


@pytest.mark.parametrize("x", [[1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]], [[[1.0, 2.0]]]])
def test_rows_of_another_width_are_refused(x: object) -> None:
    with pytest.raises(InvalidData, match="2 columns are needed"):
        encoded(x, Schema.real(["x", "y"]))


@pytest.mark.parametrize("x", [["a"], [[1.0], [2.0, 3.0]], [1j]])
def test_what_is_no_number_is_refused(x: object) -> None:
    with pytest.raises(InvalidData, match="not made of numbers"):
        encoded(x, Schema.real(["x"]))


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table, dict])
def test_columns_of_a_frame_are_matched_by_name(library: Any) -> None:
    table = {"t": ["no", "yes", "no"], "more": [0.0, 0.0, 0.0], "b": [0, 1, 1], "x": [1.5, 2.5, 3.5]}
    np.testing.assert_array_equal(encoded(library(table), MIXED), [[1.5, -1, -1], [2.5, 1, 1], [3.5, 1, -1]])
    np.testing.assert_array_equal(encoded(library(table), Schema.real(["x", "b"])), [[1.5, 0], [2.5, 1], [3.5, 1]])
    with pytest.raises(InvalidData, match="no column 'y'"):
        encoded(library(table), Schema.real(["x", "y"]))


def test_answers_about_a_frame_do_not_depend_on_the_order_of_its_columns(rng: np.random.Generator) -> None:
    d = pd.DataFrame(rng.normal(size=(50, 3)) * [1.0, 2.0, 3.0], columns=["a", "b", "c"])
    line, joint = symcat.solve(d, target="c"), symcat.solve(d, classes=["gaussian.full"])
    for shuffled in (d[["b", "a"]], d):
        np.testing.assert_array_equal(line.predict(shuffled), line.predict(d[["a", "b"]].to_numpy()))
    np.testing.assert_array_equal(joint.log_density(d[["c", "b", "a"]]), joint.log_density(d.to_numpy()))
