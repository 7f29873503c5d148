"""The rule that integrates log Z along the couplings."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.analog.partition import clenshaw_curtis


@pytest.mark.parametrize("n", [2, 4, 8, 16])
def test_the_rule_integrates_polynomials(n: int) -> None:
    s = 0.5 - 0.5 * np.cos(np.pi * np.arange(n + 1) / n)
    for power in range(n + 1):
        assert clenshaw_curtis(n) @ s**power == pytest.approx(1.0 / (power + 1))
