"""Columns that are no measurements are left out, each with its reason; what is one stays, a named column is used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import symcat
from symcat.data.ingest import open_table, read_again_if_wrong
from symcat.errors import InvalidData

N = 2500  # more rows than are looked at first
X = np.random.default_rng(0).normal(size=N)
Y = X + np.random.default_rng(1).normal(size=N)
TABLE = pd.DataFrame(
    {
        "id": np.arange(N),
        "row": np.arange(1, N + 1),
        "name": [f"r{i}" for i in range(N)],
        "when": pd.date_range("2020-01-01", periods=N, freq="h"),
        "x": X,
        "y": Y,
        "flat": 2.5,
        "again": X,
        "unit": "mm",
        "empty": np.nan,
    }
)
REASONS = {
    "id": "a running number of the rows",
    "row": "a running number of the rows",
    "name": "it names the rows: every text occurs once",
    "when": "a time stamp",
    "flat": "constant, 2.5 in every row",
    "again": "a copy of 'x'",
    "unit": "constant, 'mm' in every row",
    "empty": "it has no value",
}


def as_csv(folder: Path) -> Path:
    TABLE.to_csv(folder / "t.csv", index=False)
    return folder / "t.csv"


def as_parquet(folder: Path) -> Path:
    TABLE.to_parquet(folder / "t.parquet")
    return folder / "t.parquet"


def as_dask(_: Path) -> Any:
    return pytest.importorskip("dask.dataframe").from_pandas(TABLE, npartitions=3)


FORMS: dict[str, Callable[[Path], Any]] = {
    "pandas": lambda _: TABLE,
    "polars": lambda _: pl.from_pandas(TABLE),
    "polars lazy": lambda _: pl.from_pandas(TABLE).lazy(),
    "pyarrow": lambda _: pa.Table.from_pandas(TABLE),
    "duckdb": lambda _: duckdb.from_df(TABLE),
    "csv": as_csv,
    "parquet": as_parquet,
    "dict": lambda _: {name: TABLE[name].to_numpy() for name in TABLE},
    "dask": as_dask,
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Dask's own code
@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_data_tells_them_apart(form: str, tmp_path: Path) -> None:
    source = open_table(FORMS[form](tmp_path), set_aside="all")
    assert source.columns == ("x", "y")
    assert dict(source.set_aside) == REASONS
    assert list(source.set_aside) == [name for name in TABLE if name in REASONS]


def solved(data: Any, **options: Any) -> symcat.Solution:
    with pytest.warns(UserWarning, match="Columns left out: 'id' .a running number of the rows.*columns="):
        return symcat.solve(data, **options)


def test_the_answer_says_what_was_left_out() -> None:
    answer = solved(TABLE, classes=["gaussian.full"])
    assert answer.columns == ("x", "y")
    assert answer.set_aside == REASONS
    assert json.loads(answer.model_dump_json())["set_aside"] == REASONS
    assert "Taken: 2 real columns (x, y)\nSet aside: id (a running number of the rows); row" in str(answer)
    np.testing.assert_allclose(answer.parameters["mean"], [X.mean(), Y.mean()])
    with pytest.warns(UserWarning, match="Columns left out"):
        found = symcat.classify(TABLE)
    assert found.set_aside == REASONS
    assert "Set aside: id" in str(found)


def test_a_combination_of_columns_before_it_is_left_out() -> None:
    rng = np.random.default_rng(3)
    low, high, other = rng.normal(size=(3, 300)) * [[1.0], [5.0], [1e-3]] + [[4.0], [1e4], [0.0]]
    table = pd.DataFrame({"low": low, "high": high, "other": other, "range": high - low, "fifth": 0.2 * low + 1.0})
    with pytest.warns(UserWarning, match=r"'range' .a linear combination of 'low', 'high'.; 'fifth' .a linear"):
        answer = symcat.solve(table)
    assert answer.columns == ("low", "high", "other")
    assert answer.set_aside["fifth"] == "a linear combination of 'low'"


def test_columns_that_almost_depend_are_kept() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    table = pd.DataFrame({"x": x, "y": 2.0 * x + 1e-5 * rng.normal(size=300)})
    assert symcat.solve(table, classes=["gaussian.full"]).columns == ("x", "y")


def test_a_named_column_is_taken_as_it_is() -> None:
    answer = symcat.solve(TABLE, columns=["id", "x"], classes=["gaussian.full"])
    assert answer.columns == ("id", "x")
    assert answer.set_aside == {}
    with pytest.raises(symcat.InvalidData, match=r"'when' is not numeric.*seconds since a start"):
        symcat.solve(TABLE, columns=["when", "x"])
    with pytest.raises(symcat.InvalidData, match="'flat' is constant"):
        symcat.solve(TABLE, columns=["flat", "x"])
    with pytest.raises(symcat.InvalidData, match="linearly dependent"):
        symcat.solve(TABLE, columns=["again", "x"])


def test_the_target_is_never_left_out() -> None:
    with pytest.warns(UserWarning, match="Columns left out: 'row'"):
        answer = symcat.solve(TABLE, target="id")
    assert answer.regression is not None
    assert answer.regression.target == "id"
    assert answer.regression.predictors == ("x", "y")


def test_a_target_by_its_place_is_counted_among_all_columns() -> None:
    by_place, by_name = (solved(TABLE.drop(columns="again"), target=target) for target in (4, "x"))
    assert by_place.regression is not None
    assert by_place.regression.target == "x"
    assert by_place == by_name


def test_groups_are_treated_alike() -> None:
    with pytest.warns(UserWarning, match="Columns left out: 'id'"):
        found = symcat.solve(TABLE.assign(g=np.arange(N) % 2), by="g", classes=["gaussian.full"])
    assert [name for name in found if name.startswith("mean")] == ["mean_x", "mean_y", "mean_x_se", "mean_y_se"]


def test_batches_leave_out_what_only_labels_the_rows() -> None:
    """A first batch cannot tell that a column is constant."""
    statistics = symcat.Statistics()
    for part in (TABLE[:1000], TABLE[1000:].assign(flat=X[1000:], empty=Y[1000:])):
        statistics.update(part.drop(columns=["again", "unit", "empty"]))
    assert statistics.columns == ("x", "y", "flat")
    assert list(statistics.set_aside) == ["id", "row", "name", "when"]
    with pytest.warns(UserWarning, match="Columns left out: 'id'"):
        assert list(symcat.solve(statistics, classes=["gaussian.full"]).set_aside) == ["id", "row", "name", "when"]


@pytest.mark.parametrize(
    "column",
    [
        np.random.default_rng(3).integers(0, N, N),  # uniform whole numbers
        np.random.default_rng(3).permutation(N),  # ranks
        np.arange(N)[::-1],
        np.arange(5, N + 5),  # years, hours: a trend
        np.arange(N) * 2,
        np.arange(N, dtype=float),  # not stored as whole numbers
        np.where(np.arange(N) == N - 1, 0, np.arange(N)),  # only at its end no running number
        np.where(np.arange(N) == N - 1, 1.0, 0.0),
    ],
    ids=["uniform", "ranks", "descending", "from five", "in twos", "floats", "broken off", "nearly constant"],
)
@pytest.mark.parametrize("library", ["pandas", "polars lazy", "numpy"])
def test_measurements_stay(column: np.ndarray, library: str) -> None:
    frame = pd.DataFrame({"c": column, "x": X})
    data = {"pandas": frame, "polars lazy": pl.from_pandas(frame).lazy(), "numpy": {"c": column, "x": X}}[library]
    assert open_table(data, set_aside="all").set_aside == {}


def test_a_copy_up_to_the_last_row_is_none() -> None:
    other = X.copy()
    other[-1] += 1.0
    for data in ({"x": X, "other": other}, pl.LazyFrame({"x": X, "other": other})):
        assert open_table(data, set_aside="all").columns == ("x", "other")


def test_few_rows_are_no_index() -> None:
    assert open_table({"dose": np.arange(1, 11), "y": X[:10]}, set_aside="all").set_aside == {}


def test_an_array_has_no_index_but_may_have_constants() -> None:
    assert open_table(np.column_stack([np.arange(N), X]).astype(int), set_aside="all").set_aside == {}
    found = open_table(np.column_stack([np.full(N, 7.0), X, X]), set_aside="all")
    assert found.columns == ("x1",)
    assert dict(found.set_aside) == {"x0": "constant, 7.0 in every row", "x2": "a copy of 'x1'"}


def test_something_is_always_left() -> None:
    """A running number beside nothing else is a trend, as are the only predictor and the only column."""
    assert open_table({"t": np.arange(N)}, set_aside="all").columns == ("t",)
    trend = symcat.solve({"t": np.arange(200), "y": 2.0 + 3.0 * np.arange(200) + X[:200]}, target="y")
    assert trend.parameters["coefficients"][0] == pytest.approx(3.0, abs=0.01)
    with pytest.raises(symcat.InvalidData, match="constant"):
        symcat.solve({"a": np.full(30, 2.0), "b": np.full(30, 3.0)})


def test_two_valued_tables_keep_values_that_never_occur() -> None:
    """Their classes say so themselves; beside a real column a constant one is left out, whichever its value."""
    rows = np.random.default_rng(0).random((300, 3)) < 0.4
    rows[:, 1] = False
    assert open_table(rows.astype(int), set_aside="all").columns == ("x0", "x1", "x2")
    assert open_table({"x": X, "const": np.ones(N)}, set_aside="all").columns == ("x",)


def test_numbers_written_as_text_are_no_names() -> None:
    """They are refused in true words rather than left out."""
    for written in ([f"{i},5" for i in range(60)], [f"{i + 1},234" for i in range(60)], [f"-{i}.5" for i in range(60)]):
        with pytest.raises(symcat.InvalidData, match=r"'a' is not numeric .type numbers written as text.*its numbers "):
            symcat.solve(pd.DataFrame({"a": written, "x": X[:60]}))


@pytest.mark.parametrize(
    "made",
    [
        lambda frame: frame,
        lambda frame: pl.from_pandas(frame).lazy(),
        lambda frame: duckdb.sql("select * from frame"),
    ],
)
def test_text_of_too_many_levels(made: Callable[[pd.DataFrame], Any]) -> None:
    """Also where the first rows show a few of them only; named, it is refused with the number of its levels."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=1400), "g": rng.choice(["a", "b", "c"], 1400)})
    frame["late"] = ["u", "v", "w"] * 400 + [f"q{i}" for i in range(200)]
    source = open_table(made(frame), set_aside="all")
    assert source.columns == ("x", "g")
    assert source.set_aside == {"late": "203 different texts, more than the 64 levels of a category"}
    with pytest.raises(InvalidData, match="203 different texts"):
        read_again_if_wrong(open_table(made(frame), ["x", "late"]), lambda source: list(source.batches()))


def test_text_that_nearly_names_the_rows() -> None:
    texts = [f"t{min(j, 20)}" for j in range(30)]
    source = open_table({"x": np.arange(30.0) ** 2, "t": texts}, set_aside="all")
    assert source.set_aside == {"t": "nearly every row has another text: 21 in 30 rows"}


def test_the_answer_begins_with_what_was_taken() -> None:
    rng = np.random.default_rng(0)
    x, texts = rng.normal(size=90), rng.choice(["a", "b", "c"], 90)
    data = {"y": x + rng.normal(size=90), "x": x, "g": texts, "s": x > 0}
    first = str(symcat.solve(data, target="y")).splitlines()[0]
    assert first == "Taken: 1 categorical column (g), 1 two-valued one (s), 2 real ones (y, x)"
    assert str(symcat.lookup("gaussian.full", mean=[0.0], covariance=[[1.0]])).startswith("gaussian.full")
