"""Columns of three to 64 levels: what they are read as, and that their joint states are counted, however they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcat
from symcat.data.ingest import open_table, read_again_if_wrong
from symcat.data.measure import collected
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics, collect_groups
from symcat.data.weights import weight_of

ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "categories": lambda frame: frame.astype({"a": "category", "b": "category"}),
    "polars": pl.from_pandas,
    "lazy": lambda frame: pl.from_pandas(frame).lazy(),
    "pyarrow": lambda frame: pl.from_pandas(frame).to_arrow(),
    "duckdb": lambda frame: duckdb.sql("select * from frame"),
    "numpy": lambda frame: {name: frame[name].to_numpy() for name in frame},
}
each_engine = pytest.mark.parametrize("engine", ENGINES)
DISCRETE = ["a", "b"]


def table(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "a": rng.choice(["z", "x", "y"], rows),
            "b": rng.choice(["v", "u"], rows),
            "r": rng.normal(size=rows),
            "k": rng.choice(["p", "q", "s"], rows),
            "c": rng.integers(0, 4, rows),
            "w": rng.random(rows),
        }
    )
    frame.loc[3, "a"] = None
    frame.loc[7, "r"] = np.nan
    return frame


def counts_of(schema: Schema, states: Any) -> dict[tuple[Any, ...], float]:
    """How often each joint state occurs, in the user's values."""
    columns = schema.part(schema.discrete).decode(states.rows)
    keys = zip(*(values.tolist() for values in columns.values()), strict=True)
    return dict(zip(keys, states.counts.tolist(), strict=True))


def tallied(frame: pd.DataFrame, columns: list[str], weight: str | None = None) -> dict[tuple[Any, ...], float]:
    rows = frame.dropna(subset=columns)
    found: Counter[tuple[Any, ...]] = Counter()
    masses = [1] * len(rows) if weight is None else rows[weight].tolist()
    for a, b, mass in zip(rows["a"], rows["b"], masses, strict=True):
        found[a, b] += mass
    return {key: mass for key, mass in found.items() if mass}


@each_engine
@pytest.mark.parametrize("beside", [[], ["r"]])
def test_joint_states_are_counted(engine: str, beside: list[str]) -> None:
    frame = table()
    source = open_table(ENGINES[engine](frame), [*DISCRETE, *beside])
    assert source.schema.levels[:2] == (("x", "y", "z"), ("u", "v"))
    found = collected(source, Needs(), 0)
    assert found.states is not None
    assert counts_of(found.schema, found.states) == tallied(frame, [*DISCRETE, *beside])
    assert found.moments.states is not None
    assert counts_of(found.schema, found.moments.states) == tallied(frame, [*DISCRETE, *beside])


def test_codes_have_no_averages() -> None:
    """Whoever reads them by mistake has no answer; the other columns keep theirs."""
    frame = table().dropna()
    moments = collected(open_table(frame, ["a", "b", "r"]), Needs(power=4), 0).moments
    np.testing.assert_array_equal(np.isnan(moments.mean[0]), [True, False, False])
    np.testing.assert_array_equal(np.isnan(moments.second[0, 2]), [True, False, False])
    assert moments.mean[0, 2] == pytest.approx(frame.r.mean(), abs=1e-14)
    assert moments.of_rows(np.array([[2.0, 1.0, 0.5]])).states is not None


@each_engine
@pytest.mark.parametrize(("counts", "weights"), [(None, None), ("c", None), (None, "w")])
def test_groups_have_their_states(engine: str, counts: str | None, weights: str | None) -> None:
    frame = table()
    source = open_table(ENGINES[engine](frame), [*DISCRETE, "r"], exclude=["k"], weight=weight_of(counts, weights))
    found = collect_groups(source, ["k"], Needs())
    assert found.moments.states is not None
    for group, key in enumerate(found.keys["k"].tolist()):
        own = frame[frame.k == key]
        expected = tallied(own, [*DISCRETE, "r"], counts or weights)
        worth = found.moments.count[group] / sum(expected.values())
        states = counts_of(source.schema, found.moments.states.of_group(group))
        assert states == pytest.approx({key: value * worth for key, value in expected.items()})


