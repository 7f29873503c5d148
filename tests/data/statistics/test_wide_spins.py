"""Sums of very many two-valued columns, in place and in single precision: whole numbers, to the last bit."""

from __future__ import annotations

import numpy as np

from symcat.data.ingest import open_table
from symcat.data.statistics import Statistics


def test_products_of_many_two_valued_columns_are_exact() -> None:
    bits = (np.random.default_rng(0).random((700, 300)) < 0.3).astype(np.int8)
    spins = 2.0 * bits - 1.0
    whole = Statistics().update(open_table(bits))
    in_two = Statistics(kind="two-valued").update(bits[:500])
    in_two.update(bits[500:])
    for found in (whole.moments, in_two.moments, whole.blocks.merged()):
        assert np.array_equal(np.rint(found.second[0] * 700), spins.T @ spins)
        assert np.array_equal(np.rint(found.first[0] * 700), spins.sum(axis=0))
    assert whole.blocks.count.sum() == 700
