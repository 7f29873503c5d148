"""What one pass has measured: blocks of consecutive rows, a uniform sample, and nothing where there are no rows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from symcat.data.needs import Needs
from symcat.data.statistics import Statistics
from symcat.errors import InvalidData


def test_blocks_are_consecutive_rows() -> None:
    x = np.arange(1000.0)
    blocks = Statistics(max_blocks=8).update(x[:600]).update(x[600:]).blocks
    length = int(blocks.count[0])
    assert length == 128
    assert_allclose(blocks.mean[:, 0], [x[i : i + length].mean() for i in range(0, 1000, length)], rtol=1e-12)


def test_blocks_of_wide_data_are_bounded() -> None:
    x = np.random.default_rng(0).normal(size=(600, 300))
    blocks = Statistics(needs=Needs()).update(x).blocks
    assert blocks.second.nbytes <= 32 << 20
    assert blocks.count.sum() == 600


def test_sample_is_uniform() -> None:
    x = np.arange(4000.0)
    seen = np.zeros(4000)
    for seed in range(60):
        one = Statistics(sample_size=200, seed=seed)
        for part in np.split(x[:3000], [100, 150, 1500]):
            one.update(part)
        one.merge(Statistics(sample_size=200, seed=seed + 1000).update(x[3000:]))
        rows = one.sample[:, 0].astype(int)
        assert len(set(rows)) == 200
        seen[rows] += 1
    tenths = seen.reshape(10, 400).sum(axis=1)  # 1200 expected in each, standard deviation 32
    assert (np.abs(tenths - 1200) < 150).all()
    again = Statistics(sample_size=200, seed=5).update(x).sample
    np.testing.assert_array_equal(again, Statistics(sample_size=200, seed=5).update(x).sample)


def test_no_complete_rows() -> None:
    with pytest.raises(InvalidData, match="no complete rows"):
        _ = Statistics().moments
    with pytest.raises(InvalidData, match="all 5 rows hold a missing value"):
        _ = Statistics().update(np.full(5, np.nan)).moments
