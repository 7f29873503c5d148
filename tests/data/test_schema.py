"""Two-valued columns: every source gives the same spins, the kinds are told apart, and bad input is named."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.data.ingest import Source, WrongGuess, open_table, read_again_if_wrong
from symcat.data.schema import Schema
from symcat.errors import InvalidData


def relation(frame: pl.DataFrame) -> duckdb.DuckDBPyRelation:
    return duckdb.connect().from_arrow(frame.to_arrow())


ENGINES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "pandas": pl.DataFrame.to_pandas,
    "pandas, nullable": lambda frame: frame.to_pandas().convert_dtypes(),
    "pandas, arrow": lambda frame: frame.to_arrow().to_pandas(types_mapper=pd.ArrowDtype),
    "polars": lambda frame: frame,
    "polars, chunks": lambda frame: pl.concat([frame[:7], frame[7:]]),
    "polars, lazy": pl.DataFrame.lazy,
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": relation,
    "numpy": lambda frame: {name: frame[name].to_numpy() for name in frame.columns},
}
each_engine = pytest.mark.parametrize("engine", ENGINES)


def rows_of(source: Source) -> np.ndarray:
    rows = np.concatenate(list(source.batches()))
    assert rows.dtype == np.float64
    if source.spins is not None:
        assert source.schema.only("two-valued")
        np.testing.assert_array_equal(np.concatenate([batch.rows for batch in source.spins()]), rows)
    if source.n_rows is not None:
        assert len(rows) == source.n_rows
    return rows


def levels(data: object, **options: Any) -> tuple[Any, ...]:
    return open_table(data, **options).schema.levels


def complaint(data: object, **options: Any) -> str:
    with pytest.raises(InvalidData) as caught:
        rows_of(open_table(data, **options))
    return str(caught.value)


def table(rows: int = 60, seed: int = 0) -> tuple[pl.DataFrame, np.ndarray]:
    """A column of every two-valued type, and the spins it stands for."""
    plus = np.random.default_rng(seed).random((rows, 7)) < 0.6
    plus[:2] = [[True] * 7, [False] * 7]
    frame = pl.DataFrame(
        {
            "flag": plus[:, 0],
            "bit": plus[:, 1].astype(np.uint8),
            "wide": plus[:, 2].astype(np.int64),
            "spin": 2 * plus[:, 3].astype(np.int8) - 1,
            "real": plus[:, 4].astype(float),
            "other": np.where(plus[:, 5], 2.5, 1.0),
            "text": np.where(plus[:, 6], "hot", "cold"),
        }
    )
    return frame, 2.0 * plus - 1.0


LEVELS = ((False, True), (0, 1), (0, 1), (-1, 1), (0, 1), (1, 2.5), ("cold", "hot"))


@each_engine
def test_every_engine_gives_the_same_spins(engine: str) -> None:
    frame, spins = table()
    source = open_table(ENGINES[engine](frame))
    assert source.schema == Schema(tuple(frame.columns), LEVELS)
    assert [type(a) for pair in LEVELS for a in pair] == [type(a) for pair in source.schema.levels for a in pair]  # type: ignore[union-attr]
    np.testing.assert_array_equal(rows_of(source), spins)
    np.testing.assert_array_equal(rows_of(source), spins)
    one = open_table(ENGINES[engine](frame), ["text", "bit"])
    np.testing.assert_array_equal(rows_of(one), spins[:, [6, 1]])
    assert open_table(ENGINES[engine](frame), exclude=["flag"]).columns == tuple(frame.columns[1:])


@each_engine
def test_mixed_tables(engine: str) -> None:
    frame, spins = table()
    x = np.random.default_rng(1).normal(size=len(frame))
    source = open_table(ENGINES[engine](frame.select("text", pl.Series("x", x), "flag")))
    assert source.schema.levels == (("cold", "hot"), None, (False, True))
    assert source.schema.kinds == ("two-valued", "real", "two-valued")
    assert source.spins is None
    np.testing.assert_array_equal(rows_of(source), np.column_stack([spins[:, 6], x, spins[:, 0]]))


@each_engine
def test_missing_values(engine: str) -> None:
    frame, spins = table()
    if engine == "numpy":  # booleans and text with nulls are objects there
        frame = frame.drop("flag", "wide", "bit", "spin")
        spins = spins[:, 4:]
    expected = spins.copy()
    for j, name in enumerate(frame.columns):
        frame = frame.with_columns(pl.when(pl.int_range(pl.len()) % 11 == j + 2).then(None).otherwise(name).alias(name))
        expected[j + 2 :: 11, j] = np.nan
    np.testing.assert_array_equal(rows_of(open_table(ENGINES[engine](frame))), expected)


def test_files(tmp_path: Path) -> None:
    frame, spins = table()
    frame.write_parquet(tmp_path / "t.parquet")
    frame.write_csv(tmp_path / "t.csv")
    for name in ("t.parquet", "t.csv"):
        source = open_table(tmp_path / name)
        assert source.schema.levels == LEVELS
        np.testing.assert_array_equal(rows_of(source), spins)


def test_relation_without_pyarrow(tmp_path: Path) -> None:
    """DuckDB and numpy alone read spins of every type, with missing values."""
    frame, spins = table()
    columns = ["flag", "bit", "text"]
    frame = frame.with_columns(pl.when(pl.int_range(pl.len()) != 5).then(pl.col(name)).alias(name) for name in columns)
    frame.write_parquet(tmp_path / "t.parquet")
    script = f"""
        import sys
        for name in ("pyarrow", "pandas", "polars"):
            sys.modules[name] = None
        from symcat.data.ingest import open_table
        source = open_table({str(tmp_path / "t.parquet")!r}, {columns!r})
        print(source.schema.levels)
        print([row for batch in source.batches() for row in batch.tolist()])
    """
    out = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    expected = np.where(np.arange(len(spins))[:, None] == 5, np.nan, spins[:, [0, 1, 6]])
    assert out.stdout.splitlines() == [str((LEVELS[0], LEVELS[1], LEVELS[6])), str(expected.tolist())]


def test_dask() -> None:
    dd = pytest.importorskip("dask.dataframe")
    frame, spins = table()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of narwhals, on where its Dask support will live
        source = open_table(dd.from_pandas(frame.to_pandas(), npartitions=3))
        assert source.schema == Schema(tuple(frame.columns), LEVELS)
        np.testing.assert_array_equal(rows_of(source), spins)


def test_arrays_series_and_objects() -> None:
    bits = np.array([[0, 1], [1, 1], [0, 0]])
    for values in (bits, bits.astype(bool), bits.astype(float), bits.astype(np.uint8), bits[::-1][::-1], bits.tolist()):
        np.testing.assert_array_equal(rows_of(open_table(values)), 2.0 * bits - 1.0)
    np.testing.assert_array_equal(rows_of(open_table(2 * bits - 1)), 2.0 * bits - 1.0)
    words = np.array([["a", "b"], ["c", "d"]])
    assert levels(words) == (("a", "c"), ("b", "d"))
    assert levels({"x": np.array([True, None, False], dtype=object)}) == ((False, True),)
    assert levels(pd.Series(["u", None, "v"], dtype=object)) == (("u", "v"),)
    assert levels(pd.DataFrame([[0], [1]])) == ((0, 1),)
    masked = np.ma.masked_array([1, 0, 1], mask=[False, False, True])
    np.testing.assert_array_equal(rows_of(open_table({"x": masked}))[:, 0], [1.0, -1.0, np.nan])
    masked_words = np.ma.masked_array(["a", "b", "?"], mask=[False, False, True])
    np.testing.assert_array_equal(rows_of(open_table({"x": masked_words}))[:, 0], [-1.0, 1.0, np.nan])


@pytest.mark.parametrize(
    "values",
    [
        pd.Categorical(["lo", "hi", None]),
        pl.Series(["lo", "hi", None], dtype=pl.Categorical),
        pl.Series(["lo", "hi", None], dtype=pl.Enum(["lo", "hi", "never"])),
        pa.array(["lo", "hi", None]).dictionary_encode(),
    ],
)
def test_categories(values: Any) -> None:
    data = {
        pd.Categorical: lambda: pd.DataFrame({"x": values}),
        pl.Series: lambda: pl.DataFrame({"x": values}),
    }.get(type(values), lambda: pa.table({"x": values}))()
    source = open_table(data)
    sign = -1.0 if isinstance(values, pl.Series) and isinstance(values.dtype, pl.Enum) else 1.0  # which has an order
    assert source.schema == Schema(("x",), (("hi", "lo")[:: int(sign)],))
    np.testing.assert_array_equal(rows_of(source)[:, 0], [sign, -sign, np.nan])
    if isinstance(data, pl.DataFrame):
        np.testing.assert_array_equal(rows_of(open_table(data.lazy()))[:, 0], [sign, -sign, np.nan])
        np.testing.assert_array_equal(
            rows_of(open_table(relation(data)))[:, 0], [1.0, -1.0, np.nan]
        )  # plain text there


def test_categories_of_numbers() -> None:
    assert levels(pd.DataFrame({"x": pd.Categorical([3, 7, 3])})) == ((3, 7),)


def test_kinds() -> None:
    few, many = [1, 2, 1], [1, 2] * 10
    assert levels(few) == (None,)
    assert levels(few, kind="two-valued") == ((1, 2),)
    assert levels(many) == ((1, 2),)
    assert levels(many, kind="real") == (None,)
    assert levels([-1, 0] * 10) == ((-1, 0),)
    assert levels([0.5, 1.5] * 10) == ((0.5, 1.5),)
    assert levels([0, 1, 2] * 10) == (None,)
    assert levels([1.0, np.inf] * 10) == (None,)
    assert levels([True, False], kind="real") == (None,)
    np.testing.assert_array_equal(rows_of(open_table([0, 1, 1], kind="real"))[:, 0], [0.0, 1.0, 1.0])


def test_constant_columns() -> None:
    assert levels([0, 0]) == levels([1, 1]) == ((0, 1),)
    assert levels([-1.0, -1.0]) == ((-1, 1),)
    assert levels([True, True]) == ((False, True),)
    assert levels([5, 5]) == (None,)
    for data, options in (
        ([5, 5], {"kind": "two-valued"}),
        (np.array(["a", "a"]), {}),
        (pl.DataFrame({"x": ["a"]}), {}),
    ):
        message = complaint(data, **options)
        assert "one value only" in message
        assert "columns=[...]" in message


def test_real_tables_are_opened_as_before() -> None:
    x = np.random.default_rng(2).normal(size=(5000, 2))
    for data in (
        x,
        pd.DataFrame(x, columns=["a", "b"]),
        pl.DataFrame(x),
        pl.DataFrame(x).lazy(),
        pa.table({"a": x[:, 0]}),
    ):
        source, plain = open_table(data), open_table(data, kind="real")
        assert source.schema == plain.schema == Schema.real(source.columns)
        assert (source.views is None) == (plain.views is None)
        np.testing.assert_array_equal(rows_of(source), rows_of(plain))


@each_engine
def test_forced_columns_with_a_third_value(engine: str) -> None:
    frame = pl.DataFrame({"good": [0, 1, 1, 0], "odd": [0, 1, 2, 1]})
    message = complaint(ENGINES[engine](frame), kind="two-valued")
    assert "'odd'" in message
    assert "2" in message
    assert "columns=[...]" in message


@each_engine
def test_text_of_three_values(engine: str) -> None:
    source = open_table(ENGINES[engine](pl.DataFrame({"x": ["b", "c", None, "a", "b"]})))
    assert source.schema.levels == (("a", "b", "c"),)
    np.testing.assert_array_equal(rows_of(source)[:, 0], [1.0, 2.0, np.nan, 0.0, 1.0])


@each_engine
def test_a_late_third_value_is_named(engine: str) -> None:
    """Beyond the first rows, which are all that is looked at in lazy data."""
    numbers = [0, 1] * 1000 + [7]
    message = complaint(ENGINES[engine](pl.DataFrame({"x": numbers})), kind="two-valued")
    assert "7" in message
    if engine in ("polars, lazy", "duckdb"):
        assert "row 2000 " in message


@each_engine
@pytest.mark.parametrize("first", [["a", "b"], ["b", "c", "d"]])
def test_a_late_level_is_one_of_the_levels(engine: str, first: list[str]) -> None:
    data = ENGINES[engine](pl.DataFrame({"x": first * 1000 + ["aa", "b"]}))
    found = read_again_if_wrong(open_table(data), lambda source: (source.schema.levels, rows_of(source)))
    expected = tuple(sorted({*first, "aa"}))
    assert found[0] == (expected,)
    np.testing.assert_array_equal(found[1][-2:, 0], [expected.index("aa"), expected.index("b")])


@pytest.mark.parametrize("engine", ["polars, lazy", "duckdb"])
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 1] * 1000 + [7], None),
        ([1, 2] * 1000 + [1.5], None),
        ([0] * 2000 + [9], (0, 9)),  # two values in the end
        ([1] * 2000 + [-1], (-1, 1)),
    ],
)
def test_a_wrong_guess_is_read_again(engine: str, values: list[float], expected: tuple[int, int] | None) -> None:
    frame = pl.DataFrame({"x": values, "good": [0, 1] * (len(values) // 2) + [0]}, strict=False)
    source = open_table(ENGINES[engine](frame))
    with pytest.raises(WrongGuess):
        rows_of(source)
    seen: list[Source] = []

    def work(opened: Source) -> np.ndarray:
        seen.append(opened)
        return rows_of(opened)

    rows = read_again_if_wrong(source, work)
    assert len(seen) == 2
    assert seen[1].schema.levels == (expected, (0, 1))
    x = np.array(values, dtype=float)
    np.testing.assert_array_equal(rows[:, 0], x if expected is None else np.where(x == expected[1], 1.0, -1.0))


@pytest.mark.parametrize("engine", ["polars, lazy", "duckdb"])
def test_the_second_value_may_come_late(engine: str) -> None:
    frame = pl.DataFrame({"text": ["u"] * 2000 + ["a"], "number": [3] * 2000 + [1]})
    assert levels(ENGINES[engine](frame), kind="two-valued") == (("a", "u"), (1, 3))


def test_mixed_types() -> None:
    assert "text" in complaint({"x": np.array(["a", 1, "b"], dtype=object)})
    assert "'x'" in complaint(pd.DataFrame({"x": ["a", 1, "b"]}, dtype=object))
    assert "times" in complaint(np.array(["2020-01-01"], dtype="M8[D]"))


def test_known_schema() -> None:
    schema = Schema(("a", "b"), ((0, 1), ("n", "y")))
    frame = pl.DataFrame({"a": [1, 1], "b": ["n", "n"]})
    for engine in ("pandas", "polars", "polars, lazy", "duckdb"):
        np.testing.assert_array_equal(rows_of(open_table(ENGINES[engine](frame), schema=schema)), [[1, -1], [1, -1]])
    for bad, name in ((frame.with_columns(a=2), "'a'"), (frame.with_columns(b=pl.lit("?")), "'b'")):
        for engine in ("pandas", "polars", "polars, lazy", "duckdb"):
            assert name in complaint(ENGINES[engine](bad), schema=schema)
    assert "'b'" in complaint(frame.with_columns(b=1), schema=schema)
    assert "'a'" in complaint(frame.with_columns(a=pl.lit("n")), schema=schema)
    assert "2 columns" in complaint(frame.select("a"), schema=schema)


def test_no_rows() -> None:
    assert "no rows" in complaint(pl.DataFrame({"x": []}, {"x": pl.String}))
    assert open_table(pl.DataFrame({"x": []}, {"x": pl.Boolean}), allow_empty=True).n_rows == 0


PAIRS = st.one_of(
    st.sampled_from([(False, True), (0, 1), (-1, 1), ("no", "yes")]),
    st.tuples(st.integers(-5, 5), st.integers(6, 9)),
    st.none(),
)


@given(pairs=st.lists(PAIRS, min_size=1, max_size=5), seed=st.integers(0, 2**32 - 1), n=st.integers(0, 20))
def test_round_trip(pairs: list[Any], seed: int, n: int) -> None:
    schema = Schema(tuple(f"c{j}" for j in range(len(pairs))), tuple(pairs))
    rng = np.random.default_rng(seed)
    spins = np.where(
        schema.mask("two-valued"), rng.choice([-1.0, 1.0], (n, len(pairs))), rng.normal(size=(n, len(pairs)))
    )
    values = schema.decode(spins)
    assert list(values) == list(schema.columns)
    rows = np.empty((n, len(pairs)), dtype=object)
    for j, column in enumerate(values.values()):
        rows[:, j] = column
    np.testing.assert_array_equal(schema.encode(rows), spins)
    if n:
        np.testing.assert_array_equal(schema.encode(rows[0]), spins[0])
        np.testing.assert_array_equal(rows_of(open_table(values, schema=schema)), spins)


def test_rows_that_do_not_fit() -> None:
    schema = Schema(("a", "b", "x"), ((0, 1), ("n", "y"), None))
    np.testing.assert_array_equal(
        schema.encode([[1, "n", 2.5], [None, "y", np.nan]]), [[1, -1, 2.5], [np.nan, 1, np.nan]]
    )
    for bad, message in (
        ([[2, "n", 1.0]], "'a' holds 2 in row 0"),
        ([[1, "n", 1.0], [1, "?", 1.0]], "'b' holds '\\?' in row 1"),
        ([[1, "n", "z"]], "'x'"),
        ([[1, "n"]], "shape"),
    ):
        with pytest.raises(InvalidData, match=message):
            schema.encode(bad)
    with pytest.raises(InvalidData, match="'a'"):
        schema.decode([[0.5, 1.0, 0.0]])
    with pytest.raises(InvalidData, match="shape"):
        schema.decode([[1.0, 1.0]])


def test_parts_of_a_schema() -> None:
    schema = Schema(("a", "x", "b"), ((0, 1), None, ("n", "y")))
    assert schema.levels_of == {"a": (0, 1), "b": ("n", "y")}
    assert schema.at("real") == (1,)
    assert schema.part(schema.at("two-valued")) == schema.without("x") == Schema(("a", "b"), ((0, 1), ("n", "y")))
    assert schema.renamed(["p", "q", "r"]).levels_of == {"p": (0, 1), "r": ("n", "y")}
    with pytest.raises(InvalidData, match="the schema of these columns"):
        schema.renamed(["p"])
    empty = Schema((), ())
    assert not empty.only("real")
    assert not empty.only("two-valued")


@pytest.mark.parametrize(
    ("columns", "levels", "words"),
    [
        (("a", "b", "a"), (None, None, None), "more than one column 'a'"),
        ((1, 2), (None, None), "what column 1 holds"),
        (("a",), ((0,),), "64 different texts"),
        (("a",), ((1, 1),), "64 different texts"),
        (("a",), (tuple(range(65)),), "64 different texts"),
        (("a",), (("no", 1),), "64 different texts"),
        (("a",), ((0, float("nan")),), "64 different texts"),
    ],
)
def test_a_schema_of_nothing(columns: Any, levels: Any, words: str) -> None:
    with pytest.raises(InvalidData, match=words):
        Schema(columns, levels)
