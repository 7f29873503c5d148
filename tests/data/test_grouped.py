"""Rows of many groups, laid side by side and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.data.grouped import GroupRows


def grouped(sizes: list[int], d: int, seed: int = 0) -> GroupRows:
    dice = np.random.default_rng(seed)
    m = sum(sizes)
    return GroupRows(dice.normal(size=(m, d)), dice.gamma(2.0, size=m), np.concatenate([[0], np.cumsum(sizes)]))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 70), min_size=1, max_size=40), st.integers(1, 300))
def test_side_by_side_is_every_row_of_every_group_once(sizes: list[int], d: int) -> None:
    table = grouped(sizes, d)
    wanted = np.flatnonzero(table.sizes > 0)
    pieces = table.pieces(wanted)
    assert sorted(np.concatenate([np.empty(0, dtype=int), *pieces])) == wanted.tolist()
    for piece in pieces:
        some = table.side_by_side(piece)
        for place, group in enumerate(piece.tolist()):
            values, weight = table.rows_of(group)
            np.testing.assert_array_equal(some.values[place, : len(values)], values)
            np.testing.assert_array_equal(some.weight[place, : len(values)], weight)
            assert not some.values[place, len(values) :].any()
            assert not some.weight[place, len(values) :].any()
        assert some.values.size <= max(2 * (1 << 16), max(sizes) * d)


def test_rows_that_are_kept_stay_in_their_groups() -> None:
    table = grouped([3, 0, 2], 2)
    kept = table.kept(np.array([True, False, True, False, True]))
    assert kept.sizes.tolist() == [2, 0, 1]
    np.testing.assert_array_equal(kept.values, table.values[[0, 2, 4]])


def test_weights_add_up_to_what_the_rows_are_worth() -> None:
    table = grouped([4, 0, 5], 1)
    worth = table.worth(np.array([3.0, 0.0, 2.5]))
    assert worth.weight[:4].sum() == pytest.approx(3.0)
    assert worth.weight[4:].sum() == pytest.approx(2.5)
    np.testing.assert_allclose(worth.weight[:4] / worth.weight[0], table.weight[:4] / table.weight[0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=10), st.integers(1, 4), st.integers(0, 1000))
def test_distinct_rows_count_what_the_rows_count_in_their_group(sizes: list[int], d: int, seed: int) -> None:
    some = grouped(sizes, d, seed)
    table = GroupRows(np.where(some.values > 0.0, 1.0, -1.0), some.weight, some.starts)
    distinct = table.distinct()
    for group in range(len(sizes)):
        values, weight = distinct.rows_of(group)
        rows, counts = table.rows_of(group)
        assert len(values) == len({tuple(row) for row in rows.tolist()})
        for row, times in zip(values, weight, strict=True):
            assert times == pytest.approx(counts[(rows == row).all(axis=1)].sum())