@pytest.mark.parametrize("option", [{}, {"counts": "c"}, {"weights": "w"}])
def test_levels_of_a_stream_grow(option: dict[str, str], tmp_path: Path) -> None:
    """A level may come late, and sort before those known: batches, merges in any order and a file give one answer."""
    frame = table().sort_values("a", ascending=False)[["a", "b", "r", *option.values()]]
    kinds = {"a": "categorical"}
    whole = Statistics(kinds=kinds, **option).update(frame)
    last = int((frame.a == "z").sum()) + 20  # rows that show two of the levels
    parts, rest = [frame.iloc[:last], frame.iloc[last + 20 :]], frame.iloc[last : last + 20]
    one = Statistics(kinds=kinds, **option).update(parts[0])
    for part in (*parts[1:], rest):
        one.update(part)
    merged = Statistics(kinds=kinds, **option).update(parts[-1])
    for part in parts[:-1]:
        merged.merge(Statistics(kinds=kinds, **option).update(part))
    merged.update(rest)
    one.save(tmp_path / "one.npz")
    for found in (one, merged, Statistics.load(tmp_path / "one.npz")):
        assert found.schema == whole.schema
        assert found.moments.states is not None
        assert whole.moments.states is not None
        np.testing.assert_array_equal(found.moments.states.codes, whole.moments.states.codes)
        np.testing.assert_allclose(found.moments.states.counts, whole.moments.states.counts, rtol=1e-12)
        np.testing.assert_allclose(found.moments.mean, whole.moments.mean)


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(4)), st.integers(0, 50))
def test_merging_is_in_any_order(order: list[int], seed: int) -> None:
    frame = table(80, seed)[DISCRETE].dropna()
    parts = [pd.concat([frame.iloc[j::4], frame.iloc[:2]]) for j in range(4)]
    parts = [part for part in parts if part.a.nunique() > 1 and part.b.nunique() > 1]
    found = []
    for places in (range(len(parts)), [j for j in order if j < len(parts)]):
        total = Statistics(kind="categorical")
        for j in places:
            total.merge(Statistics(kind="categorical").update(parts[j]))
        assert total.states is not None
        found.append(counts_of(total.schema, total.states))
    assert found[0] == found[1]


def test_the_order_of_categories_is_kept() -> None:
    sizes = pd.Categorical(["mid", "low", "high"] * 9, categories=["low", "none", "mid", "high"], ordered=True)
    assert open_table(pd.DataFrame({"s": sizes})).schema.levels == (("low", "mid", "high"),)
    enum = pl.DataFrame({"s": ["b", "a", "c"]}, schema={"s": pl.Enum(["c", "b", "a"])})
    for data in (enum, enum.lazy()):
        assert open_table(data).schema.levels == (("c", "b", "a"),)
    dictionary = pa.DictionaryArray.from_arrays([1, 0, 2], ["c", "b", "a"], ordered=True)
    assert open_table(pa.table({"s": dictionary})).schema.levels == (("c", "b", "a"),)
    two = pd.DataFrame({"s": pd.Categorical(["big", "small"] * 9, categories=["small", "big"], ordered=True)})
    for data in (two, pa.Table.from_pandas(two)):
        assert open_table(data).schema.levels == (("small", "big"),)
    assert list(symcat.solve(two.assign(x=np.arange(18) % 5.0), target="s").levels or {}) == ["s"]
    unordered = pd.Categorical(["mid", "low", "high"] * 9, categories=["low", "none", "mid", "high"])
    assert open_table(pd.DataFrame({"s": unordered})).schema.levels == (("high", "low", "mid"),)


