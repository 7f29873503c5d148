"""The entries are built, and a wrong integral is refused."""

from __future__ import annotations

import numpy as np
import pytest

from builders.polynomial import exact
from builders.tools.checks import CannotCertify


def test_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "POINTS", 1)
    tables = exact.build("mixed.quartic")
    assert set(tables) == {"classes", "coverage", "checks"}
    assert {row["name"] for row in tables["checks"]} == {"couplings", "log_z", "integration by parts"}
    assert "{-1, +1}" in str(tables["classes"][0]["domain"])


def test_a_wrong_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = exact.gauss

    def wrong(exponents: np.ndarray, theta: np.ndarray, two_valued: int) -> tuple[float, np.ndarray]:
        log_z, averages = right(exponents, theta, two_valued)
        return log_z, averages * (1.0 + 1e-6)

    monkeypatch.setattr(exact, "POINTS", 1)
    monkeypatch.setattr(exact, "gauss", wrong)
    with pytest.raises(CannotCertify, match="couplings"):
        exact.build("polynomial.quartic")
