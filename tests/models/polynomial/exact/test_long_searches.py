"""A search that takes long holds up no answer that other classes have."""

from __future__ import annotations

import numpy as np
import pytest

import symcat


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_columns_that_others_answer_are_not_integrated_over() -> None:
    steps = np.random.default_rng(0).integers(0, 3, size=(400, 3)) + 0.0
    rows = steps + 0.1 * np.random.default_rng(1).random((400, 3)) ** 4 * steps[:, ::-1]
    found = symcat.solve(rows, fallback=None)
    said = {one.label: one.reason for one in found.evidence}
    assert found.verdict == "misfit"
    assert said["polynomial.sextic"].startswith("not searched for: others have an answer")
    assert "its BIC is" in said["polynomial.quartic"]  # of degree four it takes a second
