"""The check that pairs of scores depend on each other as a law says: its size where the law is true."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.scores.agreement import departure


@pytest.mark.parametrize("drawn", [500, 4_000])
def test_rows_of_the_law_have_their_own_error(drawn: int) -> None:
    """Of averages that a fit has absorbed to nine tenths, those drawn from the law vary as if nothing were absorbed."""
    rng = np.random.default_rng(0)
    squares = []
    for _ in range(300):
        rows, of_law = rng.normal(size=(500, 4)), rng.normal(size=(drawn, 4))
        absorbed = 1.0 - np.sqrt(0.1)
        influence = rows * (1.0 - absorbed)
        apart = rows - rows.mean(axis=0) * absorbed - of_law.mean(axis=0)
        value, degrees = departure(apart, influence, of_law - of_law.mean(axis=0))
        assert degrees == 4
        squares.append(value)
    assert np.mean(squares) == pytest.approx(4.0, abs=0.5)
