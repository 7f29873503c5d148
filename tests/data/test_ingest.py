"""Every input type gives the same rows, and every bad input an error that names cause and cure."""

from __future__ import annotations

import datetime as dt
import decimal
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import symcat
from symcat.data.ingest import open_table
from symcat.errors import InvalidData

A = [1.5, -2.0, 0.25, 4.0, 1e3]
B = [3, 1, 4, 1, 5]
ROWS = np.column_stack([A, B]).astype(float)


def rows_of(data: object, columns: list[str] | None = None, **options: object) -> np.ndarray:
    source = open_table(data, columns, kind="real", **options)  # type: ignore[arg-type]
    rows = np.concatenate(list(source.batches()))
    assert rows.dtype == np.float64
    assert rows.shape[1] == len(source.columns)
    if source.n_rows is not None:
        assert source.n_rows == len(rows)
    if source.views is not None:
        np.testing.assert_array_equal(np.column_stack(source.views), rows)
    return rows


def write(path: Path) -> Path:
    frame = pl.DataFrame({"a": A, "b": B})
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_csv(path, separator="\t" if path.suffix == ".tsv" else ",")
    return path


FRAMES = {
    "pandas": lambda: pd.DataFrame({"a": A, "b": B}),
    "pandas, one block": lambda: pd.DataFrame(ROWS, columns=["a", "b"]),
    "pandas, nullable": lambda: pd.DataFrame({"a": A, "b": B}).convert_dtypes(),
    "pandas, objects": lambda: pd.DataFrame({"a": A, "b": B}, dtype=object),
    "polars": lambda: pl.DataFrame({"a": A, "b": B}),
    "polars, chunks": lambda: pl.concat(
        [pl.DataFrame({"a": A[:2], "b": B[:2]}), pl.DataFrame({"a": A[2:], "b": B[2:]})]
    ),
    "polars, lazy": lambda: pl.LazyFrame({"a": A, "b": B}),
    "pyarrow": lambda: pa.table({"a": A, "b": B}),
    "pyarrow, chunks": lambda: pa.concat_tables(
        [pa.table({"a": A[:2], "b": B[:2]}), pa.table({"a": A[2:], "b": B[2:]})]
    ),
    "duckdb": lambda: duckdb.connect().from_arrow(pa.table({"a": A, "b": B})),
    "dict": lambda: {"a": np.array(A), "b": B},
    "masked": lambda: {"a": np.ma.masked_array(A), "b": np.ma.masked_array(B)},
    "records": lambda: np.array(list(zip(A, B, strict=True)), dtype=[("a", "f8"), ("b", "i4")]),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_give_the_same_rows(kind: str) -> None:
    data = FRAMES[kind]()
    np.testing.assert_array_equal(rows_of(data), ROWS)
    np.testing.assert_array_equal(rows_of(data, ["b"]), ROWS[:, 1:])
    np.testing.assert_array_equal(rows_of(data, ["b", "a"]), ROWS[:, ::-1])
    np.testing.assert_array_equal(rows_of(data, exclude=["a"]), ROWS[:, 1:])


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize("as_type", [str, Path])
def test_files(tmp_path: Path, suffix: str, as_type: type) -> None:
    path = write(tmp_path / f"data{suffix}")
    np.testing.assert_array_equal(rows_of(as_type(path)), ROWS)
    source = open_table(as_type(path), kind="real")
    assert len(list(source.batches())) == len(list(source.batches())) == 1


def test_dask() -> None:
    dd = pytest.importorskip("dask.dataframe")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of narwhals, on where its Dask support will live
        frame = dd.from_pandas(pd.DataFrame({"a": A, "b": B}), npartitions=2)
        np.testing.assert_array_equal(rows_of(frame), ROWS)


def test_arrays_and_series() -> None:
    np.testing.assert_array_equal(rows_of(ROWS), ROWS)
    assert open_table(ROWS, kind="real").columns == ("x0", "x1")
    assert open_table(A, kind="real").columns == open_table(np.array(A), kind="real").columns == ("x",)
    for column in (A, np.array(A), np.array(A, dtype=object), pd.Series(A), pl.Series("x", A)):
        np.testing.assert_array_equal(rows_of(column)[:, 0], A)
    assert open_table(pl.Series("speed", A), kind="real").columns == ("speed",)
    np.testing.assert_array_equal(rows_of(ROWS[::2, ::-1], ["x0"]), ROWS[::2, 1:])


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint8", "int64", "bool"])
def test_number_types(dtype: str) -> None:
    values = np.array([0, 1, 1, 0], dtype=dtype)
    expected = values.astype(float)[:, None]
    for data in (values, pd.DataFrame({"x": values}), pl.DataFrame({"x": values}), pa.table({"x": values})):
        np.testing.assert_array_equal(rows_of(data), expected)
    if dtype != "float16":
        relation = duckdb.connect().from_arrow(pa.table({"x": values}))
        np.testing.assert_array_equal(rows_of(relation), expected)


def test_nulls_nan_and_decimals() -> None:
    numbers = [decimal.Decimal("1.25"), None, decimal.Decimal("-3.5")]
    expected = np.array([[1.25], [np.nan], [-3.5]])
    table = pa.table({"x": pa.array(numbers)})
    for data in (
        table, duckdb.connect().from_arrow(table), pl.from_arrow(table), pl.LazyFrame({"x": numbers}),
        pd.DataFrame({"x": numbers}), {"x": np.array(numbers)}, table.to_pandas(types_mapper=pd.ArrowDtype),
    ):  # fmt: skip
        np.testing.assert_array_equal(rows_of(data), expected)
    both = pl.DataFrame({"x": [1.0, None, float("nan")]})
    for data in (both, both.lazy(), both.to_arrow(), both.to_pandas(), duckdb.connect().from_arrow(both.to_arrow())):
        np.testing.assert_array_equal(rows_of(data), [[1.0], [np.nan], [np.nan]])
    masked = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[False, True], [False, False]])
    np.testing.assert_array_equal(rows_of(masked), [[1.0, np.nan], [3.0, 4.0]])
    np.testing.assert_array_equal(rows_of(pl.DataFrame({"x": [None, None]})), [[np.nan], [np.nan]])


