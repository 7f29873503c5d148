"""Sets of columns whose product is measured: named by the user, so every slip is named too."""

from __future__ import annotations

from typing import Any

import pytest

from symcat.data.products import positions
from symcat.data.schema import Schema
from symcat.errors import InvalidData

SPINS = Schema.two_valued(["a", "b", "c"])


def test_sets_become_ascending_positions() -> None:
    assert positions([("c", "a"), ["b", "a", "c"]], SPINS) == ((0, 2), (0, 1, 2))
    assert positions([], Schema.real(["x"])) == ()


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ([("a",)], "two or more"),
        (["ab"], "two or more"),
        ([("a", "d")], "no column 'd'"),
        ([("a", "a")], "repetition"),
        ([("a", "b"), ("b", "a")], "repetition"),
    ],
)
def test_sets_that_cannot_be(sets: list[Any], message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        positions(sets, SPINS)


def test_real_columns_have_no_products() -> None:
    with pytest.raises(InvalidData, match="two-valued"):
        positions([("a", "x")], Schema(("a", "x"), ((0, 1), None)))
