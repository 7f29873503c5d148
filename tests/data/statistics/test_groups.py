"""All groups at once give what each group gives alone, in every engine."""

from __future__ import annotations

import warnings
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose

from symcat.data.ingest import open_source
from symcat.data.moments import Moments, Needs
from symcat.data.statistics import Statistics, collect_groups
from symcat.errors import InvalidData

ENGINES = {
    "pandas": pl.DataFrame.to_pandas,
    "polars": lambda frame: frame,
    "polars lazy": pl.DataFrame.lazy,
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": lambda frame: duckdb.connect().from_arrow(frame.to_arrow()),
    "numpy": lambda frame: {name: frame[name].to_numpy() for name in frame.columns},
}
each_engine = pytest.mark.parametrize("engine", ENGINES)


def table(n: int = 3000, groups: int = 12, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    key = rng.integers(0, groups, n)
    return pl.DataFrame({"key": key, "a": rng.normal(size=n) + key, "s0": rng.normal(size=n) * (1 + key)})


def collect(engine: str, frame: pl.DataFrame, by: str = "key", columns: list[str] | None = None, **options):  # type: ignore[no-untyped-def]
    source = open_source(ENGINES[engine](frame), columns, exclude=() if columns else [by])
    return collect_groups(source, by, **options)


def assert_group(moments: Moments, group: int, rows: np.ndarray, tolerance: float = 1e-11) -> None:
    alone = Statistics(needs=Needs.ALL).update(rows).moments
    point = alone.mean[0]
    alone = alone.about(point)
    found = moments.groups(np.array([group])).about(point).in_unit(alone.unit)
    assert found.count[0] == len(rows)
    assert_allclose(found.first, alone.first, atol=tolerance)
    assert_allclose(found.second, alone.second, rtol=tolerance, atol=tolerance)
    assert_allclose(found.m4, alone.m4, rtol=tolerance)
    assert found.column_powers is not None
    assert alone.column_powers is not None
    orders = found.column_powers.shape[2]
    assert_allclose(found.column_powers, alone.column_powers[:, :, :orders], rtol=tolerance, atol=tolerance * 100)


@each_engine
@pytest.mark.parametrize("columns", [["a"], ["s0", "a"]])
def test_each_group_as_if_alone(engine: str, columns: list[str]) -> None:
    frame = table()
    keys, moments, missing = collect(engine, frame, columns=columns)
    assert keys.tolist() == list(range(12))
    assert moments.columns == tuple(columns)
    assert missing.tolist() == [0] * 12
    for group, key in enumerate(keys):
        assert_group(moments, group, frame.filter(pl.col("key") == key).select(columns).to_numpy())


@each_engine
@pytest.mark.parametrize("far", [5, 2500])
def test_far_groups_keep_their_digits(engine: str, far: int) -> None:
    """Few far groups are picked out by key, many by a join."""
    rng = np.random.default_rng(1)
    n = 20 * far
    key = np.arange(n) % (2 * far)
    y = rng.normal(size=n) + np.where(key % 2, 1e8, 0.0) * (1 + key)
    frame = pl.DataFrame({"key": key, "y": y})
    keys, moments, _ = collect(engine, frame, order=6)
    assert len(keys) == 2 * far
    for group in (0, 1, 2, 3, 2 * far - 1):
        rows = y[key == keys[group], None]
        alone = Statistics().update(rows).moments
        alone = alone.about(alone.mean)
        own = moments.groups(np.array([group]))
        own = own.about(own.mean)
        assert_allclose(own.m4 / own.m2**2, alone.m4 / alone.m2**2, rtol=1e-9)
        assert_allclose(own.m2 * own.unit**2, alone.m2 * alone.unit**2, rtol=1e-9)


@each_engine
@pytest.mark.parametrize("missing", [None, float("nan")])
def test_missing_values(engine: str, missing: float | None) -> None:
    frame = table(400, 4).with_columns(
        pl.when(pl.int_range(pl.len()) % 5 == 0).then(pl.lit(missing)).otherwise(pl.col("a")).alias("a"),
        pl.when(pl.col("key") == 2).then(pl.lit(missing)).otherwise(pl.col("s0")).alias("s0"),
    )
    keys, moments, dropped = collect(engine, frame)
    assert keys.tolist() == [0, 1, 2, 3]
    complete = frame.fill_nan(None).drop_nulls()
    for group in (0, 1, 3):
        rows = complete.filter(pl.col("key") == group).drop("key").to_numpy()
        assert_group(moments, group, rows)
        assert dropped[group] == len(frame.filter(pl.col("key") == group)) - len(rows)
    assert moments.count[2] == 0
    assert dropped[2] == len(frame.filter(pl.col("key") == 2))
    assert np.isfinite(moments.second).all()


@each_engine
def test_kinds_of_keys(engine: str) -> None:
    values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    frame = pl.DataFrame(
        {
            "text": ["b", "a", None, "b", "c", "a"],
            "number": [2, 1, None, 2, 3, 1],
            "day": pl.Series([2, 1, None, 2, 3, 1], dtype=pl.Int32).cast(pl.Date),
            "real": [0.2, 0.1, None, 0.2, float("nan"), 0.1],
            "y": values,
        }
    )
    for by, groups in (("text", 3), ("number", 3), ("day", 3), ("real", 2)):
        keys, moments, _ = collect(engine, frame, by, ["y"])
        assert len(keys) == groups
        assert moments.count.tolist() == [2.0, 2.0, 1.0][:groups]
        assert_allclose(moments.mean[:, 0], [17.0, 4.5, 16.0][:groups])
        assert sorted(keys.tolist()) == keys.tolist()


@each_engine
def test_small_integers_do_not_wrap(engine: str) -> None:
    frame = pl.DataFrame({"key": [1, 1, 2, 2], "y": pl.Series([100, 120, -100, 50], dtype=pl.Int8)})
    _, moments, _ = collect(engine, frame)
    assert_allclose(moments.about(np.zeros(1)).second[:, 0, 0] * moments.unit**2, [12200.0, 6250.0])


@each_engine
def test_bad_values_are_named(engine: str) -> None:
    frame = table(100, 3)
    infinite = frame.with_columns(pl.when(pl.int_range(pl.len()) == 17).then(float("inf")).otherwise("a").alias("a"))
    with pytest.raises(InvalidData, match=r"'a' holds an infinity in row 17 "):
        collect(engine, infinite)
    wild = frame.with_columns(pl.when(pl.int_range(pl.len()) == 17).then(1e300).otherwise("a").alias("a"))
    with pytest.raises(InvalidData, match=r"'a' holds 1e\+300 in row 17 .*sentinel"):
        collect(engine, wild)
    with pytest.raises(InvalidData, match="did you mean 'key'"):
        collect_groups(open_source(ENGINES[engine](frame), ["a"]), "kye")
    with pytest.raises(InvalidData, match="leave it out"):
        collect_groups(open_source(ENGINES[engine](frame)), "key")
    with pytest.raises(InvalidData, match="no groups"):
        collect(engine, frame.with_columns(pl.lit(None, dtype=pl.Int64).alias("key")))


@pytest.mark.parametrize("scale", [1e-150, 1e250])
@each_engine
def test_extreme_scales(engine: str, scale: float) -> None:
    frame = table(200, 2).select("key", (pl.col("a") * scale).alias("a"))
    keys, moments, _ = collect(engine, frame)
    for group, key in enumerate(keys):
        assert_group(moments, group, frame.filter(pl.col("key") == key)["a"].to_numpy()[:, None])


def test_dask() -> None:
    dd = pytest.importorskip("dask.dataframe")
    frame = table()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of narwhals, on where its Dask support will live
        parts = dd.from_pandas(frame.to_pandas(), npartitions=3)
        keys, moments, _ = collect_groups(open_source(parts, ["a"]), "key")
    for group, key in enumerate(keys):
        assert_group(moments, group, frame.filter(pl.col("key") == key)["a"].to_numpy()[:, None])


def test_second_moments_alone() -> None:
    _, moments, _ = collect("pandas", table(), needs=Needs.SECOND)
    assert moments.column_powers is None
    assert moments.radial_fourth is None


def test_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    frame = table()
    frame.write_parquet(tmp_path / "data.parquet")
    keys, moments, _ = collect_groups(open_source(tmp_path / "data.parquet", ["a"]), "key")
    assert_group(moments, 3, frame.filter(pl.col("key") == keys[3])["a"].to_numpy()[:, None])


def test_pandas_categories() -> None:
    frame = pd.DataFrame({"key": pd.Categorical(["u", "v", "u"]), "y": [1.0, 2.0, 3.0]})
    keys, moments, _ = collect_groups(open_source(frame, ["y"]), "key")
    assert keys.tolist() == ["u", "v"]
    assert moments.count.tolist() == [2.0, 1.0]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint64])
@pytest.mark.parametrize("engine", ["numpy", "polars"])
def test_keys_may_fill_their_integer_type(dtype: type[np.integer[Any]], engine: str) -> None:
    """The range of small integers does not fit their own type; the largest unsigned ones fit no signed type."""
    info = np.iinfo(dtype)
    few = np.array([info.min, info.min + 1, info.max - 1, info.max], dtype=dtype)
    if info.bits <= 8:
        few = np.arange(info.min, info.max + 1).astype(dtype)
    keys, x = np.tile(few, 3), np.arange(3.0 * len(few))
    data: Any = {"g": keys, "x": x} if engine == "numpy" else pl.DataFrame({"g": keys, "x": x})
    found, moments, _ = collect_groups(open_source(data, exclude=("g",)), "g", needs=Needs.SECOND)
    np.testing.assert_array_equal(found, few)
    np.testing.assert_array_equal(moments.count, 3.0)
    np.testing.assert_allclose(moments.mean[:, 0], x.reshape(3, -1).mean(axis=0))
