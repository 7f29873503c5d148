"""Two-valued columns in the one pass: exact averages, counted states, and schemas that agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.data.ingest import open_table
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.states import States
from symcat.data.statistics import Statistics, spin_sums
from symcat.errors import InvalidData

NEEDS = Needs(states=True)
SEEDS = st.integers(0, 2**32 - 1)


def measure(data: object, **options: Any) -> Statistics:
    return Statistics(needs=NEEDS).update(open_table(data, kind="two-valued", **options))


def random_bits(seed: int, n: int, d: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.random((n, d)) + 0.5 * rng.random((n, 1)) > 0.7).astype(np.int8)


def assert_exact(moments: Moments, spins: np.ndarray) -> None:
    """The averages are the correctly rounded quotients of whole numbers."""
    moments = moments.about(np.zeros(spins.shape[1])).in_unit(1.0)
    assert moments.count[0] == len(spins)
    np.testing.assert_array_equal(moments.first[0], spins.sum(axis=0) / len(spins))
    np.testing.assert_array_equal(moments.second[0], spins.T @ spins / len(spins))


def assert_states(states: States | None, spins: np.ndarray) -> None:
    assert states is not None
    expected = States.of(spins)
    assert states.dimension == spins.shape[1]
    np.testing.assert_array_equal(states.codes, expected.codes)
    np.testing.assert_array_equal(states.counts, expected.counts)


@given(seed=SEEDS, d=st.integers(1, 20), n=st.integers(1, 3000), blocks=st.integers(2, 40))
@settings(max_examples=60)
def test_averages_and_states(seed: int, d: int, n: int, blocks: int) -> None:
    bits = random_bits(seed, n, d)
    spins = 2.0 * bits - 1.0
    found = Statistics(needs=NEEDS, max_blocks=blocks).update(open_table(bits, kind="two-valued"))
    assert found.schema.only("two-valued")
    assert found.moments.unit == 1.0
    assert not found.moments.origin.any()
    assert_exact(found.moments, spins)
    assert_states(found.states, spins)
    assert found.blocks.n_groups <= blocks
    for block in range(found.blocks.n_groups):
        length = int(found.blocks.count[0])
        assert_exact(found.blocks.groups(np.array([block])), spins[block * length : (block + 1) * length])
    np.testing.assert_array_equal(np.unique(found.sample, axis=0), np.unique(spins, axis=0))


@given(seed=SEEDS, d=st.sampled_from([3, 14, 18]), data=st.data())
@settings(max_examples=30)
def test_any_split_gives_the_same(seed: int, d: int, data: st.DataObject) -> None:
    bits = random_bits(seed, 500, d).astype(float)
    bits[::9, 1] = np.nan
    spins = 2.0 * bits[~np.isnan(bits[:, 1])] - 1.0
    cuts = sorted(data.draw(st.lists(st.integers(0, 500), max_size=12)))
    streamed = Statistics(needs=NEEDS, kind="two-valued", max_blocks=16)
    merged = Statistics(needs=NEEDS, kind="two-valued", max_blocks=16)
    for part in np.split(bits, cuts):
        streamed.update(part)
        merged.merge(Statistics(needs=NEEDS, kind="two-valued", max_blocks=16).update(part))
    for found in (streamed, merged):
        assert (found.n_rows, found.n_missing) == (len(spins), 500 - len(spins))
        assert_exact(found.moments, spins)
        assert_states(found.states, spins)
        assert found.schema == Schema(found.columns, ((0, 1),) * d)


def test_every_source_as_numpy() -> None:
    bits = random_bits(3, 5000, 6)
    names = list("abcdef")
    frame = pl.DataFrame(bits, names)
    flags = frame.cast(pl.Boolean)
    words = frame.with_columns(pl.all().replace_strict({0: "d", 1: "u"}, return_dtype=pl.String))
    for data in (
        frame, frame.lazy(), frame.to_pandas(), frame.to_arrow(), duckdb.connect().from_arrow(frame.to_arrow()),
        flags, flags.to_pandas(), duckdb.connect().from_arrow(flags.to_arrow()),
        words, words.to_pandas(), words.to_pandas().astype("category"), words.lazy(), 2 * bits - 1, bits.astype(float),
    ):  # fmt: skip
        found = measure(data)
        assert_exact(found.moments, 2.0 * bits - 1.0)
        assert_states(found.states, 2.0 * bits - 1.0)


def test_large_files_are_counted_in_batches(tmp_path: Path) -> None:
    bits = random_bits(4, 300_000, 5)
    pl.DataFrame(bits).write_parquet(tmp_path / "t.parquet")
    found = measure(tmp_path / "t.parquet")
    assert_exact(found.moments, 2.0 * bits - 1.0)
    assert_states(found.states, 2.0 * bits - 1.0)
    assert found.blocks.n_groups <= 256
    assert_exact(measure(bits).moments, 2.0 * bits - 1.0)


def test_all_averages_of_spins() -> None:
    """Higher powers too, where they are asked for."""
    bits = random_bits(5, 4000, 3)
    spins = 2.0 * bits - 1.0
    moments = Statistics(needs=Needs(power=4, radius=4)).update(open_table(bits)).moments
    assert_exact(moments, spins)
    assert moments.column_powers is not None
    np.testing.assert_array_equal(moments.column_powers[0, :, 0], spins.mean(axis=0))
    np.testing.assert_array_equal(moments.column_powers[0, :, 1], 1.0)
    assert moments.radial_fourth is None  # of the real columns only


def test_states_on_demand() -> None:
    bits = random_bits(6, 100, 3)
    assert Statistics(needs=Needs()).update(open_table(bits)).states is None
    assert Statistics(needs=NEEDS).update(bits).states is None  # numbers, not spins
    assert Statistics(needs=NEEDS).update(bits).schema.only("real")
    with pytest.raises(InvalidData, match="no complete rows"):
        _ = Statistics(needs=NEEDS, kind="two-valued").states


def test_many_columns() -> None:
    for d in (62, 63, 200):
        bits = random_bits(7, 50, d)
        found = measure(bits)
        assert_exact(found.moments, 2.0 * bits - 1.0)
        if d == 62:
            assert_states(found.states, 2.0 * bits - 1.0)
        else:
            assert found.states is None


def test_too_many_states(monkeypatch: pytest.MonkeyPatch) -> None:
    bits = random_bits(8, 4000, 30)
    distinct = len(np.unique(bits, axis=0))
    monkeypatch.setattr(spin_sums, "MOST_STATES", distinct)
    halves = [measure(half) for half in np.split(bits, 2)]
    assert_states(halves[0].merge(halves[1]).states, 2.0 * bits - 1.0)
    monkeypatch.setattr(spin_sums, "MOST_STATES", distinct - 1)
    halves = [measure(half) for half in np.split(bits, 2)]
    assert measure(bits).states is None
    assert halves[0].states is not None
    assert halves[0].merge(halves[1]).states is None
    assert halves[0].update(open_table(bits)).states is None


def test_mixed_tables() -> None:
    bits = random_bits(9, 3000, 2)
    x = np.random.default_rng(9).normal(size=3000) + 1e6
    frame = pl.DataFrame({"a": bits[:, 0], "x": x, "b": bits[:, 1]}).with_columns(
        pl.when(pl.int_range(pl.len()) % 10 == 3).then(None).otherwise("x").alias("x")
    )
    kept = np.arange(3000) % 10 != 3
    for data in (frame, frame.lazy(), frame.to_pandas()):
        found = Statistics(needs=Needs(power=4, radius=4, states=True)).update(open_table(data))
        assert (found.n_rows, found.n_missing) == (2700, 300)
        assert_states(found.states, 2.0 * bits[kept] - 1.0)
        moments = found.moments
        assert moments.origin[0, [0, 2]].tolist() == [0.0, 0.0]
        assert moments.mean[0, 1] == pytest.approx(x[kept].mean(), rel=1e-13)
        spins = 2.0 * bits[kept] - 1.0
        np.testing.assert_allclose(moments.mean[0, [0, 2]], spins.mean(axis=0), rtol=1e-15)
        covariance = np.cov(np.column_stack([spins[:, 0], x[kept], spins[:, 1]]).T, bias=True)
        centred = moments.about(moments.mean)
        np.testing.assert_allclose(centred.second[0] * centred.unit**2, covariance, rtol=1e-8, atol=1e-10)


def test_magnetised_spins_keep_the_origin() -> None:
    rows = np.ones((5000, 2), dtype=int)
    rows[::100, 0] = rows[::70, 1] = 0
    found = Statistics(kind="two-valued", needs=NEEDS)
    for part in np.split(rows, 50):
        found.update(part)
    assert not found.moments.origin.any()
    assert_exact(found.moments, 2.0 * rows - 1.0)


def test_schemas_that_agree() -> None:
    """A column of ones is one of 0 and 1, or of -1 and +1, as later rows tell."""
    rows = np.array([[1, 1], [1, -1], [-1, 1]])
    streamed = Statistics(kind="two-valued", needs=NEEDS)
    for row in rows:
        streamed.update(row[None])
    assert streamed.schema == Schema(("x0", "x1"), ((-1, 1), (-1, 1)))
    assert_exact(streamed.moments, rows.astype(float))
    first, rest = Statistics(kind="two-valued").update(rows[:1]), Statistics(kind="two-valued").update(rows[1:])
    assert first.schema == Schema(("x0", "x1"), ((0, 1), (0, 1)))
    assert first.merge(rest).schema == rest.schema
    assert (
        Statistics(kind="two-valued").update(rows).merge(Statistics(kind="two-valued").update(rows[:1])).schema
        == rest.schema
    )
    flags = Statistics(kind="two-valued").update({"a": np.array([True])}).update({"a": np.array([True, False])})
    assert flags.schema == Schema(("a",), ((False, True),))


def test_schemas_that_do_not_agree() -> None:
    zeros, signs = np.array([[0], [1]]), np.array([[-1], [1]])
    with pytest.raises(InvalidData, match=r"'x' holds -1 in row 0 .*0 and 1"):
        Statistics(kind="two-valued").update(zeros).update(signs)
    with pytest.raises(InvalidData, match="'x' holds 0 in row 0"):
        Statistics(kind="two-valued").update(signs).update(zeros)
    with pytest.raises(InvalidData, match=r"'x' has the values 0 and 1 .* -1 and 1"):
        Statistics(kind="two-valued").update(zeros).merge(Statistics(kind="two-valued").update(signs))
    with pytest.raises(InvalidData, match="continuous"):
        Statistics(needs=NEEDS).update(zeros).merge(Statistics(kind="two-valued").update(zeros))
    with pytest.raises(InvalidData, match="continuous"):
        Statistics().update(zeros).update(open_table(zeros))
    with pytest.raises(InvalidData, match="continuous"):
        Statistics(kind="two-valued").update(zeros).update(open_table(zeros, kind="real"))
    with pytest.raises(InvalidData, match="'x' holds 2 in row 2"):
        Statistics(kind="two-valued").update(zeros).update(np.array([[0], [1], [2]]))
    with pytest.raises(InvalidData, match="the schema of these columns"):
        Statistics(["a", "b"], schema=Schema(("a",), ((0, 1),)))
    with pytest.raises(ValueError, match="kind"):
        Statistics(kind="other")  # type: ignore[arg-type]


def test_given_schema() -> None:
    schema = Schema(("a", "x", "t"), ((0, 1), None, ("n", "y")))
    found = Statistics(schema=schema, needs=NEEDS)
    assert found.columns == ("a", "x", "t")
    found.update(pd.DataFrame({"a": [1], "x": [0.5], "t": ["n"]}))
    found.update(pl.DataFrame({"t": ["n", "y"], "a": [1, 1], "x": [1.5, 2.5]}))
    assert found.schema == schema
    np.testing.assert_allclose(found.moments.mean[0], [1.0, 1.5, -1 / 3])
    with pytest.raises(InvalidData, match="'a' holds -1"):
        found.update(pl.DataFrame({"t": ["n"], "a": [-1], "x": [1.5]}))


def test_text_is_streamed() -> None:
    found = Statistics(kind="two-valued", needs=NEEDS)
    found.update(pl.DataFrame({"t": ["n", "y"]})).update(pl.DataFrame({"t": ["y"]}))
    assert found.moments.mean[0, 0] == pytest.approx(1 / 3)
    with pytest.raises(InvalidData, match=r"'t' holds 'z' in row 1 .*'n' and 'y'"):
        found.update(pl.DataFrame({"t": ["n", "z"]}))


def test_empty_batches() -> None:
    found = Statistics(kind="two-valued", needs=NEEDS).update(np.empty((0, 1)))
    found.update(np.array([[np.nan]])).update(np.array([[1], [2]]))
    assert found.schema == Schema(("x",), ((1, 2),))
    assert (found.n_rows, found.n_missing) == (2, 1)


@pytest.mark.parametrize("d", [4, 20])
def test_save_and_load(tmp_path: Path, d: int) -> None:
    bits = random_bits(10, 900, d)
    half = Statistics(needs=NEEDS, kind="two-valued").update(bits[:500])
    half.save(tmp_path / "s.npz")
    loaded = Statistics.load(tmp_path / "s.npz")
    assert loaded.schema == half.schema
    assert_states(loaded.states, 2.0 * bits[:500] - 1.0)
    loaded.update(bits[500:])
    assert_exact(loaded.moments, 2.0 * bits - 1.0)
    assert_states(loaded.states, 2.0 * bits - 1.0)
    with pytest.raises(InvalidData, match="holds -1"):
        loaded.update(2 * bits - 1)


def test_save_what_was_given_up(tmp_path: Path) -> None:
    bits = random_bits(11, 90, 70)
    measure(bits).save(tmp_path / "s.npz")
    loaded = Statistics.load(tmp_path / "s.npz")
    assert loaded.states is None
    assert loaded.n_rows == 90
    mixed = pl.DataFrame({"t": ["n", "y"] * 9, "x": np.arange(18.0), "b": [True, False] * 9})
    Statistics(needs=NEEDS).update(open_table(mixed)).save(tmp_path / "m.npz")
    loaded = Statistics.load(tmp_path / "m.npz")
    assert loaded.schema == Schema(("t", "x", "b"), (("n", "y"), None, (False, True)))
    assert loaded.states is not None
    assert loaded.states.dimension == 2


def test_joined_states() -> None:
    bits = random_bits(12, 3000, 25)
    spins = 2.0 * bits - 1.0
    parts = [States.of(part) for part in np.split(spins, [10, 700])]
    assert_states(States.joined(parts), spins)
    assert States.joined([States.of(spins[:0])] * 2).n_rows == 0
