"""Averages of -1 and +1 and of 0 and 1, against those of rows."""

from __future__ import annotations

import numpy as np

from symcat.models.ising.convention import mean_in_binary, mean_in_spins, pair_in_binary, pair_in_spins
from symcat.models.ising.hypercube import pair_masks
from symcat.models.ising.separation import separating


def test_both_are_the_averages_of_the_same_rows(rng: np.random.Generator) -> None:
    x = (rng.random((50, 4)) < 0.3).astype(float)
    s = 2.0 * x - 1.0
    m, q = s.mean(axis=0), s.T @ s / 50
    np.testing.assert_allclose(mean_in_binary(m), x.mean(axis=0))
    np.testing.assert_allclose(pair_in_binary(m, q), x.T @ x / 50)
    np.testing.assert_allclose(mean_in_spins(x.mean(axis=0)), m)
    np.testing.assert_allclose(pair_in_spins(x.mean(axis=0), x.T @ x / 50), q)
    assert pair_in_spins(np.asarray(0.5), np.asarray(0.25)) == 0.0


def test_averages_outside_of_all_tables_are_told_from_those_at_the_edge() -> None:
    """Of five columns alike without field, the least pair average is -1/5: two against three."""
    masks = pair_masks(5)

    def target(q: float) -> np.ndarray:
        return np.concatenate([np.zeros(5), np.full(10, q)])

    assert separating(5, masks, target(-0.19)) is None
    assert separating(5, masks, target(-0.2)) is not None
    assert separating(5, masks, target(-0.2), strictly=True) is None
    assert separating(5, masks, target(-0.21), strictly=True) is not None
