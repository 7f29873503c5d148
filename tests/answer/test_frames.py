"""Every column of a frame has a type of its library, which files can hold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet
import pytest

from symcat.answer import frames
from symcat.answer.frames import Key, Text, build

ZONE = "Europe/Berlin"
POLARS = pl.DataFrame(
    {
        "day": [dt.date(2020, 1, 1), dt.date(2020, 1, 2)],
        "category": pl.Series(["a", "b"], dtype=pl.Categorical),
        "flag": [True, False],
        "small": pl.Series([1, 2], dtype=pl.Int16),
        "when": pl.Series([dt.datetime(2020, 1, 1, 3), dt.datetime(2021, 7, 1)]).dt.replace_time_zone(ZONE),  # noqa: DTZ001
        "text": ["x", "y"],
        "price": [Decimal("1.50"), Decimal("2.25")],
        "time": [dt.time(1), dt.time(2)],
        "while": [dt.timedelta(1), dt.timedelta(2)],
        "number": [1.5, 2.5],
    }
)
PANDAS = POLARS.to_pandas().assign(
    nullable=pd.array([1, 2], dtype="Int64"),
    maybe=pd.array([True, False], dtype="boolean"),
    category=pd.Categorical(["a", "b"]),
)
INPUTS = {"polars": POLARS, "polars lazy": POLARS.lazy(), "pandas": PANDAS, "pyarrow": POLARS.to_arrow()}
NOTHING = Text((None,), np.zeros(2, dtype=np.int32))


def types(frame: Any) -> dict[str, Any]:
    if isinstance(frame, pa.Table):
        return dict(zip(frame.schema.names, frame.schema.types, strict=True))
    return (
        dict(frame.collect_schema())
        if isinstance(frame, pl.LazyFrame)
        else dict(frame.schema)
        if isinstance(frame, pl.DataFrame)
        else frame.dtypes.to_dict()
    )


@pytest.mark.parametrize("kind", INPUTS)
def test_keys_keep_their_type_and_their_values(kind: str) -> None:
    given = INPUTS[kind]
    like = nw.from_native(given)
    eager = like.collect() if isinstance(like, nw.LazyFrame) else like
    found = build({name: Key(eager[name].to_numpy()) for name in eager.columns}, like)
    assert types(found) == types(given)
    assert nw.from_native(found).rows() == eager.rows()


def test_keys_of_tables_out_of_memory_get_the_type_of_their_values() -> None:
    duckdb = pytest.importorskip("duckdb")
    like = nw.from_native(duckdb.sql("select date '2020-01-01' as day, 'a' as text"))
    found = nw.from_native(
        build({"day": Key(np.array(["2020-01-01"], "datetime64[D]")), "text": Key(np.array(["a"], dtype=object))}, like)
    )
    assert found["text"].to_list() == ["a"]
    assert found.implementation.is_pandas()


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_texts_have_one_type_whether_or_not_there_are_any(library: str) -> None:
    like = nw.from_dict({"a": [1]}, backend=library)  # type: ignore[arg-type]
    some = Text(("x", None), np.array([0, 1]))
    found = build({"some": some, "none": NOTHING}, like)
    assert types(found)["some"] == types(found)["none"]
    assert [None if pd.isna(value) else value for value in nw.from_native(found)["some"].to_list()] == ["x", None]
    if library != "pandas":
        assert types(found)["none"] == {"polars": pl.String, "pyarrow": pa.string()}[library]


def result(library: str) -> Any:
    columns = {
        "day": Key(POLARS["day"].to_numpy()),
        "text": Key(np.array(["x", "y"], dtype=object)),
        "reason": NOTHING,
        "label": Text.of(["gaussian.full", None]),
        "n_rows": np.array([3, 4]),
        "mean": np.array([0.5, np.nan]),
    }
    given = {"polars": POLARS, "pandas": PANDAS, "pyarrow": POLARS.to_arrow()}[library]
    return build(columns, nw.from_native(given))


def write_and_read(frame: Any, folder: Path) -> dict[str, Any]:
    """The frame from each kind of file, by its own library; pandas writes Arrow files by way of pyarrow."""
    parquet, csv, arrow = folder / "f.parquet", folder / "f.csv", folder / "f.arrow"
    if isinstance(frame, pd.DataFrame):
        frame.to_parquet(parquet)
        frame.to_csv(csv, index=False)
        frame.to_feather(arrow)
        return {"parquet": pd.read_parquet(parquet), "csv": pd.read_csv(csv), "arrow": pd.read_feather(arrow)}
    if isinstance(frame, pl.DataFrame):
        frame.write_parquet(parquet)
        frame.write_csv(csv)
        frame.write_ipc(arrow)
        return {
            "parquet": pl.read_parquet(parquet),
            "csv": pl.read_csv(csv),
            "arrow": pl.read_ipc(arrow),
        }
    pa.parquet.write_table(frame, parquet)
    pa.csv.write_csv(frame, csv)
    pa.feather.write_feather(frame, str(arrow))
    return {
        "parquet": pa.parquet.read_table(parquet),
        "csv": pa.csv.read_csv(csv),
        "arrow": pa.feather.read_table(str(arrow)),
    }


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_results_are_written_and_read_back(library: str, tmp_path: Path) -> None:
    frame = result(library)
    read = write_and_read(frame, tmp_path)
    assert types(read["parquet"]) == types(frame)
    assert types(read["arrow"]) == types(frame)
    for again in read.values():
        table = nw.from_native(again)
        assert table.columns == list(types(frame))
        assert table["n_rows"].to_list() == [3, 4]
        assert table["mean"].to_list()[0] == 0.5
        assert table["label"].to_list()[0] == "gaussian.full"


def test_without_a_library_there_is_a_dict_of_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "PREFERRED", ())
    found = build({"key": Key(np.arange(2)), "text": Text.of(["a", None]), "number": np.ones(2)})
    assert found["text"].tolist() == ["a", None]
    assert found["key"].tolist() == [0, 1]


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_a_number_that_is_none_is_null(library: str) -> None:
    like = nw.from_dict({"g": [1, 2]}, backend=library)
    found = nw.from_native(build({"x": np.array([1.0, np.nan])}, like))
    assert found["x"].is_null().to_list() == [False, True]
    assert found["x"].dtype == nw.Float64