def test_large_columns_are_not_copied() -> None:
    x = np.arange(300_000.0)
    for data in (x, pd.DataFrame({"x": x}, copy=False), pa.table({"x": x})):
        source = open_table(data, kind="real")
        rows = source.views[0] if source.views else next(source.batches())
        assert np.shares_memory(rows, x)
    wide = pl.DataFrame({f"c{j}": x for j in range(4)}).with_columns(pl.all().cast(pl.Float32))
    assert max(batch.nbytes for batch in open_table(wide, kind="real").batches()) <= 4 << 20


def test_relation_without_pyarrow(tmp_path: Path) -> None:
    """DuckDB and numpy alone read a file."""
    path = write(tmp_path / "data.parquet")
    script = f"""
        import sys
        for name in ("pyarrow", "pandas", "polars"):
            sys.modules[name] = None
        from symcat.data.ingest import open_table
        print(sum(float(batch.sum()) for batch in open_table({str(path)!r}, kind="real").batches()))
    """
    out = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert float(out.stdout) == ROWS.sum()


def complaint(data: object, columns: list[str] | None = None, **options: object) -> str:
    with pytest.raises(InvalidData) as caught:
        rows_of(data, columns, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("values", "cure"),
    [
        (["a", "b"], "encode"),
        ([dt.date(2020, 1, 1)] * 2, "times as numbers"),
        ([dt.datetime(2020, 1, 1)] * 2, "times as numbers"),  # noqa: DTZ001
        ([[1, 2], [3]], "one column per number"),
    ],
)
@pytest.mark.parametrize(
    "make", [pl.DataFrame, pl.LazyFrame, pa.table, lambda d: duckdb.connect().from_arrow(pa.table(d))]
)
def test_columns_that_are_not_numbers(values: list[object], cure: str, make: type) -> None:
    message = complaint(make({"good": [1, 2], "odd": values}))
    assert "'odd'" in message
    assert cure in message
    assert "columns=[...]" in message
    np.testing.assert_array_equal(rows_of(make({"good": [1, 2], "odd": values}), ["good"]), [[1], [2]])


def test_text_in_pandas_and_numpy() -> None:
    text = ["1", "b"]
    for data in (pd.DataFrame({"odd": text}), pd.DataFrame({"odd": text}, dtype=object), {"odd": np.array(text)}):
        assert "column 'odd' is not numeric" in complaint(data).lower()
    assert "complex" in complaint(np.array([1j, 2]))
    assert "times as numbers" in complaint(np.array(["2020-01-01"], dtype="M8[D]"))
    assert "'odd'" in complaint({"odd": np.array([{}, 1], dtype=object)})


