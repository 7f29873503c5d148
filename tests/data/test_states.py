"""Joint states in mixed radix: codes and digits are each other's inverse, and tables join in any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.data.states import GroupStates, States, codes_of, encoded
from symcat.errors import InvalidData

sizes = st.lists(st.integers(2, 7), min_size=1, max_size=5)


def rows_of(sizes: list[int], n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return encoded(np.stack([rng.integers(0, size, n) for size in sizes], axis=1), sizes)


@given(sizes, st.integers(0, 60), st.integers(0, 100))
def test_rows_and_codes_are_inverse(sizes: list[int], n: int, seed: int) -> None:
    rows = rows_of(sizes, n, seed)
    states = States.of(rows, sizes)
    assert (np.diff(states.codes) > 0).all()
    assert states.n_rows == n
    np.testing.assert_array_equal(codes_of(states.rows, sizes), states.codes)
    radix = np.concatenate([[1], np.cumprod(sizes)[:-1]])
    np.testing.assert_array_equal(states.digits @ radix, states.codes)
    np.testing.assert_array_equal(states.counts, [(rows == row).all(axis=1).sum() for row in states.rows])


def test_two_levels_are_a_bit_each() -> None:
    rows = rows_of([2] * 8, 50, 0)
    bits = ((rows > 0) << np.arange(8)).sum(axis=1)
    np.testing.assert_array_equal(States.of(rows).codes, np.unique(bits))


@given(sizes, st.integers(1, 60), st.integers(0, 100))
def test_tables_join_in_any_order(sizes: list[int], n: int, seed: int) -> None:
    rows = rows_of(sizes, n, seed)
    whole = States.of(rows, sizes)
    for order in (slice(None), slice(None, None, -1)):
        joined = States.joined([States.of(part, sizes) for part in np.array_split(rows, 3)[order]])
        np.testing.assert_array_equal(joined.codes, whole.codes)
        np.testing.assert_array_equal(joined.counts, whole.counts)


@given(sizes, st.integers(1, 60), st.integers(0, 100))
def test_the_part_of_some_columns(sizes: list[int], n: int, seed: int) -> None:
    rows = rows_of(sizes, n, seed)
    chosen = list(np.random.default_rng(seed).permutation(len(sizes))[: max(1, len(sizes) - 1)])
    part = States.of(rows, sizes).part(chosen)
    own = States.of(rows[:, chosen], part.sizes)
    np.testing.assert_array_equal(part.codes, own.codes)
    np.testing.assert_array_equal(part.counts, own.counts)


def test_more_joint_states_than_a_code_has_values() -> None:
    with pytest.raises(InvalidData, match="joint states"):
        States.of(np.zeros((1, 50)), [21] * 50)


@given(sizes, st.integers(1, 60), st.integers(0, 100))
def test_groups_are_each_a_table(sizes: list[int], n: int, seed: int) -> None:
    rows, group_of = rows_of(sizes, n, seed), np.random.default_rng(seed).integers(0, 4, n)
    found = GroupStates.of_rows(rows, sizes, range(len(sizes)), group_of, np.ones(n), 5)
    assert found.n_groups == 5
    for group in range(5):
        own, one = States.of(rows[group_of == group], sizes), found.of_group(group)
        np.testing.assert_array_equal(one.codes, own.codes)
        np.testing.assert_array_equal(one.counts, own.counts)
    chosen = found.groups(np.array([3, 0]))
    np.testing.assert_array_equal(chosen.of_group(1).codes, found.of_group(0).codes)
    np.testing.assert_array_equal(found.merged().counts, States.of(rows, sizes).counts)
    half = found.part([0])
    assert half is not None
    assert half.counts.sum() == n
    alone = found.of_table(rows)
    np.testing.assert_array_equal(alone.rows, rows)
