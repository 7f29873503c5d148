"""Files in which equal values stand together, or a column is in order."""

from __future__ import annotations

import numpy as np

from symcat.data.runs import in_runs


def test_sorted_grouped_and_written_out_files(rng: np.random.Generator) -> None:
    x = rng.standard_normal((60, 2))
    grouped = np.column_stack([x[:, 0], np.repeat([1.0, -1.0, 0.0], 20)])
    written_out = np.repeat(x, 3, axis=0)
    ordered = np.column_stack([x[:, 0], -np.arange(60.0)])
    for rows in (grouped, written_out, ordered):
        assert in_runs([rows])
        assert in_runs([rows[:7], rows[7:]])


def test_others(rng: np.random.Generator) -> None:
    x = rng.standard_normal((60, 2))
    assert not in_runs([x])
    assert not in_runs([np.round(2.0 * x)])
    assert not in_runs([np.column_stack([x[:, 0], np.ones(60)])])
