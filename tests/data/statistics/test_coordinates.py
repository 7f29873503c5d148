"""Averages of the coordinates of charts, beside those of the column: the same as of a column that was mapped before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symcat.data.charts import CHARTS
from symcat.data.ingest import open_table
from symcat.data.measure import Measured, measure
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.needs import Needs
from symcat.data.statistics import Groups, Statistics, collect_groups
from symcat.data.weights import weight_of
from symcat.errors import InvalidData

X = np.random.default_rng(0).lognormal(1.0, 0.5, size=5000)
BOTH = Needs(charts=(("asinh", 6), ("log", 6)))
LOG = Needs(charts=(("log", 6),))


def measured(data: Any, **options: Any) -> Measured:
    return measure(data, None, lambda schema: BOTH, **options)


def mapped(name: str, x: Floats, at: Floats) -> Moments:
    """The averages of the coordinate as a column of its own."""
    return Statistics(needs=Needs(power=6)).update(CHARTS[name].coordinate(x, at)).moments


def assert_is(found: Coordinate, name: str, x: Floats) -> None:
    at = found.at[0]
    expected = mapped(name, x, at)
    own = found.moments.about(expected.origin).in_unit(expected.unit)
    np.testing.assert_allclose(own.first, expected.first, atol=1e-12)
    np.testing.assert_allclose(own.second, expected.second, rtol=1e-10)
    np.testing.assert_allclose(own.column_powers, expected.column_powers, rtol=1e-9, atol=1e-9)
    y = CHARTS[name].coordinate(x, at)
    assert found.log_jacobian[0] == pytest.approx(CHARTS[name].log_jacobian(y, at).mean(), abs=1e-12)


@pytest.mark.parametrize("name", CHARTS)
def test_of_all_rows(name: str) -> None:
    found = measured(X).statistics.moments.charts[name]
    assert_is(found, name, X)
    assert found.moments.highest == 6
    assert found.outside == 0.0
    assert found.moments.count == 5000.0


def test_asinh_is_placed_by_the_sample() -> None:
    center = np.median(X)
    unit = 1.482602218505602 * np.median(np.abs(X - center))
    np.testing.assert_allclose(measured(X).statistics.moments.charts["asinh"].at, [[center, unit]])
    many = np.random.default_rng(1).standard_t(3, size=20_000)
    at = measured(many, seed=3).statistics.moments.charts["asinh"].at[0]
    assert at == pytest.approx([0.0, 1.482602218505602 * 0.7649], abs=0.05)


@pytest.mark.parametrize("name", CHARTS)
def test_rows_with_missing_values_are_left_out(name: str) -> None:
    with_gaps = X.copy()
    with_gaps[::7] = np.nan
    statistics = measured(with_gaps).statistics
    assert_is(statistics.moments.charts[name], name, with_gaps[~np.isnan(with_gaps)])
    assert statistics.moments.charts[name].outside == 0.0
    assert statistics.blocks.charts[name].moments.n_groups == statistics.blocks.n_groups


@pytest.mark.parametrize("name", CHARTS)
def test_counted_rows_are_repeated_rows(name: str) -> None:
    counts = np.random.default_rng(2).integers(0, 4, len(X))
    found = measured({"x": X, "n": counts}, weight=weight_of("n", None)).statistics.moments.charts[name]
    repeated = measured(np.repeat(X, counts)).statistics.moments.charts[name]
    np.testing.assert_allclose(found.at, repeated.at)
    np.testing.assert_allclose(found.moments.mean, repeated.moments.mean, atol=1e-13)
    np.testing.assert_allclose(found.log_jacobian, repeated.log_jacobian, atol=1e-13)
    assert found.moments.count == repeated.moments.count


@pytest.mark.parametrize("name", CHARTS)
def test_weights(name: str) -> None:
    weights = np.random.default_rng(2).uniform(0.0, 2.0, len(X))
    statistics = measured({"x": X, "w": weights}, weight=weight_of(None, "w")).statistics
    found = statistics.moments.charts[name]
    y = CHARTS[name].coordinate(X, found.at[0])
    assert found.moments.mean[0, 0] == pytest.approx(np.average(y, weights=weights), abs=1e-12)
    assert found.moments.count == statistics.moments.count == pytest.approx(weights.sum() ** 2 / (weights @ weights))
    blocks = statistics.blocks
    np.testing.assert_allclose(blocks.charts[name].moments.count, blocks.count)


def test_log_leaves_out_what_is_not_positive_and_says_how_many() -> None:
    rows = np.concatenate([X, [0.0, -1.0, -2.0]])
    found = measured(rows).statistics
    assert_is(found.moments.charts["log"], "log", X)
    assert found.moments.charts["log"].outside == 3.0
    assert found.moments.charts["asinh"].outside == 0.0
    assert "log" not in found.blocks.charts
    nothing = measured(-X).statistics.moments.charts["log"]
    assert nothing.outside == len(X)
    assert nothing.moments.count == 0.0


# --- statistics that a user collects ---------------------------------------------------------------------------------


def test_log_is_collected_in_the_pass_and_merges() -> None:
    whole = Statistics(needs=LOG).update(X)
    halves = Statistics(needs=LOG).update(X[:2000]).merge(Statistics(needs=LOG).update(X[2000:]))
    for statistics in (whole, halves):
        assert_is(statistics.moments.charts["log"], "log", X)
        blocks = statistics.blocks
        np.testing.assert_allclose(blocks.charts["log"].moments.count, blocks.count)
        assert_is(blocks.merged().charts["log"], "log", X)


def test_batches_with_an_error_in_between_are_counted_alike() -> None:
    statistics = Statistics(needs=LOG).update(X[:100])
    with pytest.raises(InvalidData, match="infinity"):
        statistics.update(np.concatenate([X[100:200], [np.inf]]))
    statistics.update(X[200:300])
    assert statistics.moments.charts["log"].moments.count == statistics.moments.count


def test_stored(tmp_path: Path) -> None:
    whole = Statistics(needs=LOG).update(X)
    whole.save(tmp_path / "x.npz")
    again = Statistics.load(tmp_path / "x.npz")
    assert again.needs == LOG
    for one, other in ((whole.moments, again.moments), (whole.blocks, again.blocks)):
        np.testing.assert_array_equal(one.charts["log"].moments.second, other.charts["log"].moments.second)
    assert_is(again.update(X).moments.charts["log"], "log", np.concatenate([X, X]))


def test_what_is_placed_by_the_rows_cannot_be_collected() -> None:
    with pytest.raises(InvalidData, match=r"asinh is placed by the rows .* pass the data itself"):
        Statistics(needs=BOTH)
    with pytest.raises(InvalidData, match="no chart 'root'"):
        Statistics(needs=Needs(charts=(("root", 4),)))


# --- groups ----------------------------------------------------------------------------------------------------------


KEYS = np.random.default_rng(3).integers(0, 4, len(X)) * 2


def grouped(data: dict[str, Any], needs: Needs = BOTH, **options: Any) -> Groups:
    weight = weight_of(options.pop("counts", None), options.pop("weights", None))
    return collect_groups(open_table(data, ["x"], exclude=("k",), weight=weight), ("k",), needs, **options)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("keys", [KEYS, np.array(list("abcdefg"))[KEYS]])
def test_of_groups(name: str, keys: Any) -> None:
    """Each group is placed by its own rows."""
    found = grouped({"x": X, "k": keys}).moments.charts[name]
    for g, key in enumerate(np.unique(keys)):
        own = X[keys == key]
        one = found.groups(slice(g, g + 1))
        assert_is(one, name, own)
        np.testing.assert_allclose(one.at, measured(own).statistics.moments.charts[name].at)


def test_groups_in_frames() -> None:
    polars = pytest.importorskip("polars")
    data = {"x": X, "k": np.array(list("abcdefg"))[KEYS]}
    arrays = grouped(data).moments.charts
    for frame in (polars.DataFrame(data), polars.DataFrame(data).lazy()):
        for name, own in grouped(frame).moments.charts.items():
            np.testing.assert_allclose(own.moments.mean, arrays[name].moments.mean, rtol=1e-13)
            np.testing.assert_allclose(own.at, arrays[name].at)


def test_groups_placed_alike() -> None:
    at = np.array([2.0, 3.0])
    found = grouped({"x": X, "k": KEYS}, at={"asinh": at}).moments
    np.testing.assert_array_equal(found.charts["asinh"].at, np.tile(at, (4, 1)))
    assert_is(found.merged().charts["asinh"], "asinh", X)


def test_groups_say_what_is_outside() -> None:
    rows, keys = X.copy(), KEYS.astype(float)
    rows[KEYS == 2] *= -1.0
    rows[5] = np.nan
    rows[6], keys[7] = np.inf, np.nan
    found = grouped({"x": rows, "k": keys})
    outside = found.moments.charts["log"].outside
    assert outside[1] == found.n_rows[1] > 0
    assert outside[[0, 2, 3]].tolist() == [0.0, 0.0, 0.0]
    broken = found.infinite
    assert broken.sum() == 1
    assert not found.moments.charts["log"].moments.first[broken].any()


def test_groups_of_counted_and_weighted_rows() -> None:
    counts = np.random.default_rng(2).integers(0, 4, len(X))
    counts[KEYS == 4] = 0  # rows that count nothing are no group
    found = grouped({"x": X, "k": KEYS, "n": counts}, counts="n")
    repeated = grouped({"x": np.repeat(X, counts), "k": np.repeat(KEYS, counts)})
    weighted = grouped({"x": X, "k": KEYS, "n": counts}, weights="n")
    assert found.keys["k"].tolist() == [0, 2, 6]
    for name, own in repeated.moments.charts.items():
        for other in (found, weighted):
            np.testing.assert_allclose(other.moments.charts[name].at, own.at)
            np.testing.assert_allclose(other.moments.charts[name].moments.mean, own.moments.mean, atol=1e-13)
        np.testing.assert_array_equal(found.moments.charts[name].moments.count, own.moments.count)


def test_levels_of_text_that_come_later() -> None:
    """They add columns before the one of the chart, which stays that of the same column."""
    rows = X[:60]
    first = {"c": ["a", "b", "d"] * 10, "x": rows[:30]}
    second = {"c": ["a", "c", "e"] * 10, "x": rows[30:]}
    grown = Statistics(needs=LOG).update(first).update(second)
    merged = Statistics(needs=LOG).update(first).merge(Statistics(needs=LOG).update(second))
    for statistics in (grown, merged):
        found = statistics.moments.charts["log"]
        assert statistics.columns[found.column] == "x"
        assert_is(found, "log", rows)
