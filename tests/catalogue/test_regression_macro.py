"""The SQL macro of least squares: Python's numbers for any number of predictors, and a reason where there are none."""

from __future__ import annotations

import duckdb
import numpy as np
import polars
import pytest

import symcat
from builders.gaussian.regression_sql import MOST
from symcat.catalogue.file import PACKAGED


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute(f"ATTACH '{PACKAGED}' AS symcat (READ_ONLY)")
    return found


def columns(p: int, rows: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Correlated predictors of different scales and centres."""
    x = rng.normal(size=(rows, p)) @ (np.eye(p) + 0.3 * rng.normal(size=(p, p)))
    x = x * 10.0 ** rng.uniform(-2, 2, p) + rng.normal(size=p)
    y = x @ rng.normal(size=p) + rng.normal(size=rows) + 3.0
    return {"y": y, **{f"x{i}": x[:, i - 1] for i in range(1, p + 1)}}


@pytest.mark.parametrize("p", [1, 2, MOST])
def test_the_macro_agrees_with_python(connection: duckdb.DuckDBPyConnection, p: int, rng: np.random.Generator) -> None:
    data = columns(p, 60, rng)
    connection.register("rows", polars.DataFrame(data))
    query = f"SELECT symcat.linear_regression({', '.join(data)}) FROM rows"
    ((found,),) = connection.execute(query).fetchall()
    exact = symcat.solve(data, target="y")
    assert exact.regression is not None
    expected = {
        "n": 60,
        "left_out": 0,
        "intercept": exact.parameters["intercept"],
        "intercept_se": exact.standard_errors["intercept"],
        "coefficients": exact.parameters["coefficients"],
        "standard_errors": exact.standard_errors["coefficients"],
        "t": exact.regression.t_values["coefficients"],
        "r_squared": exact.regression.r_squared,
        "residual_standard_deviation": exact.regression.residual_standard_deviation,
        "degrees_of_freedom": exact.regression.degrees_of_freedom,
        "log_likelihood": exact.log_likelihood,
    }
    assert found.pop("reason") is None
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert np.asarray(found[name]) == pytest.approx(np.asarray(value), rel=1e-10), name


def test_groups_and_missing_values(connection: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> None:
    """Rows with a null are left out and counted; one group without an answer does not disturb the others."""
    data = polars.DataFrame(columns(2, 40, rng)).with_columns(group=polars.Series([0, 1] * 20))
    holes = data.with_columns(x2=polars.when(polars.int_range(40) < 6).then(None).otherwise("x2"))
    holes = holes.with_columns(x1=polars.when(polars.col("group") == 1).then(1.0).otherwise("x1"))
    connection.register("rows", holes)
    query = 'SELECT symcat.linear_regression(y, x1, x2) FROM rows GROUP BY "group" ORDER BY "group"'
    (one,), (other,) = connection.execute(query).fetchall()
    exact = symcat.solve(data[6:].filter(polars.col("group") == 0).drop("group"), target="y")
    assert (one["n"], one["left_out"]) == (17, 3)
    assert one["coefficients"] == pytest.approx(exact.parameters["coefficients"], rel=1e-10)
    assert other["reason"] == "x1 does not vary"
    assert {value for name, value in other.items() if name not in ("n", "left_out", "reason")} == {None}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("(NULL, 1, 2)", "no row has a value"),
        ("(1, 2, 3), (2, 3, 5), (4, 4, 4)", "more rows than the 3 coefficients"),
        ("(1, 2, 3), (2, 3, 5), (4, 4, 4), ('nan'::DOUBLE, 3, 3), (1, 1, 1)", "NaN, infinite"),
        ("(1, 2, 3), (2, 3, 5), (4, 4, 4), (3, 'inf'::DOUBLE, 3), (1, 1, 1)", "NaN, infinite"),
        ("(1, 2, 3), (2, 3, 5), (4, 4, 4), (3, 2e200, 3), (1, 1, 1)", "too large to be squared"),
        ("(1, 1, 3), (1, 3, 5), (1, 4, 4), (1, 2, 2), (1, 1, 1)", "y does not vary"),
        ("(1, 1, 3), (2, 3, 3), (5, 4, 3), (1, 2, 3), (7, 1, 3)", "x2 does not vary"),
        ("(1, 1, 3), (2, 3, 9), (5, 4, 12), (1, 2, 6), (7, 1, 3)", "x2 is a linear combination"),
        ("(4, 1, 3), (8, 3, 5), (8, 4, 4), (9, 2, 7), (2, 1, 1)", "determine y exactly"),
    ],
)
def test_no_answer_comes_with_its_reason(connection: duckdb.DuckDBPyConnection, rows: str, reason: str) -> None:
    query = f"SELECT symcat.linear_regression(y, a, b) FROM (VALUES {rows}) AS t(y, a, b)"
    ((answer,),) = connection.execute(query).fetchall()
    assert reason in answer["reason"]
    assert {value for name, value in answer.items() if name not in ("n", "left_out", "reason")} == {None}


def test_columns_far_from_zero_keep_their_digits(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT symcat.linear_regression(1e6 + 2 * i + (i % 3), 1e8 + i) FROM range(100) AS t(i)"
    near = query.replace("1e6 + ", "").replace("1e8 + ", "")
    ((far,),), ((exact,),) = (connection.execute(q).fetchall() for q in (query, near))
    assert far["coefficients"] == pytest.approx(exact["coefficients"], rel=1e-9)
    assert far["r_squared"] == pytest.approx(exact["r_squared"], rel=1e-9)
