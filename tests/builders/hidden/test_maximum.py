"""The entry is built, and a law that is not that of its parts is refused."""

from __future__ import annotations

import numpy as np
import pytest

from builders.hidden import maximum
from builders.tools.checks import CannotCertify
from symcat.models.hidden.law import MixtureLaw


def test_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maximum, "POINTS", 3)
    (label,) = maximum.labels()
    tables = maximum.build(label)
    assert all(row["passed"] for row in tables["checks"])
    assert len(tables["checks"]) == 6


def test_a_wrong_distribution_function_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = MixtureLaw.cdf
    monkeypatch.setattr(maximum, "POINTS", 2)
    monkeypatch.setattr(MixtureLaw, "cdf", lambda law, x: np.asarray(right(law, x) * (1.0 + 1e-6)))
    with pytest.raises(CannotCertify, match="distribution function"):
        maximum.build("hidden.gaussian")
