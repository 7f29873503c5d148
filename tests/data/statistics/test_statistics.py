"""One pass: the averages are right to rounding however the rows arrive, and bad values are named."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from symcat.data.ingest import open_table
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics
from symcat.errors import InvalidData

SEEDS = st.integers(0, 2**32 - 1)


def centred(moments: Moments) -> Moments:
    return moments.about(moments.mean)


def assert_same(found: Moments, expected: Moments, tolerance: float = 1e-12) -> None:
    """Equal about the same point, relative to the spread."""
    point = expected.mean[0]
    found, expected = found.about(point).in_unit(expected.unit), expected.about(point)
    scale = np.sqrt(np.trace(expected.second[0]))
    assert found.count == expected.count
    for power, name in ((1, "first"), (2, "second"), (3, "radial_third"), (4, "radial_fourth")):
        a, b = getattr(found, name), getattr(expected, name)
        assert (a is None) == (b is None)
        if a is not None:
            assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale**power)
    if expected.column_powers is not None:
        assert found.column_powers is not None
        powers = np.arange(3, 3 + expected.column_powers.shape[2])
        size = np.abs(expected.column_powers) + scale**powers
        # What rounding leaves of a deviation counts as often as it is multiplied.
        assert (np.abs(found.column_powers - expected.column_powers) <= tolerance * powers * size).all()


def direct(x: np.ndarray) -> Moments:
    """The averages straight from their definition, about the mean."""
    d, mean = x.shape[1], x.mean(axis=0)
    y = x - mean
    rho2 = (y * y).sum(axis=1)
    powers = range(3, 11 if d == 1 else 5)
    return Moments(
        columns=tuple(f"x{j}" for j in range(d)),
        count=np.array([float(len(x))]),
        origin=mean[None],
        unit=1.0,
        first=y.mean(axis=0)[None],
        second=(y.T @ y / len(x))[None],
        column_powers=np.stack([(y**k).mean(axis=0) for k in powers], axis=1)[None],
        radial_third=(y * rho2[:, None]).mean(axis=0)[None] if d > 1 else None,
        radial_fourth=np.array([(rho2**2).mean()]) if d > 1 else None,
    )


@given(seed=SEEDS, d=st.integers(1, 5), n=st.integers(2, 700), order=st.sampled_from("CF"), blocks=st.integers(2, 40))
@settings(max_examples=60, deadline=None)
def test_averages(seed: int, d: int, n: int, order: str, blocks: int) -> None:
    x = np.random.default_rng(seed).normal(size=(n, d)) @ np.diag(np.arange(1, d + 1.0)) + 3.0
    statistics = Statistics(max_blocks=blocks).update(np.asarray(x, order=order))  # type: ignore[call-overload]
    assert_same(statistics.moments, direct(x))
    assert_same(statistics.blocks.merged(), direct(x))
    assert statistics.blocks.n_groups <= blocks
    assert statistics.n_rows == n
    lengths = statistics.blocks.count
    assert (lengths[:-1] == lengths[0]).all()
    assert_same(Statistics().update(pl.DataFrame(x)).moments, direct(x))


@given(seed=SEEDS, d=st.integers(1, 3), data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_split_gives_the_same(seed: int, d: int, data: st.DataObject) -> None:
    x = np.random.default_rng(seed).normal(size=(500, d)) + 10.0
    x[::7, 0] = np.nan
    cuts = sorted(data.draw(st.lists(st.integers(0, 500), max_size=12)))
    parts = np.split(x, cuts)
    whole = Statistics().update(x)
    streamed = Statistics(max_blocks=16)
    merged = Statistics(max_blocks=16)
    for part in parts:
        streamed.update(part)
        merged.merge(Statistics(max_blocks=16).update(part))
    for other in (streamed, merged):
        assert_same(other.moments, whole.moments)
        assert (other.n_rows, other.n_missing) == (whole.n_rows, whole.n_missing) == (428, 72)
        assert other.blocks.n_groups <= 16
        assert sorted(map(tuple, other.sample)) == sorted(map(tuple, x[~np.isnan(x[:, 0])]))


@given(seed=SEEDS, exponent=st.integers(-490, 490))
@settings(max_examples=40, deadline=None)
def test_powers_of_two_scale_exactly(seed: int, exponent: int) -> None:
    x = np.random.default_rng(seed).normal(size=(200, 2)) + 0.5
    plain, scaled = centred(Statistics().update(x).moments), centred(Statistics().update(x * 2.0**exponent).moments)
    assert scaled.unit == plain.unit * 2.0**exponent
    for name in ("first", "second", "column_powers", "radial_third", "radial_fourth"):
        assert_allclose(getattr(scaled, name), getattr(plain, name), rtol=1e-13, atol=1e-15)


@given(seed=SEEDS, d=st.integers(2, 5))
@settings(max_examples=25, deadline=None)
def test_permuted_columns(seed: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    x, order = rng.normal(size=(300, d)), rng.permutation(d)
    plain, permuted = Statistics().update(x).moments, Statistics().update(x[:, order]).moments
    plain, permuted = plain.about(np.zeros(d)).in_unit(1.0), permuted.about(np.zeros(d)).in_unit(1.0)
    assert_allclose(permuted.second, plain.second[:, order][:, :, order], rtol=1e-12, atol=1e-13)
    assert_allclose(permuted.column_powers, plain.column_powers[:, order], rtol=1e-12, atol=1e-13)  # type: ignore[index]
    assert_allclose(permuted.m4, plain.m4, rtol=1e-12)


def exact_kurtosis(x: np.ndarray) -> float:
    """In integer arithmetic, on the doubles as they are."""
    shift = 2**60
    whole = [int(Fraction(v) * shift) for v in x.tolist()]
    n, mean = len(whole), sum(whole)
    m2 = sum((n * v - mean) ** 2 for v in whole)
    m4 = sum((n * v - mean) ** 4 for v in whole)
    return float(Fraction(m4 * n, m2 * m2))


def kurtosis(statistics: Statistics) -> float:
    moments = centred(statistics.moments)
    return float(moments.m4[0] / moments.m2[0] ** 2)


def test_large_offset_keeps_the_digits() -> None:
    x = np.random.default_rng(1).normal(size=20_000) + 1e8
    expected = exact_kurtosis(x)
    # The mean itself, as a double near 1e8, is off by up to 1e-8 of the spread.
    assert kurtosis(Statistics().update(x)) == pytest.approx(expected, rel=1e-9)
    assert kurtosis(Statistics().update(pd.DataFrame({"x": x}))) == pytest.approx(expected, rel=1e-9)


def test_sorted_and_drifting_data_keep_the_digits() -> None:
    x = np.sort(np.random.default_rng(2).normal(size=1_000_000)) + 1e8
    shifted = x - 1e8  # exact
    expected = kurtosis(Statistics().update(np.random.default_rng(0).permutation(shifted)))
    assert kurtosis(Statistics().update(x)) == pytest.approx(expected, rel=1e-9)
    streamed = Statistics()
    for part in np.split(x, 50):
        streamed.update(part)
    assert kurtosis(streamed) == pytest.approx(expected, rel=1e-9)
    # The first batch lies a hundred million spreads away from the rest.
    away = np.concatenate([np.full(10, 3.0), x[::100]])
    streamed = Statistics().update(away[:10]).update(away[10:])
    assert kurtosis(streamed) == pytest.approx(exact_kurtosis(away), rel=1e-8)


def test_constant_start() -> None:
    x = np.concatenate([np.zeros(5000), np.random.default_rng(3).normal(size=5000) * 1e-150])
    for parts in ([x], np.split(x, 10), [x[:1], x[1:]]):
        statistics = Statistics()
        for part in parts:
            statistics.update(part)
        assert kurtosis(statistics) == pytest.approx(exact_kurtosis_of_scaled(x), rel=1e-10)


def exact_kurtosis_of_scaled(x: np.ndarray) -> float:
    y = x / np.abs(x).max()
    y = y - y.mean()
    return float((y**4).mean() / (y**2).mean() ** 2)


def test_constant_column_has_no_spread_at_all() -> None:
    moments = centred(Statistics().update(np.full((1000, 1), 0.1)).moments)
    assert moments.second[0, 0, 0] == 0.0
    assert moments.mean[0, 0] == 0.1


@pytest.mark.parametrize("scale", [1e300, 1e-150, 1e-300])
def test_extreme_scales(scale: float) -> None:
    x = np.random.default_rng(4).normal(size=(3000, 1))
    statistics = Statistics().update(x * scale)
    assert kurtosis(statistics) == pytest.approx(kurtosis(Statistics().update(x)), rel=1e-12)
    assert statistics.moments.mean[0, 0] == pytest.approx(x.mean() * scale, rel=1e-9)


def test_missing_rows_are_dropped_and_counted() -> None:
    x = np.random.default_rng(5).normal(size=(100_000, 2))
    y = x.copy()
    y[::1000, 0], y[1::2500, 1] = np.nan, np.nan
    y[0] = np.nan
    complete = ~np.isnan(y).any(axis=1)
    statistics = Statistics().update(y)
    assert (statistics.n_rows, statistics.n_missing) == (complete.sum(), (~complete).sum())
    assert_same(statistics.moments, direct(y[complete]))
    assert not np.isnan(statistics.sample).any()
    nulls = pl.DataFrame(y).fill_nan(None)
    assert_same(Statistics().update(nulls).moments, direct(y[complete]))


def test_needs() -> None:
    x = np.random.default_rng(6).normal(size=(50, 3))
    assert Statistics(needs=Needs()).update(x).moments.column_powers is None
    radial = Statistics(needs=Needs(radius=4)).update(x).moments
    assert radial.radial_fourth is not None
    assert radial.column_powers is None
    one = Statistics(needs=Needs(radius=4)).update(x[:, :1]).moments
    assert one.m4[0] > 0
    assert one.radial_fourth is None


@given(seed=SEEDS, d=st.integers(1, 4), power=st.integers(2, 9), order=st.sampled_from("CF"), blocks=st.integers(2, 20))
@settings(max_examples=40)
def test_any_power(seed: int, d: int, power: int, order: str, blocks: int) -> None:
    x = np.asarray(np.random.default_rng(seed).normal(size=(300, d)) + 3.0, order=order)  # type: ignore[call-overload]
    for radius in (2, 4):
        moments = Statistics(needs=Needs(power, radius), max_blocks=blocks).update(x).blocks.merged()
        moments = moments.about(x.mean(axis=0)).in_unit(1.0)
        y = x - x.mean(axis=0)
        kept = max(power, radius) if d == 1 else power
        if kept == 2:
            assert moments.column_powers is None
            continue
        assert moments.column_powers is not None
        for k in range(3, kept + 1):
            size = (np.abs(y) ** k).mean(axis=0)
            found = moments.column_powers[0, :, k - 3]
            assert (np.abs(found - (y**k).mean(axis=0)) <= 1e-8 * size).all()
        assert moments.column_powers.shape[2] == kept - 2


@pytest.mark.parametrize("kinds", ["t", "r", "rr", "tr", "trt", "rtr", "trrtr"])
def test_what_is_kept_where_nothing_is_said(kinds: str) -> None:
    schema = Schema(tuple(f"c{j}" for j in range(len(kinds))), tuple((0, 1) if k == "t" else None for k in kinds))
    n_real = kinds.count("r")
    powers = Needs(10, 4) if n_real == 1 else Needs(4, 4) if n_real else Needs()
    assert Statistics(schema=schema).needs == powers | Needs(states="t" in kinds)


def test_needs_and_schema_before_the_first_rows() -> None:
    statistics = Statistics()
    assert (statistics.needs, len(statistics.schema), statistics.columns) == (Needs(), 0, ())
    assert Statistics(["a", "b"]).schema == Schema.real(["a", "b"])
    assert Statistics(["a", "b"], kind="two-valued").schema.only("two-valued")


@pytest.mark.parametrize("kinds", ["tr", "rt", "trr", "rtrtr", "ttrrr"])
def test_a_table_of_both_kinds_holds_what_each_kind_needs(kinds: str) -> None:
    """One joint pass gives the averages of each block as if it had been measured alone."""
    rng = np.random.default_rng(11)
    frame = pl.DataFrame(
        {
            f"c{j}": rng.integers(0, 2, 5000) == 1 if kind == "t" else 1e3 * rng.normal(size=5000) + 50.0 * j
            for j, kind in enumerate(kinds)
        }
    )
    frame = frame.with_columns(pl.when(pl.int_range(pl.len()) % 9 == 4).then(None).otherwise("c0").alias("c0"))
    complete = frame.drop_nulls()
    joint = Statistics().update(open_table(frame))
    for kind in ("real", "two-valued"):
        at = joint.schema.at(kind)
        alone = Statistics().update(open_table(complete.select(joint.schema.part(at).columns), kind=kind))
        assert_same(joint.moments.part(at), alone.moments)
        assert_same(joint.blocks.part(at).merged(), alone.moments)
        np.testing.assert_array_equal(joint.blocks.count, alone.blocks.count)
        if kind == "two-valued":
            np.testing.assert_array_equal(joint.states.counts, alone.states.counts)  # type: ignore[union-attr]
    real = joint.schema.at("real")
    assert joint.moments.radial_columns == (real if len(real) > 1 else None)


def test_other_columns() -> None:
    with pytest.raises(InvalidData, match="same columns"):
        Statistics().update(np.zeros((3, 2))).update(np.zeros((3, 3)))
    with pytest.raises(InvalidData, match="cannot be merged"):
        Statistics(["a"]).update([1.0]).merge(Statistics(["b"]).update([1.0]))
    with pytest.raises(InvalidData, match="'a'"):
        Statistics(["a"]).update(pl.DataFrame({"b": [1.0]}))
    with pytest.raises(InvalidData, match="too far apart"):
        Statistics().update(np.arange(9.0)).merge(Statistics().update(np.arange(9.0) * 1e-200))


@pytest.mark.parametrize("as_frame", [False, True])
@pytest.mark.parametrize("row", [0, 77_777])
def test_infinity(as_frame: bool, row: int) -> None:
    x = np.random.default_rng(8).normal(size=(100_000, 2))
    x[row, 1] = -np.inf
    data = pd.DataFrame(x, columns=["u", "v"]) if as_frame else x
    name = "v" if as_frame else "x1"
    with pytest.raises(InvalidData, match=rf"'{name}'.*row {row} .*NaN"):
        Statistics().update(data)
    statistics = Statistics().update(x[:row])
    with pytest.raises(InvalidData, match=f"row {row} "):
        statistics.update(x[row:])


@pytest.mark.parametrize("needs", [Needs(), Needs(power=4, radius=4)])
def test_one_enormous_value(needs: Needs) -> None:
    x = np.random.default_rng(9).normal(size=(5000, 2))
    x[1234, 0] = 1e300
    with pytest.raises(InvalidData, match=r"'x0' holds 1e\+300 in row 1234.*sentinel.*rescale"):
        Statistics(needs=needs).update(x)


def test_columns_too_far_apart() -> None:
    x = np.random.default_rng(10).normal(size=(100, 2)) * [1e-90, 1e90]
    with pytest.raises(InvalidData, match=r"'x0'.*'x1'.*rescale"):
        Statistics().update(x)