def test_duplicate_columns() -> None:
    frame = pd.DataFrame(ROWS, columns=["a", "a"])
    table = pa.table([A, B], names=["a", "a"])
    relation = duckdb.connect().sql("select 1 as a, 2 as a")
    for data in (frame, table, relation):
        message = complaint(data)
        assert "'a'" in message
        assert "rename" in message
    assert "once" in complaint(ROWS, ["x0", "x0"])


def test_unknown_column() -> None:
    for data in (FRAMES["pandas"](), FRAMES["duckdb"](), {"speed": A, "b": B}):
        assert "'speeed'" in complaint(data, ["speeed"])
    assert "did you mean 'speed'" in complaint({"speed": A}, ["speeed"]).lower()
    assert "'a'" in complaint(FRAMES["polars"](), exclude=["zzz"]) or "a, b" in complaint(
        FRAMES["polars"](), exclude=["zzz"]
    )


def test_empty() -> None:
    empty: list[float] = []
    for data in (np.empty((0, 2)), empty, pd.DataFrame({"a": empty}), pl.DataFrame({"a": empty}, {"a": pl.Float64})):
        assert "no rows" in complaint(data)
    for data in (pd.DataFrame(), {}, np.empty((3, 0))):
        assert "no columns" in complaint(data)
    assert "no columns" in complaint(ROWS, exclude=["x0", "x1"])


def test_shapes() -> None:
    assert "shape (2, 2, 2)" in complaint(np.zeros((2, 2, 2)))
    assert "different lengths" in complaint({"a": [1.0], "b": [1.0, 2.0]})
    assert "one length" in complaint([[1.0], [1.0, 2.0]])
    assert "not understood" in complaint(object())
    assert "not understood" in complaint(None)


def test_paths(tmp_path: Path) -> None:
    assert "directory without CSV or Parquet files" in complaint(tmp_path)
    write(tmp_path / "readings.csv")
    assert "Did you mean 'readings.csv'" in complaint(tmp_path / "reading.csv")
    assert "does not exist" in complaint(tmp_path / "nowhere" / "x.csv")
    other = tmp_path / "data.xlsx"
    other.write_text("x")
    assert ".parquet" in complaint(other)


def test_corrupt_files(tmp_path: Path) -> None:
    good = write(tmp_path / "good.parquet").read_bytes()
    for name, content in {"cut.parquet": good[: len(good) // 2], "text.parquet": b"hello", "none.parquet": b""}.items():
        path = tmp_path / name
        path.write_bytes(content)
        message = complaint(path)
        assert str(path) in message
        assert "damaged" in message
    # Damaged inside: the footer is whole, the data is not.
    big = tmp_path / "big.parquet"
    pl.DataFrame({"a": np.random.default_rng(0).normal(size=50_000)}).write_parquet(big)
    content = bytearray(big.read_bytes())
    content[1000:200_000] = b"\xff" * 199_000
    big.write_bytes(content)
    assert "damaged" in complaint(big)


def test_booleans_of_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "flags.csv"
    path.write_text("flag,x\ntrue,1.5\nfalse,2.5\n,3.5\n")
    np.testing.assert_array_equal(rows_of(path), [[1, 1.5], [0, 2.5], [np.nan, 3.5]])


def test_numbered_columns() -> None:
    frame = pd.DataFrame(ROWS)
    assert open_table(frame, kind="real").columns == ("0", "1")
    np.testing.assert_array_equal(rows_of(frame), ROWS)
    np.testing.assert_array_equal(rows_of(frame, [1]), ROWS[:, 1:])  # type: ignore[list-item]
    np.testing.assert_array_equal(rows_of(pd.Series(A, name=3))[:, 0], A)


def test_corrupt_csv(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text("x\n" + "1.5\n" * 100_000 + "oops\n")
    message = complaint(path)
    assert str(path) in message
    binary = tmp_path / "binary.csv"
    binary.write_bytes(bytes(range(256)) * 10)
    assert f"{binary} is not text" in complaint(binary)


def test_a_column_named_by_a_number_is_unknown_too() -> None:
    spins = np.sign(np.random.default_rng(0).normal(size=(50, 3)))
    with pytest.raises(InvalidData, match=r"There is no column 0: did you mean 'x0'\?"):
        symcat.solve(spins, interactions=[(0, 1, 2)])  # type: ignore[list-item]
