"""All groups at once give what each group gives alone, in every engine."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose

from symcat.data.ingest import Source, WrongGuess, open_table, read_again_if_wrong
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.statistics import Groups, Statistics, collect_groups, group_rows
from symcat.errors import InvalidData

NEEDS = Needs(power=4, radius=4)
ENGINES = {
    "pandas": lambda frame: frame.to_pandas().set_index(np.arange(len(frame))[::-1]),
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


def opened(engine: str, frame: pl.DataFrame, by: Sequence[str], columns: list[str] | None = None) -> Source:
    return open_table(ENGINES[engine](frame), columns, exclude=() if columns else by, kind="real")


def collect(
    engine: str, frame: pl.DataFrame, by: str = "key", columns: list[str] | None = None, needs: Needs = NEEDS
) -> tuple[np.ndarray, Groups]:
    groups = collect_groups(opened(engine, frame, [by], columns), [by], needs)
    return groups.keys[by], groups


def assert_group(moments: Moments, group: int, rows: np.ndarray, tolerance: float = 1e-11) -> None:
    alone = Statistics().update(rows).moments
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
    keys, groups = collect(engine, frame, columns=columns)
    assert keys.tolist() == list(range(12))
    assert groups.moments.columns == tuple(columns)
    assert groups.n_missing.tolist() == [0] * 12
    for group, key in enumerate(keys):
        assert_group(groups.moments, group, frame.filter(pl.col("key") == key).select(columns).to_numpy())


@each_engine
@pytest.mark.parametrize("far", [5, 2500])
def test_far_groups_keep_their_digits(engine: str, far: int) -> None:
    """Few far groups are picked out by key, many by a join."""
    rng = np.random.default_rng(1)
    n = 20 * far
    key = np.arange(n) % (2 * far)
    y = rng.normal(size=n) + np.where(key % 2, 1e8, 0.0) * (1 + key)
    frame = pl.DataFrame({"key": key, "y": y})
    keys, groups = collect(engine, frame, needs=Needs(power=6))
    assert len(keys) == 2 * far
    for group in (0, 1, 2, 3, 2 * far - 1):
        rows = y[key == keys[group], None]
        alone = Statistics().update(rows).moments
        alone = alone.about(alone.mean)
        own = groups.moments.groups(np.array([group]))
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
    keys, groups = collect(engine, frame)
    moments, dropped = groups.moments, groups.n_missing
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
        keys, found = collect(engine, frame, by, ["y"])
        assert len(keys) == groups
        assert found.n_without_key == 4 - groups
        assert found.moments.count.tolist() == [2.0, 2.0, 1.0][:groups]
        assert_allclose(found.moments.mean[:, 0], [17.0, 4.5, 16.0][:groups])
        assert sorted(keys.tolist()) == keys.tolist()


@each_engine
def test_small_integers_do_not_wrap(engine: str) -> None:
    frame = pl.DataFrame({"key": [1, 1, 2, 2], "y": pl.Series([100, 120, -100, 50], dtype=pl.Int8)})
    moments = collect(engine, frame)[1].moments
    assert_allclose(moments.about(np.zeros(1)).second[:, 0, 0] * moments.unit**2, [12200.0, 6250.0])


@each_engine
@pytest.mark.parametrize("bad", [float("inf"), float("-inf"), 1e300])
def test_a_bad_value_refuses_its_group_alone(engine: str, bad: float) -> None:
    frame = table(100, 3)
    key = int(frame["key"][17])
    spoiled = frame.with_columns(pl.when(pl.int_range(pl.len()) == 17).then(bad).otherwise("a").alias("a"))
    keys, groups = collect(engine, spoiled)
    refused = groups.infinite if np.isinf(bad) else groups.overflow
    assert refused.tolist() == [k == key for k in range(3)]
    assert not (groups.infinite & groups.overflow).any()
    assert (groups.infinite | groups.overflow).sum() == 1
    assert np.isfinite(groups.moments.second).all()
    assert np.isfinite(groups.moments.mean).all()
    assert groups.moments.count.sum() == 100
    for group in (k for k in range(3) if k != key):
        assert_group(groups.moments, group, frame.filter(pl.col("key") == keys[group]).drop("key").to_numpy())


def test_infinities_of_both_signs_in_a_group() -> None:
    frame = pl.DataFrame({"key": [1, 1, 2, 2], "y": [float("inf"), float("-inf"), 1.0, None]})
    for engine in ENGINES:
        _, groups = collect(engine, frame)
        assert groups.infinite.tolist() == [True, False]
        assert groups.n_missing.tolist() == [0, 1]
        assert groups.moments.count.tolist() == [2.0, 1.0]


@each_engine
def test_keys_that_cannot_be_used(engine: str) -> None:
    frame = table(100, 3)
    for by, message in (
        (["kye"], "did you mean 'key'"),
        (["key", "a"], "leave it out"),
        (["key", "key"], "more than once"),
        ([], "at least one"),
    ):
        with pytest.raises(InvalidData, match=message):
            collect_groups(opened(engine, frame, [], ["a"]), by, NEEDS)
        with pytest.raises(InvalidData, match=message):
            next(group_rows(opened(engine, frame, [], ["a"]), by))
    with pytest.raises(InvalidData, match="no groups"):
        collect(engine, frame.with_columns(pl.lit(None, dtype=pl.Int64).alias("key")))


@pytest.mark.parametrize("scale", [1e-150, 1e250])
@each_engine
def test_extreme_scales(engine: str, scale: float) -> None:
    frame = table(200, 2).select("key", (pl.col("a") * scale).alias("a"))
    keys, groups = collect(engine, frame)
    for group, key in enumerate(keys):
        assert_group(groups.moments, group, frame.filter(pl.col("key") == key)["a"].to_numpy()[:, None])


@pytest.mark.parametrize("by", [["key"], ["key", "other"]])
def test_dask(by: list[str]) -> None:
    dd = pytest.importorskip("dask.dataframe")
    frame = two_keys()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of narwhals, on where its Dask support will live
        source = open_table(dd.from_pandas(frame.to_pandas(), npartitions=3), ["a"], kind="real")
        groups, rows = collect_groups(source, by, NEEDS), dict(group_rows(source, by))
    expected = list(expected_groups(frame.select(*by, "a"), by))
    assert list(rows) == [key for key, _ in expected]
    for group, (key, own) in enumerate(expected):
        assert_group(groups.moments, group, own)
        np.testing.assert_array_equal(rows[key], own)


def test_many_sums_of_pandas_without_its_warning(rng: np.random.Generator) -> None:
    rows = rng.choice([0, 1], (200, 20))
    frame = pd.DataFrame(rows, columns=[f"s{j}" for j in range(20)]).assign(key=np.repeat(["a", "b"], 100))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        groups = collect_groups(open_table(frame, exclude=["key"]), ["key"], Needs())
    assert_allclose(groups.moments.mean[1], 2.0 * rows[100:].mean(axis=0) - 1.0, atol=1e-12)


def test_second_moments_alone() -> None:
    moments = collect("pandas", table(), needs=Needs())[1].moments
    assert moments.column_powers is None
    assert moments.radial_fourth is None


@pytest.mark.parametrize("power", [3, 4, 5, 8])
@pytest.mark.parametrize("columns", [["a"], ["s0", "a"]])
@each_engine
def test_any_power(engine: str, columns: list[str], power: int) -> None:
    frame = table(300, 3)
    keys, groups = collect(engine, frame, columns=columns, needs=Needs(power=power))
    for group, key in enumerate(keys):
        own = groups.moments.groups(np.array([group]))
        own = own.about(own.mean)
        rows = frame.filter(pl.col("key") == key).select(columns).to_numpy()
        y = (rows - rows.mean(axis=0)) / own.unit
        expected = np.stack([(y**k).mean(axis=0) for k in range(3, power + 1)], axis=1)
        assert_allclose(own.column_powers[0], expected, rtol=1e-9, atol=1e-9)  # type: ignore[index]


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
@pytest.mark.parametrize("by", [["key"], ["key", "other"]])
def test_file(tmp_path: Path, suffix: str, by: list[str]) -> None:
    frame, path = two_keys(), tmp_path / f"data.{suffix}"
    frame.write_parquet(path) if suffix == "parquet" else frame.write_csv(path)
    source = open_table(path, ["a"], kind="real")
    groups, rows = collect_groups(source, by, NEEDS), dict(group_rows(source, by))
    expected = list(expected_groups(frame.select(*by, "a"), by))
    assert list(rows) == [key for key, _ in expected]
    for group, (key, own) in enumerate(expected):
        assert_group(groups.moments, group, own)
        np.testing.assert_array_equal(rows[key], own)


def test_pandas_categories() -> None:
    frame = pd.DataFrame({"key": pd.Categorical(["u", "v", "u"]), "y": [1.0, 2.0, 3.0]})
    groups = collect_groups(open_table(frame, ["y"]), ["key"], NEEDS)
    assert groups.keys["key"].tolist() == ["u", "v"]
    assert groups.moments.count.tolist() == [2.0, 1.0]


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
    groups = collect_groups(open_table(data, exclude=("g",), kind="real"), ["g"], Needs())
    moments = groups.moments
    np.testing.assert_array_equal(groups.keys["g"], few)
    np.testing.assert_array_equal(moments.count, 3.0)
    np.testing.assert_allclose(moments.mean[:, 0], x.reshape(3, -1).mean(axis=0))


@pytest.mark.parametrize("key", ["number", "word"])
@pytest.mark.parametrize("engine", ENGINES)
def test_two_valued_columns(engine: str, key: str) -> None:
    rng = np.random.default_rng(13)
    bits = (rng.random((600, 3)) < 0.6).astype(np.int8)
    number = rng.integers(0, 5, 600)
    bits[number == 2, 0] = 1  # constant in one group
    frame = pl.DataFrame(
        {
            "key": number if key == "number" else np.array(list("abcde"))[number],
            "t": np.where(bits[:, 0], "y", "n"),
            "f": bits[:, 1].astype(bool),
            "v": bits[:, 2] + 1.0,
        }
    ).with_columns(pl.when(pl.int_range(pl.len()) % 7 == 3).then(None).otherwise("t").alias("t"))
    kept = np.arange(600) % 7 != 3
    source = open_table(ENGINES[engine](frame), exclude=["key"])
    assert source.schema.levels == (("n", "y"), (False, True), (1, 2))
    groups = collect_groups(source, ["key"], Needs())
    assert len(groups.keys["key"]) == 5
    for group in range(5):
        chosen = kept & (number == group)
        assert groups.n_missing[group] == ((number == group) & ~kept).sum()
        own = groups.moments.groups(np.array([group]))
        own = own.about(np.zeros(3)).in_unit(1.0)
        spins = 2.0 * bits[chosen] - 1.0
        np.testing.assert_array_equal(own.first[0], spins.mean(axis=0))
        np.testing.assert_array_equal(own.second[0], spins.T @ spins / len(spins))


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_wrong_guesses(engine: str) -> None:
    frame = pl.DataFrame({"key": [0, 1] * 1000, "x": [0, 1] * 999 + [5, 5], "b": [True, False] * 1000})
    data = ENGINES[engine](frame)
    source = open_table(data, exclude=["key"])
    with pytest.raises(WrongGuess):
        collect_groups(source, ["key"], Needs())
    groups = read_again_if_wrong(source, lambda s: collect_groups(s, ["key"], Needs()))
    np.testing.assert_allclose(groups.moments.mean, [[5 / 1000, 1.0], [(999 + 5) / 1000, -1.0]])
    with pytest.raises(InvalidData, match="'x' holds 5 in row 1998"):
        collect_groups(open_table(data, exclude=["key"], kind="two-valued"), ["key"], Needs())


@each_engine
def test_radial_sums_are_of_the_real_columns(engine: str) -> None:
    frame = table(400, 3).with_columns(pl.when(pl.col("a") > 1.0).then(pl.lit("y")).otherwise(pl.lit("n")).alias("t"))
    groups = collect_groups(open_table(ENGINES[engine](frame), ["a", "t", "s0"]), ["key"], NEEDS)
    assert groups.moments.radial_columns == (0, 2)
    for group in range(3):
        assert_group(groups.moments.part((0, 2)), group, frame.filter(pl.col("key") == group)[["a", "s0"]].to_numpy())


# --- several keys ----------------------------------------------------------------------------------------------------


def two_keys(n: int = 600) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    words = np.array(["north", "south", "west"])[rng.integers(0, 3, n)]
    return pl.DataFrame(
        {"key": rng.integers(0, 4, n), "other": words, "a": rng.normal(size=n), "b": rng.normal(size=n)}
    )


def expected_groups(frame: pl.DataFrame, by: list[str]) -> Iterator[tuple[tuple[object, ...], np.ndarray]]:
    """The keys and the rows of the groups in ascending order, those without a key left out."""
    kept = frame.drop_nulls(by)
    for key in kept.select(by).unique().sort(by).rows():
        yield key, kept.filter(pl.col(n) == k for n, k in zip(by, key, strict=True)).drop(by).to_numpy()


@each_engine
@pytest.mark.parametrize("by", [["key", "other"], ["other", "key"]])
def test_several_keys(engine: str, by: list[str]) -> None:
    """In ascending order, the first key first."""
    frame = two_keys()
    groups = collect_groups(opened(engine, frame, by), by, NEEDS)
    expected = list(expected_groups(frame, by))
    assert list(groups.keys) == by
    assert list(zip(*(groups.keys[name].tolist() for name in by), strict=True)) == [key for key, _ in expected]
    for group, (_, own) in enumerate(expected):
        assert_group(groups.moments, group, own)


@each_engine
@pytest.mark.parametrize("by", [["key"], ["other"], ["real"], ["key", "other", "real"]])
def test_rows_without_a_key_are_left_out_and_counted(engine: str, by: list[str]) -> None:
    place = pl.int_range(pl.len())
    frame = two_keys().with_columns(
        pl.when(place % 7 != 0).then("key").alias("key"),
        pl.when(place % 5 != 0).then("other").alias("other"),
        pl.when(place % 3 != 0).then(pl.col("key") * 0.5).alias("real"),
    )
    frame = frame.select(*by, "a", "b")
    groups = collect_groups(opened(engine, frame, by), by, Needs())
    expected = list(expected_groups(frame, by))
    assert groups.n_without_key == len(frame) - sum(len(own) for _, own in expected)
    assert groups.moments.count.tolist() == [len(own) for _, own in expected]
    rows = list(group_rows(opened(engine, frame, by), by))
    assert [key for key, _ in rows] == [key for key, _ in expected]


@each_engine
def test_far_groups_of_several_keys(engine: str) -> None:
    frame = two_keys().with_columns(
        pl.when(pl.col("other") == "west").then(pl.col("a") + 1e8).otherwise("a").alias("a")
    )
    by = ["key", "other"]
    groups = collect_groups(opened(engine, frame, by), by, NEEDS)
    for group, (_, own) in enumerate(expected_groups(frame, by)):
        alone = Statistics().update(own).moments
        alone, found = alone.about(alone.mean), groups.moments.groups(np.array([group]))
        found = found.about(found.mean).in_unit(alone.unit)
        assert_allclose(found.m4, alone.m4, rtol=1e-8)


@each_engine
def test_rows_of_each_group(engine: str) -> None:
    """In the order of the data, with the two-valued columns encoded and the missing values in their places."""
    frame = two_keys().with_columns(
        pl.when(pl.int_range(pl.len()) % 7 == 3).then(None).otherwise("a").alias("a"),
        (pl.col("b") > 0.0).alias("b"),
    )
    by = ["other", "key"]
    source = open_table(ENGINES[engine](frame), exclude=by)
    found = list(group_rows(source, by))
    plain = frame.with_columns((pl.col("b").cast(pl.Float64) * 2.0 - 1.0).alias("b"))
    expected = list(expected_groups(plain, by))
    assert [key for key, _ in found] == [key for key, _ in expected]
    for (_, rows), (_, own) in zip(found, expected, strict=True):
        np.testing.assert_array_equal(rows, own)
