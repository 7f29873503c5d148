"""What can be seen of a table from its values: counts and codes, and directions."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.data.oddities import oddity
from symcat.data.schema import Schema

RNG = np.random.default_rng(0)


def counts(d: int, most: int, rows: int = 300) -> np.ndarray:
    return RNG.integers(0, most + 1, size=(rows, d)).astype(float)


def test_counts_alone_are_asked_whether_they_are_zero() -> None:
    found = oddity(Schema.real(("a", "b")), counts(2, 3))
    assert found is not None
    assert found.cause == "'a', 'b' have four values (0, 1, 2, 3), as counts or codes do"
    assert found.call == "symcat.solve(data > 0) asks of each whether it is zero"


@pytest.mark.parametrize(("levels", "call"), [((0, 1), "data > 0"), (("no", "yes"), "columns=['b']")])
def test_what_two_valued_columns_stand_beside_them(levels: tuple[int, int], call: str) -> None:
    rows = np.column_stack([counts(1, 2), np.where(RNG.random(300) < 0.4, -1.0, 1.0)])
    found = oddity(Schema(("n", "b"), (None, levels)), rows)
    assert found is not None
    assert found.cause == "'n' has three values (0, 1, 2), the other two"
    assert call in found.call


@pytest.mark.parametrize(
    "rows",
    [
        RNG.normal(size=(300, 2)),
        counts(2, 30),
        0.5 * counts(2, 3),
        counts(2, 2, rows=10),
        np.column_stack([counts(1, 2), RNG.normal(size=300)]),
        counts(2, 2) + 1.0,
    ],
    ids=["real", "many values", "not whole", "few rows", "one of two", "codes alone, which no call leaves out"],
)
def test_what_is_not_odd(rows: np.ndarray) -> None:
    assert oddity(Schema.real(("a", "b")), rows) is None


def test_directions_are_recognised() -> None:
    x = RNG.normal(size=(300, 3))
    found = oddity(Schema.real(("x", "y", "z")), x / np.linalg.norm(x, axis=1)[:, None])
    assert found is not None
    assert "has the length 1" in found.cause
    assert found.call == "symcat.solve(data, columns=['x', 'y', 'z']) describes these as directions"
