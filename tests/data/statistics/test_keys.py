"""Rows are numbered by their group in ascending order of the keys, whatever these are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.data.statistics.keys import ascending, numbered, places

COLUMNS = st.sampled_from([st.integers(-3, 3), st.sampled_from(["b", "a", "cc"]), st.sampled_from([0.5, -1.0, 7e9])])


@given(data=st.data(), n=st.integers(1, 40), n_keys=st.integers(1, 4))
def test_numbers_follow_the_order_of_the_keys(data: st.DataObject, n: int, n_keys: int) -> None:
    columns = [
        data.draw(st.lists(data.draw(COLUMNS, "values"), min_size=n, max_size=n), "column") for _ in range(n_keys)
    ]
    keys = tuple(np.array(column) for column in columns)
    found = numbered(keys)
    rows = list(zip(*columns, strict=True))
    groups = list(zip(*(key.tolist() for key in found.keys), strict=True))
    assert [groups[g] for g in found.group_of] == rows
    assert groups == sorted(groups)
    assert set(groups) >= set(rows)
    assert found.keyed is None
    present = np.unique(found.group_of)
    shuffled = np.random.default_rng(n).permutation(present)
    mixed = tuple(key[shuffled] for key in found.keys)
    np.testing.assert_array_equal(shuffled[ascending(mixed)], present)
    np.testing.assert_array_equal(places(found.keys, mixed), shuffled)


@pytest.mark.parametrize(
    "keys",
    [
        np.ma.masked_array([3, 1, 2], mask=[False, True, False]),
        np.array([3.0, np.nan, 2.0]),
        np.array(["c", None, "b"], dtype=object),
        np.array(["2020-01-03", "NaT", "2020-01-02"], dtype="M8[D]"),
    ],
)
def test_missing_keys(keys: np.ndarray) -> None:
    for found in (numbered((keys,)), numbered((keys, np.array([1, 1, 1]))), numbered((np.array([1, 1, 1]), keys))):
        assert found.keyed is not None
        assert found.keyed.tolist() == [True, False, True]
        assert found.group_of.tolist() == [1, 0]
        assert found.n_groups == 2


def test_keys_of_several_types() -> None:
    keys = np.array(["a", 1, date(2020, 1, 1), 1, "a"], dtype=object)
    found = numbered((keys,))
    assert found.n_groups == 3
    assert [found.keys[0][g] for g in found.group_of] == keys.tolist()
    assert ascending(found.keys).tolist() == [0, 1, 2]


def test_many_combinations_do_not_overflow() -> None:
    keys = tuple(np.random.default_rng(k).permutation(3000) * 10**9 for k in range(8))
    found = numbered(keys)
    assert found.n_groups == 3000
    np.testing.assert_array_equal(found.keys[5][found.group_of], keys[5])
