"""Where the solver starts: inside what confines, and from independent columns whose log Z is known."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.analog.confinement import confines
from symcat.analog.starting import couplings, inward, product
from symcat.symmetry.groups import GROUPS, Symmetry
from symcat.symmetry.sufficient_statistics import SufficientStatistics


@pytest.mark.parametrize("symmetry", sorted(GROUPS))
@pytest.mark.parametrize("degree", [4, 6])
def test_starts_confine_and_so_does_everything_with_enough_of_the_inward_direction(
    symmetry: Symmetry, degree: int
) -> None:
    statistics = SufficientStatistics.invariants(3, degree, symmetry)
    x = np.random.default_rng(3).normal(size=(2000, 3))
    assert confines(statistics, couplings(statistics, statistics.values(x).mean(axis=0)))
    inside = inward(statistics)
    assert inside is not None
    rough = np.random.default_rng(4).normal(size=statistics.count)
    assert confines(statistics, rough + 100.0 * inside)


def test_independent_columns_know_their_log_partition() -> None:
    statistics = SufficientStatistics.monomials([(1, 0), (0, 1), (0, 2)], spins=[0])
    base = product(statistics, np.array([0.4, 1.5, 1.5**2 + 4.0]))
    y = np.linspace(-30.0, 30.0, 60_001)
    sums = 0.0
    for s in (-1.0, 1.0):
        grid = np.stack([np.full_like(y, s), y], axis=1)
        sums += np.exp(-base.statistics.free_energy(base.couplings, grid)).sum() * (y[1] - y[0])
    assert base.log_partition == pytest.approx(np.log(sums), rel=1e-9)
    rows = base.sample(40_000, np.random.default_rng(0))
    np.testing.assert_allclose(rows.mean(axis=0), [0.4, 1.5], atol=0.05)
    assert set(np.unique(rows[:, 0])) == {-1.0, 1.0}
