"""Rows that count for more than one: pieces of blocks, and what cannot count."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.data.weights import Weight, pieces, repeated, weight_of
from symcat.errors import InvalidData


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20), st.integers(1, 8), st.data())
def test_rows_are_cut_where_blocks_end(counts: list[int], length: int, data: st.DataObject) -> None:
    """The pieces are those of the repeated rows, block after block."""
    room = data.draw(st.integers(0, length - 1))
    found = pieces(np.array(counts, dtype=np.float64), room, length)
    rows = np.repeat(np.arange(len(counts)), counts)
    ends = [*range(room, len(rows), length), len(rows)] if room else [*range(length, len(rows), length), len(rows)]
    expected = []
    at = 0
    for end in ends:
        end = min(end, len(rows))
        if end > at:
            expected.append(dict(zip(*np.unique(rows[at:end], return_counts=True), strict=True)))
        at = end
    runs = [*found.starts.tolist(), len(found.row)]
    got = [dict(zip(found.row[a:b], found.length[a:b], strict=True)) for a, b in pairwise(runs)]
    assert got == expected


def test_rows_as_often_as_they_occurred() -> None:
    rows = np.arange(6.0).reshape(3, 2)
    assert np.concatenate(list(repeated(rows, np.array([2.0, 0.0, 3.0]))))[:, 0].tolist() == [0, 0, 4, 4, 4]
    assert not list(repeated(rows[:0], np.empty(0)))
    assert sum(map(len, repeated(rows, np.array([1e5, 1.0, 1e5])))) == 200_001


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("counts", -1.0, "holds -1 in row 7"),
        ("counts", 2.5, "pass it as weights='n'"),
        ("counts", np.nan, "has no value in row 7"),
        ("counts", np.inf, "holds inf"),
        ("counts", 1e17, "holds 1e\\+17"),
        ("weights", -0.5, "numbers from zero"),
        ("weights", np.nan, "leave such rows out"),
        ("weights", 1e200, "correct it"),
    ],
)
def test_what_cannot_count_rows(kind: str, value: float, words: str) -> None:
    weight = weight_of("n" if kind == "counts" else None, "n" if kind == "weights" else None)
    assert weight is not None
    with pytest.raises(InvalidData, match=words):
        weight.check(np.array([1.0, 0.0, value]), 5)
    weight.check(np.array([1.0, 0.0, 7.0]), 5)


def test_one_column_at_most() -> None:
    assert weight_of(None, None) is None
    assert weight_of("n", None) == Weight("n", "counts")
    with pytest.raises(InvalidData, match="cannot be used together"):
        weight_of("n", "w")
    with pytest.raises(InvalidData, match="name of one column"):
        weight_of(["n"], None)  # type: ignore[arg-type]
