"""Which free energies confine."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.analog.confinement import confines
from symcat.symmetry.sufficient_statistics import SufficientStatistics


@pytest.mark.parametrize(
    ("exponents", "strength", "spins", "expected"),
    [
        ([(2,), (4,)], [-3.0, 0.1], [], True),
        ([(2,), (4,)], [1.0, -0.1], [], False),
        ([(1,), (3,)], [1.0, 0.5], [], False),
        ([(4, 0), (0, 2)], [1.0, 1.0], [], True),  # the highest terms alone vanish along x1
        ([(4, 0), (0, 2)], [1.0, -1.0], [], False),
        ([(4, 0), (0, 4), (2, 2)], [1.0, 1.0, -1.9], [], True),
        ([(4, 0), (0, 4), (2, 2)], [1.0, 1.0, -2.1], [], False),  # open along the diagonals only
        ([(2, 0), (2, 1)], [1.0, 0.9], [1], True),
        ([(2, 0), (2, 1)], [1.0, 1.1], [1], False),  # open for one value of the spin
        ([(1, 0), (1, 1)], [5.0, 5.0], [0, 1], True),
    ],
)
def test_what_confines(
    exponents: list[tuple[int, ...]], strength: list[float], spins: list[int], expected: bool
) -> None:
    assert confines(SufficientStatistics.monomials(exponents, spins), np.array(strength)) is expected
