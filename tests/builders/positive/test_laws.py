"""The entries are built, and a wrong solution is refused."""

from __future__ import annotations

import numpy as np
import pytest

from builders.positive import laws
from builders.tools.checks import CannotCertify


@pytest.mark.parametrize("label", laws.labels())
def test_an_entry(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builders.tools.laws.POINTS", 3)
    tables = laws.build(label)
    assert all(row["passed"] for row in tables["checks"])


def test_a_wrong_shape_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = laws.shape_of

    def wrong(deviance: np.ndarray) -> np.ndarray:
        return right(deviance) * (1.0 + 1e-6)

    monkeypatch.setattr("builders.tools.laws.POINTS", 2)
    monkeypatch.setattr(laws, "shape_of", wrong)
    with pytest.raises(CannotCertify, match="solution of the equation"):
        laws.build("gamma.scalar")
