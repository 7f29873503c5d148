"""Statistics of rows that occurred several times are those of the repeated rows; weighted rows give weighted ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from symcat import Statistics
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData

RNG = np.random.default_rng(5)
X = RNG.normal(30.0, 2.0, size=(400, 3))
N = RNG.integers(0, 50, size=400)
W = RNG.exponential(size=400)
NAMES = ("a", "b", "c")
COUNTED = pd.DataFrame(X, columns=NAMES).assign(n=N)
WEIGHTED = pd.DataFrame(X, columns=NAMES).assign(w=W)
REPEATED = np.repeat(X, N, axis=0)


def assert_same(found: Moments, expected: Moments, rtol: float = 1e-12) -> None:
    expected = expected.about(found.origin).in_unit(found.unit)
    np.testing.assert_array_equal(found.count, expected.count)
    for name in ("first", "second", "column_powers", "radial_third", "radial_fourth"):
        mine, theirs = getattr(found, name), getattr(expected, name)
        if theirs is None:
            assert mine is None
            continue
        np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=rtol * np.abs(theirs).max())


def test_counts_are_repeated_rows_in_every_block() -> None:
    counted, plain = Statistics(NAMES, counts="n").update(COUNTED), Statistics(NAMES).update(REPEATED)
    assert counted.n_rows == plain.n_rows == len(REPEATED)
    assert_same(counted.moments, plain.moments)
    assert_same(counted.blocks, plain.blocks)
    assert counted.sample.shape == plain.sample.shape


def test_a_sample_of_counted_rows_is_one_of_the_repeated_ones() -> None:
    counts = np.array([10**6, 3 * 10**6, 0, 10**6])
    frame = {"x": np.arange(4.0), "n": counts}
    sample = Statistics(counts="n", seed=3).update(frame).sample[:, 0]
    shares = np.bincount(sample.astype(int), minlength=4) / len(sample)
    assert len(sample) == 8192
    np.testing.assert_allclose(shares, counts / counts.sum(), atol=4.0 * 0.5 / np.sqrt(8192))


def test_states_are_counted() -> None:
    frame = pd.DataFrame({"p": [0, 1, 0, 1], "q": [0, 0, 1, 1], "n": [5, 0, 7, 10**9]})
    states = Statistics(counts="n", kind="two-valued").update(frame).states
    assert states is not None
    assert dict(zip(states.codes.tolist(), states.counts.tolist(), strict=True)) == {0: 5, 2: 7, 3: 10**9}


def test_missing_cells_count_as_often() -> None:
    frame = COUNTED.copy()
    frame.loc[3, "b"] = np.nan
    assert Statistics(NAMES, counts="n").update(frame).n_missing == N[3]
    frame = WEIGHTED.copy()
    frame.loc[3, "b"] = np.nan
    assert Statistics(NAMES, weights="w").update(frame).n_missing == 1


def test_rows_that_count_nothing_are_not_looked_at() -> None:
    frame = pd.DataFrame({"x": [1.0, np.inf, 2.0, 4.0], "n": [1, 0, 2, 1]})
    assert Statistics(counts="n").update(frame).moments.mean[0, 0] == pytest.approx(9.0 / 4.0, rel=1e-15)
    with pytest.raises(InvalidData, match="infinity in row 1"):
        Statistics(counts="n").update(frame.assign(n=1))


def test_weighted_averages_and_what_the_rows_are_worth() -> None:
    found = Statistics(NAMES, weights="w").update(WEIGHTED)
    assert found.n_rows == 400
    np.testing.assert_allclose(found.moments.mean[0], np.average(X, axis=0, weights=W), rtol=1e-14)
    worth = W.sum() ** 2 / (W @ W)
    assert found.moments.count[0] == pytest.approx(worth, rel=1e-12)
    assert found.blocks.count.sum() == pytest.approx(worth, rel=1e-12)
    rows, weight = found.weighted_sample
    assert weight.sum() == pytest.approx(worth, rel=1e-12)
    np.testing.assert_allclose(np.average(rows, axis=0, weights=weight), found.moments.mean[0], rtol=1e-12)
    assert len(found.sample) == int(worth)
    np.testing.assert_allclose(found.sample.mean(axis=0), found.moments.mean[0], atol=0.3)


def test_the_unit_of_weights_does_not_matter() -> None:
    found = Statistics(NAMES, weights="w").update(WEIGHTED)
    for factor in (1e-90, 1e-9, 1e90):
        other = Statistics(NAMES, weights="w").update(WEIGHTED.assign(w=W * factor))
        np.testing.assert_allclose(other.moments.mean, found.moments.mean, rtol=1e-13)
        np.testing.assert_allclose(other.moments.count, found.moments.count, rtol=1e-12)


def test_equal_weights_are_no_weights() -> None:
    found, plain = Statistics(NAMES, weights="w").update(WEIGHTED.assign(w=0.25)), Statistics(NAMES).update(X)
    np.testing.assert_allclose(found.moments.count, plain.moments.count, rtol=1e-14)
    np.testing.assert_allclose(found.moments.mean, plain.moments.mean, rtol=1e-14)


@pytest.mark.parametrize(("option", "frame"), [("counts", COUNTED), ("weights", WEIGHTED)])
def test_parts_merge_and_files_hold_all(option: str, frame: pd.DataFrame, tmp_path: Path) -> None:
    named = {option: frame.columns[-1]}
    whole = Statistics(NAMES, **named).update(frame)  # type: ignore[arg-type]
    parts = Statistics(NAMES, **named).update(frame[:150])  # type: ignore[arg-type]
    parts.merge(Statistics(NAMES, **named).update(frame[150:]))  # type: ignore[arg-type]
    assert parts.n_rows == whole.n_rows
    np.testing.assert_allclose(parts.moments.count, whole.moments.count, rtol=1e-12)
    np.testing.assert_allclose(parts.moments.mean, whole.moments.mean, rtol=1e-12)
    whole.save(tmp_path / "all.npz")
    again = Statistics.load(tmp_path / "all.npz")
    np.testing.assert_array_equal(again.moments.count, whole.moments.count)
    np.testing.assert_array_equal(again.weighted_sample[1], whole.weighted_sample[1])
    assert again.update(frame).n_rows == 2 * whole.n_rows


def test_streams_in_batches_of_kinds_known_and_far_from_the_first() -> None:
    schema = Schema(("b", "x"), ((0, 1), None))
    bits, x, n = RNG.integers(0, 2, 300), np.sort(RNG.normal(1e6, 1.0, 300)), RNG.integers(1, 9, 300)
    found, plain = Statistics(schema=schema, counts="n"), Statistics(schema=schema)
    for part in np.array_split(np.arange(300), 7):
        found.update({"b": bits[part], "x": x[part], "n": n[part]})
        rows = np.repeat(part, n[part])
        plain.update({"b": bits[rows], "x": x[rows]})
    assert_same(found.moments, plain.moments, rtol=1e-9)


def test_what_cannot_be() -> None:
    with pytest.raises(InvalidData, match="cannot be both measured and counts="):
        Statistics(("a", "n"), counts="n")
    with pytest.raises(InvalidData, match="no column 'm'"):
        Statistics(NAMES, counts="m").update(COUNTED)
    with pytest.raises(InvalidData, match="counts='n' is zero in every complete row"):
        _ = Statistics(NAMES, counts="n").update(COUNTED.assign(n=0)).moments
    with pytest.raises(InvalidData, match="is not numeric"):
        Statistics(NAMES, counts="n").update(COUNTED.assign(n="three"))
    with pytest.raises(InvalidData, match="Statistics of weighted rows and of rows that are not"):
        Statistics(NAMES, weights="w").update(WEIGHTED).merge(Statistics(NAMES).update(X))