@each_engine
def test_codes_are_forced(engine: str) -> None:
    frame = table()[["r", "c"]].dropna()
    schema = open_table(ENGINES["pandas"](frame) if engine == "categories" else ENGINES[engine](frame)).schema
    assert schema.kinds == ("real", "real")
    data = frame if engine == "categories" else ENGINES[engine](frame)
    source = open_table(data, kinds={"c": "categorical"})
    assert source.schema.levels == (None, (0, 1, 2, 3))
    rows = np.concatenate(list(source.batches()))
    np.testing.assert_array_equal(rows[:, 1], frame["c"])


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ({"a": "real"}, "'a' is not numeric"),
        ({"a": "two-valued"}, "'a' holds more than two values"),
        ({"r": "categorical"}, "'r' holds 399 different values, more than the 64 levels"),
        ({"no": "real"}, "no column 'no'"),
        ({"k": "real"}, "kinds= names 'k', which is not among the columns"),
        ({"a": "text"}, "kinds= says that column 'a' is 'text'"),
        (["a"], "pass a dict"),
    ],
)
def test_kinds_that_cannot_be(kinds: Any, words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words) as caught:
        symcat.solve(table(), columns=["a", "b", "r"], kinds=kinds)
    assert "\n" not in str(caught.value)


def test_a_forced_predictor_has_indicators() -> None:
    frame = table()[["r", "c"]]
    answer = symcat.solve(frame, target="r", kinds={"c": "categorical"})
    same = symcat.solve(frame.assign(c=frame["c"].map(str).radd("n")), target="r")
    assert answer.columns == ("r", "c[1]", "c[2]", "c[3]")
    np.testing.assert_array_equal(answer.parameters["coefficients"], same.parameters["coefficients"])


def test_too_many_joint_states_are_refused_in_words() -> None:
    rng = np.random.default_rng(0)
    letters = np.array([chr(97 + j) for j in range(21)])
    frame = pd.DataFrame({f"x{j}": letters[rng.integers(0, 21, 60)] for j in range(20)})
    found = read_again_if_wrong(open_table(frame), lambda source: collected(source, Needs(), 0))
    assert found.states is None
    assert found.moments.states is None


def test_levels_that_look_like_numbers_are_levels_where_that_is_said() -> None:
    rng = np.random.default_rng(0)
    codes, other = rng.choice(["01067", "10115", "80331"], 600), rng.choice(list("abc"), 600)
    text = pd.DataFrame({"zip": codes, "c": other})
    with pytest.raises(symcat.InvalidData, match=r"kinds=\{'zip': 'categorical'\} reads them as levels"):
        symcat.solve(text)
    for data, kinds in (
        (text, {"zip": "categorical"}),
        (text.astype({"zip": "category"}), None),
        (pl.from_pandas(text).with_columns(pl.col("zip").cast(pl.Categorical)), None),
    ):
        assert symcat.solve(data, kinds=kinds).levels["zip"] == ("01067", "10115", "80331")


def test_a_missing_level_has_no_density() -> None:
    rng = np.random.default_rng(0)
    found = symcat.solve(pd.DataFrame({"k": rng.choice([4, 6, 8], 600), "c": rng.choice(list("abc"), 600)}))
    for row in ({"k": [np.nan], "c": ["a"]}, {"k": [4], "c": [None]}):
        with pytest.raises(symcat.InvalidData, match="has a missing or infinite value"):
            found.log_density(row)


@pytest.mark.parametrize("lost", list("abc"))
@pytest.mark.filterwarnings("ignore:.*missing value")
def test_a_level_without_a_complete_row_is_named(lost: str) -> None:
    rng = np.random.default_rng(0)
    c = rng.choice(list("abc"), 300)
    gaps = np.where(c == lost, np.nan, rng.normal(size=300))
    data = pd.DataFrame({"c": c, "e": gaps, "x": rng.normal(size=300)})
    with pytest.raises(symcat.InvalidData, match=f"Level '{lost}' of 'c' occurs in no complete row"):
        symcat.solve(data, target="x")
    assert symcat.solve(data.dropna(), target="x").n_rows == (c != lost).sum()
