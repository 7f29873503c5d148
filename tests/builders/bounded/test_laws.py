"""The entries of the laws on an interval: built and verified, and a wrong equation is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from builders.bounded import laws
from builders.tools.checks import CannotCertify


@pytest.mark.parametrize("label", laws.labels())
def test_built_and_verified(label: str) -> None:
    tables = laws.build(label)
    assert ("segments" in tables) == (label == "vonmises.scalar")
    assert all(row["passed"] for row in laws.verify(label, tables, "fast"))


@pytest.mark.parametrize(("label", "name"), [("beta.scalar", "shapes_of"), ("vonmises.scalar", "concentration_of")])
def test_a_wrong_solution_is_noticed(label: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(laws, name)
    monkeypatch.setattr(laws, name, lambda *given: np.asarray(right(*given)) * (1.0 + 1e-6))
    with pytest.raises(CannotCertify):
        laws.build(label)
