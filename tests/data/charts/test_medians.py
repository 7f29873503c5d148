"""Weighted medians of groups are those of each group, with rows as often as they count."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symcat.data.charts.medians import medians

ROWS = st.lists(st.tuples(st.integers(0, 4), st.floats(-10.0, 10.0), st.integers(1, 4)), min_size=1, max_size=40)


@given(rows=ROWS)
def test_of_groups(rows: list[tuple[int, float, int]]) -> None:
    group, x, count = (np.array(column) for column in zip(*rows, strict=True))
    found = medians(x, count.astype(float), group, 6)
    for g in range(6):
        own = group == g
        expected = np.median(np.repeat(x[own], count[own])) if own.any() else 0.0
        np.testing.assert_allclose(found[g], expected, rtol=1e-15, atol=1e-300)


@given(rows=ROWS, scale=st.floats(1e-3, 1e3))
def test_weights_have_no_unit(rows: list[tuple[int, float, int]], scale: float) -> None:
    """Half stays half when it is rounded."""
    group, x, count = (np.array(column) for column in zip(*rows, strict=True))
    np.testing.assert_array_equal(medians(x, count * scale, group, 5), medians(x, count * 1.0, group, 5))


def test_many_groups() -> None:
    """More than one digit of the sort holds."""
    rng = np.random.default_rng(0)
    group, x = rng.integers(0, 100_000, 300_000), rng.normal(size=300_000)
    found = medians(x, np.ones(len(x)), group, 100_000)
    order = np.lexsort((x, group))
    for g in (0, 1, 65_535, 65_536, 65_537, 99_999):
        own = x[order][group[order] == g]
        assert found[g] == (np.median(own) if len(own) else 0.0)
