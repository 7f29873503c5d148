"""The reduced functions, and the way back to r, u and log Z."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb

from builders.quartic.ball import solve
from builders.quartic.reduced import derive, reduced


def test_the_way_back_keeps_its_digits_at_the_gaussian() -> None:
    n, kurtosis = 63, float(1 + 2 * (1 - 1e-6) / 63)
    state = solve(n, arb(kurtosis))
    p = {name: np.array(float(value.mid())) for name, value in reduced(n, state).items()}
    found = derive(n, np.array(kurtosis), p["u"], p["entropy"])
    assert abs(float(found.u) / float(state.u.mid()) - 1) < 1e-10
